"""From a bare Python to a running Vigie: what is installed, when, and what is said when it cannot be."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from crisis import bootstrap, testing
from crisis.bootstrap import ROOT


def test_an_old_python_is_told_which_one_it_takes():
    assert (
        bootstrap.too_old((3, 10)) == "Vigie needs Python 3.11 or newer; this is 3.10. Start it with a newer python3."
    )
    assert bootstrap.too_old((3, 11)) == bootstrap.too_old((3, 14)) == ""


def test_an_option_is_read_either_way():
    assert bootstrap.option(["up", "--host", "0.0.0.0"], "--host") == "0.0.0.0"
    assert bootstrap.option(["up", "--host=::1"], "--host") == "::1"
    assert bootstrap.option(["up", "--host"], "--host") == bootstrap.option(["up"], "--host") == ""


def test_the_hosts_are_what_a_browser_types():
    assert bootstrap.hosts_of("127.0.0.1") == bootstrap.hosts_of("") == []
    assert bootstrap.hosts_of("10.1.2.3") == ["10.1.2.3"]
    assert bootstrap.hosts_of("fe80::1") == ["[fe80::1]"]
    assert bootstrap.hosts_of("0.0.0.0")


ALONE = "ip link set lo up"
CUT_OFF = (
    "ip link set lo up && ip link add d0 type veth peer name d1 && ip addr add 10.9.8.7/24 dev d0 && ip link set d0 up "
    "&& ip addr add 172.30.1.2/16 dev d1 && ip link set d1 up"
)
"""A network with addresses and without a way out, as it is when the internet was cut."""


def inside(network: str, *command: str) -> list[str]:
    """A command in a network of its own, which is made first."""
    return ["unshare", "--net", "--map-root-user", "sh", "-c", f'{network} && exec "$@"', "sh", *command]


needs_a_network_of_its_own = pytest.mark.skipif(
    shutil.which("unshare") is None or subprocess.run(inside(CUT_OFF, "true"), capture_output=True).returncode != 0,
    reason="this machine does not let a process make a network of its own",
)


@needs_a_network_of_its_own
@pytest.mark.parametrize(
    ("network", "found", "faces"),
    [
        (ALONE, [], []),
        (CUT_OFF, ["10.9.8.7", "172.30.1.2"], []),
        (f"{CUT_OFF} && ip route add default via 10.9.8.1", ["10.9.8.7", "172.30.1.2"], ["10.9.8.7"]),
        (f"{CUT_OFF} && ip route add default via 172.30.0.1", ["10.9.8.7", "172.30.1.2"], ["172.30.1.2"]),
        (f"{CUT_OFF} && ip route add 192.168.0.0/16 via 10.9.8.1", ["10.9.8.7", "172.30.1.2"], ["10.9.8.7"]),
    ],
)
def test_every_address_of_this_machine_is_found_once_without_a_way_out_too(network, found, faces):
    code = "from crisis.bootstrap import hosts_of; print(*hosts_of('0.0.0.0')[1:])"

    done = subprocess.run(inside(network, sys.executable, "-c", code), cwd=ROOT, capture_output=True, text=True)

    told = done.stdout.split()
    assert sorted(told) == found, done.stderr
    assert told[: len(faces)] == faces


def no_settings(monkeypatch) -> None:
    """Nothing is set, and what is set in the test is forgotten after it."""
    for name in ("VIGIE_DEMO", "ALLOWED_HOSTS", "VIGIE_HTTPS"):
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)


@pytest.mark.parametrize(
    ("options", "before", "chosen"),
    [
        ([], None, None),
        (["--host", "127.0.0.1"], None, None),
        (["--https"], None, "1"),
        (["--host=10.1.2.3"], None, "1"),
        (["--host", "10.1.2.3"], "0", "0"),
        (["--host", "10.1.2.3", "--https"], "0", "1"),
    ],
)
def test_an_outside_address_or_a_wish_chooses_https(options, before, chosen, monkeypatch):
    no_settings(monkeypatch)
    if before:
        monkeypatch.setenv("VIGIE_HTTPS", before)

    bootstrap.choose_settings(["manage.py", "up", *options])

    assert os.environ.get("VIGIE_HTTPS") == chosen


def test_up_chooses_the_demonstration_and_the_hosts_before_the_settings_are_read(monkeypatch):
    no_settings(monkeypatch)

    bootstrap.choose_settings(["manage.py", "up", "--demo", "--host", "10.1.2.3"])

    assert os.environ["VIGIE_DEMO"] == os.environ["VIGIE_HTTPS"] == "1"
    assert os.environ["ALLOWED_HOSTS"] == "localhost,127.0.0.1,[::1],10.1.2.3"


def test_pins_follow_the_files_they_include_and_the_fingerprint_follows_the_pins(tmp_path):
    (tmp_path / "base.txt").write_text("# words\nDjango==5.2.19\n")
    dev = tmp_path / "dev.txt"
    dev.write_text("-r base.txt\npytest==9.2.0\n")
    before = bootstrap.fingerprint(dev)

    assert bootstrap.pins(dev) == ["Django==5.2.19", "pytest==9.2.0"]
    (tmp_path / "base.txt").write_text("Django==5.2.20\n")
    assert bootstrap.fingerprint(dev) != before


def test_what_this_python_lacks_is_listed(tmp_path):
    file = tmp_path / "requirements.txt"
    file.write_text("Django==0.1\nno-such-thing==1.0\npsycopg[binary,pool]==3.3.9\n")

    assert bootstrap.lacking(file) == ["Django==0.1", "no-such-thing==1.0"]
    assert bootstrap.lacking(ROOT / "requirements.txt") == []


def test_an_environment_is_ready_only_when_its_stamp_says_the_same(tmp_path):
    requirements = ROOT / "requirements.txt"
    python = bootstrap.python_of(tmp_path)
    python.parent.mkdir(parents=True)
    python.touch()

    assert not bootstrap.ready(tmp_path, requirements)
    bootstrap.stamp_of(tmp_path, requirements).write_text(bootstrap.fingerprint(requirements))
    assert bootstrap.ready(tmp_path, requirements)
    bootstrap.stamp_of(tmp_path, requirements).write_text("older")
    assert not bootstrap.ready(tmp_path, requirements)


def test_an_environment_of_another_python_is_made_anew(tmp_path):
    python = bootstrap.python_of(tmp_path)
    python.parent.mkdir(parents=True)
    python.touch()
    config = tmp_path / "pyvenv.cfg"

    config.write_text("version = 3.2.1\n")
    assert not bootstrap.made_by_this_python(tmp_path)
    config.write_text(f"version = {sys.version_info[0]}.{sys.version_info[1]}.0\n")
    assert bootstrap.made_by_this_python(tmp_path)


def test_packages_that_cannot_be_had_are_said_in_a_sentence(tmp_path, monkeypatch, capfd):
    (tmp_path / "wheels").mkdir()
    (tmp_path / "bootstrap").symlink_to(ROOT / "bootstrap")
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("no-such-thing==1.0\n")
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)

    with pytest.raises(SystemExit, match="The packages could not be installed"):
        bootstrap.install(Path(sys.executable), requirements)
    assert "from wheels/" in capfd.readouterr().err


def test_one_installation_at_a_time(tmp_path):
    lock = tmp_path / "lock"
    code = f"from pathlib import Path; from crisis.bootstrap import locked\nwith locked(Path({str(lock)!r})): print('in', flush=True)"
    with bootstrap.locked(lock):
        other = subprocess.Popen([sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        with pytest.raises(subprocess.TimeoutExpired):
            other.wait(0.5)
    assert other.communicate(timeout=20)[0] == "in\n"


# ── manage.py test ──


@pytest.mark.parametrize(
    ("arguments", "expression", "rest"),
    [
        ([], "browser or not browser", []),
        (["-m", "browser", "-x"], "browser", ["-x"]),
        (["-mnot browser"], "not browser", []),
        (["--maxfail=1", "tests/x.py"], "browser or not browser", ["--maxfail=1", "tests/x.py"]),
    ],
)
def test_the_marker_is_found_among_pytests_arguments(arguments, expression, rest):
    assert testing.marker(arguments) == (expression, rest)


def test_the_whole_suite_runs_on_every_core_and_a_chosen_file_does_not():
    assert testing.workers([]) == ["-n", "auto"]
    assert (
        testing.workers(["tests/test_bootstrap.py::x"])
        == testing.workers(["--pdb"])
        == testing.workers(["-n", "1"])
        == []
    )


@pytest.mark.parametrize(
    ("answers", "code"), [([0, 0], 0), ([0, 5], 0), ([5, 5], 5), ([0, 1], 1), ([-9, 0], 1), ([2, 1], 2)]
)
def test_the_exit_code_is_the_worst_of_all_passes(answers, code):
    assert testing.worst(answers) == code


def test_answers_are_said_in_words():
    assert (testing.in_words(0), testing.in_words(5), testing.in_words(1)) == (
        "passed",
        "no test to run",
        "FAILED (exit code 1)",
    )


def test_a_named_browser_that_is_not_there_is_said(monkeypatch):
    monkeypatch.setenv("CHROMIUM", "/no/such/browser")

    with pytest.raises(SystemExit, match="no such program"):
        testing.browser()


@pytest.mark.parametrize(
    ("arguments", "passes"),
    [
        (["-m", "not browser"], ["(not browser) and not browser"]),
        (["-m", "browser"], ["(browser) and browser"]),
        ([], ["(browser or not browser) and not browser", "(browser or not browser) and browser"]),
    ],
)
def test_a_pass_that_nobody_asked_for_is_not_begun(arguments, passes, monkeypatch):
    ran = []
    monkeypatch.setattr(testing, "browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(testing, "one_pass", lambda expression, arguments: ran.append(expression) or 0)
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "")
    monkeypatch.setenv("CHROMIUM", "")

    assert testing.run(arguments) == 0
    assert ran == passes


def test_without_a_browser_one_line_says_what_was_skipped_and_ci_fails(monkeypatch, capsys):
    monkeypatch.setattr(testing, "browser", lambda: "")
    monkeypatch.setattr(testing, "one_pass", lambda expression, arguments: 0)
    monkeypatch.delenv("CI", raising=False)

    assert testing.run([]) == 0
    said = capsys.readouterr().err
    assert "SKIPPED: every test in a browser, because none was found. Install Chromium, or name it in CHROMIUM." in said
    monkeypatch.setenv("CI", "true")
    assert testing.run([]) == 1
