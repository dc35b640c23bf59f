"""The harness that kills the server and its database runs: what it asks for holds at least twice, on PostgreSQL."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.running import ROOT

pytestmark = pytest.mark.skipif(
    not (shutil.which("initdb") or list(Path("/usr/lib/postgresql").glob("*/bin/initdb"))),
    reason="PostgreSQL is not on this machine",
)


@pytest.mark.timeout(300)
def test_killed_twice_and_its_postgresql_once_nothing_acknowledged_is_lost():
    command = [sys.executable, "bench/crash.py", "--kills", "2", "--writers", "2", "--postgresql"]
    harness = subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True
    )

    try:
        said, complained = harness.communicate(timeout=240)
    finally:
        if harness.poll() is None:
            os.killpg(harness.pid, signal.SIGKILL)

    assert harness.returncode == 0, complained
    found = json.loads(said)
    assert (found["kills"], found["of_the_database_too"], found["lost"]) == (2, 1, 0)
