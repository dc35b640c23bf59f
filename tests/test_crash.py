"""The harness that kills the server and its database runs: what it asks for holds at least twice, on PostgreSQL."""

import json
import subprocess
import sys

import pytest

from tests.running import ROOT


@pytest.mark.timeout(300)
def test_killed_twice_and_its_postgresql_once_nothing_acknowledged_is_lost():
    command = [sys.executable, "bench/crash.py", "--kills", "2", "--writers", "2", "--postgresql"]

    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["kills"], said["of_the_database_too"], said["lost"]) == (2, 1, 0)
