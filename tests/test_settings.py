"""A wrong value stops the start and is named; every default is safe."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crisis.own_files import own_folder

ROOT = Path(__file__).resolve().parent.parent
SHOW = "from django.conf import settings as s; import json; print(json.dumps({k: getattr(s, k, None) for k in WANTED}, default=str))"


def start(tmp_path: Path, *wanted: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Read the settings in a process of its own, with nothing else set."""
    own = {"DJANGO_SETTINGS_MODULE": "crisis.settings", "DATA_DIR": str(tmp_path), "PATH": os.environ["PATH"]}
    code = SHOW.replace("WANTED", repr(list(wanted)))
    return subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=own | environment, capture_output=True, text=True)


def value(tmp_path: Path, name: str, **environment: str):
    import json

    done = start(tmp_path, name, **environment)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)[name]


@pytest.mark.parametrize(
    ("name", "wrong", "advice"),
    [
        ("DEBUG", "perhaps", "DEBUG=perhaps: use 1 or 0."),
        ("OVERDUE_HOURS", "0", "OVERDUE_HOURS=0: use a whole number from 1 to 168."),
        ("OVERDUE_HOURS", "twelve", "OVERDUE_HOURS=twelve: use a whole number"),
        ("OVERDUE_HOURS", "١٢", "use a whole number"),
        ("DATABASE_URL", "mysql://root:hunter2@host/x", "DATABASE_URL=…: use sqlite:////absolute/path"),
        ("DATABASE_URL", "sqlite:///", "DATABASE_URL=…: use sqlite"),
        ("DATABASE_URL", "postgres://host", "DATABASE_URL=…: use sqlite"),
        ("CHANNEL_LAYER_URL", "http://x", "CHANNEL_LAYER_URL=http://x: use redis://host:port/db"),
        ("PUBLIC_URL", "vigie.example", "PUBLIC_URL=vigie.example: use https://name"),
        ("PUBLIC_URL", "https://vigie.example/path", "use https://name or https://name:port, nothing after it."),
        (
            "PUBLIC_URL",
            "http://vigie.example",
            "PUBLIC_URL=http://vigie.example: begin it with https://, or anybody on",
        ),
        (
            "PUBLIC_URL",
            "http://10.1.2.3:8000",
            "PUBLIC_URL=http://10.1.2.3:8000: begin it with https://, or anybody on",
        ),
        ("PUBLIC_EXPORT_DIR", "site", "PUBLIC_EXPORT_DIR=site: use an absolute path"),
        ("PAPER_DIR", "stick", "PAPER_DIR=stick: use an absolute path, such as /media/stick/paper."),
        ("BACKUP_DIR", "stick", "BACKUP_DIR=stick: use an absolute path, such as /media/stick/vigie."),
        ("BACKUP_DIR", "/etc/passwd", "BACKUP_DIR=/etc/passwd: use a folder; this is a file."),
        ("BACKUP_DIR", "/media/stick", "BACKUP_DIR=/media/stick: set BACKUP_PASSPHRASE_FILE too"),
        ("BACKUP_PASSPHRASE_FILE", "/not/there", "BACKUP_PASSPHRASE_FILE=/not/there: use a text file that can be read"),
        ("BACKUP_PASSPHRASE_FILE", "/usr/bin/env", "BACKUP_PASSPHRASE_FILE=/usr/bin/env: use a text file"),
        ("BACKUP_PASSPHRASE_FILE", "/dev/null", "has to be a passphrase of 12 characters or more."),
        ("SECRET_KEY", "hunter2", "SECRET_KEY=…: use at least 50 characters"),
        ("BEHIND_TLS_PROXY", "maybe", "BEHIND_TLS_PROXY=maybe: use 1 or 0."),
        ("VIGIE_HTTPS", "often", "VIGIE_HTTPS=often: use 1 or 0."),
    ],
)
def test_a_wrong_value_stops_the_start_and_is_named_without_a_secret(name, wrong, advice, tmp_path):
    done = start(tmp_path, "DEBUG", **{name: wrong})

    assert done.returncode != 0
    assert advice in done.stderr
    assert "hunter2" not in done.stderr.splitlines()[-1]


def test_every_default_is_safe(tmp_path):
    assert value(tmp_path, "DEBUG") is False
    assert value(tmp_path, "ALLOWED_HOSTS") == ["localhost", "127.0.0.1", "[::1]"]
    assert value(tmp_path, "SESSION_COOKIE_HTTPONLY") is True
    database = value(tmp_path, "DATABASES")["default"]
    assert database["NAME"] == f"{tmp_path}/vigie.sqlite3"
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        assert pragma in database["OPTIONS"]["init_command"]
    assert database["OPTIONS"]["transaction_mode"] == "IMMEDIATE"


def test_the_key_is_made_once_and_only_its_owner_reads_it(tmp_path):
    first = value(tmp_path, "SECRET_KEY")

    assert len(first) >= 50
    assert value(tmp_path, "SECRET_KEY") == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600


def test_many_that_start_at_once_make_one_key(tmp_path):
    code = "from crisis.own_files import secret_key; from pathlib import Path; print(secret_key(Path('.')), end='')"
    own = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", code]
    several = [subprocess.Popen(command, cwd=tmp_path, env=own, stdout=subprocess.PIPE, text=True) for _ in range(4)]

    said = {process.communicate(timeout=60)[0] for process in several}

    assert said == {(tmp_path / "secret_key").read_text()}


@pytest.mark.parametrize("left", [b"", b"\0" * 86, b"\n"])
def test_a_key_file_in_which_a_power_cut_left_nothing_is_written_anew(left, tmp_path):
    (tmp_path / "secret_key").write_bytes(left)
    (tmp_path / "secret_key.new").write_bytes(b"half a k")

    made = value(tmp_path, "SECRET_KEY")

    assert len(made) >= 50
    assert (tmp_path / "secret_key").read_text() == made == value(tmp_path, "SECRET_KEY")
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "secret_key.new").exists()


@pytest.mark.parametrize("left", [b"hunter2", b"h" * 40 + b"\0" * 46, b"\xff" * 86])
def test_a_key_of_which_half_is_gone_stops_the_start_in_a_sentence_and_stays(left, tmp_path):
    (tmp_path / "secret_key").write_bytes(left)

    done = start(tmp_path, "DEBUG")

    assert done.returncode != 0
    last = done.stderr.splitlines()[-1]
    assert f"{tmp_path}/secret_key holds no key that can be used: put the right one back, or delete the file" in last
    assert "hunter2" not in last
    assert (tmp_path / "secret_key").read_bytes() == left


def test_a_folder_in_which_no_key_can_be_kept_is_named(tmp_path):
    (tmp_path / "data").write_text("a file, where a folder should be")

    done = start(tmp_path / "data", "DEBUG")

    assert f"DATA_DIR={tmp_path}/data: the key cannot be kept there (" in done.stderr.splitlines()[-1]


def mode(folder: Path) -> int:
    return stat.S_IMODE(folder.stat().st_mode)


@pytest.mark.parametrize("before", [None, 0o755, 0o777])
def test_nobody_but_its_owner_enters_the_folder_of_the_data(before, tmp_path):
    data = tmp_path / "data"
    if before:
        data.mkdir()
        data.chmod(before)

    assert value(data, "DATA_DIR", PUBLIC_EXPORT_DIR=str(tmp_path / "site")) == str(data)

    assert mode(data) == 0o700


def test_a_web_server_passes_through_to_the_public_pages_inside_and_lists_nothing(tmp_path):
    data = tmp_path / "data"

    value(data, "DATA_DIR", PUBLIC_EXPORT_DIR=str(data / "site"))

    assert mode(data) == 0o711


def test_a_folder_that_everybody_writes_into_and_one_whose_modes_cannot_be_set_stay_as_they_are(tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o1777)
    fixed = Path("/proc/self") if sys.platform == "linux" else shared
    before = mode(fixed)

    assert (own_folder(shared, None), own_folder(fixed, None)) == (shared, fixed)

    assert (mode(shared), mode(fixed)) == (0o1777, before)


@pytest.mark.parametrize("url", ["http://localhost:8000", "http://127.0.0.1:8000", "http://[::1]:8000"])
def test_plain_http_is_for_this_machine_alone(url, tmp_path):
    assert value(tmp_path, "PUBLIC_URL", PUBLIC_URL=url) == url


def test_an_outside_address_sets_host_origin_and_secure_cookies(tmp_path):
    outside = {"PUBLIC_URL": "https://vigie.example/"}

    assert value(tmp_path, "PUBLIC_URL", **outside) == "https://vigie.example"
    assert "vigie.example" in value(tmp_path, "ALLOWED_HOSTS", **outside)
    assert value(tmp_path, "CSRF_TRUSTED_ORIGINS", **outside) == ["https://vigie.example"]
    assert value(tmp_path, "SESSION_COOKIE_SECURE", **outside) is True
    assert value(tmp_path, "SESSION_COOKIE_SECURE") is False


@pytest.mark.parametrize("outside", [{"VIGIE_HTTPS": "1"}, {"BEHIND_TLS_PROXY": "1"}])
def test_whoever_does_tls_cookies_are_secure_and_a_browser_is_never_bound_to_https(outside, tmp_path):
    for name in ("SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE"):
        assert value(tmp_path, name, **outside) is True
    assert value(tmp_path, "SECURE_HSTS_SECONDS", **outside) == 0


def test_behind_a_proxy_no_certificate_of_its_own_is_served(tmp_path):
    assert value(tmp_path, "HTTPS", VIGIE_HTTPS="1") is True
    assert value(tmp_path, "HTTPS", VIGIE_HTTPS="1", BEHIND_TLS_PROXY="1") is False


def test_postgresql_and_redis_are_two_settings(tmp_path):
    database = value(tmp_path, "DATABASES", DATABASE_URL="postgres://me:p%40ss@db:5433/vigie?sslmode=require")[
        "default"
    ]
    layer = value(tmp_path, "CHANNEL_LAYERS", CHANNEL_LAYER_URL="redis://localhost:6379/0")["default"]

    assert [database[k] for k in ("NAME", "USER", "PASSWORD", "HOST", "PORT")] == ["vigie", "me", "p@ss", "db", "5433"]
    assert database["OPTIONS"]["sslmode"] == "require"
    assert layer["BACKEND"] == "channels_redis.pubsub.RedisPubSubChannelLayer"


def test_the_demonstration_has_a_database_of_its_own(tmp_path):
    assert value(tmp_path, "DATABASES", VIGIE_DEMO="1")["default"]["NAME"] == f"{tmp_path}/demo.sqlite3"


def test_a_socket_on_disk_reaches_postgresql(tmp_path):
    database = value(tmp_path, "DATABASES", DATABASE_URL="postgres://me@/vigie?host=/run/pg")["default"]

    assert database["HOST"] == "/run/pg"
    assert "host" not in database["OPTIONS"]


def test_backups_by_themselves_are_a_folder_and_a_passphrase_that_lies_elsewhere(tmp_path):
    key, stick = tmp_path / "passphrase", tmp_path / "stick"
    key.write_text("eleven char\n and a second line")
    both = {"BACKUP_DIR": str(stick), "BACKUP_PASSPHRASE_FILE": str(key)}

    short = start(tmp_path, "DEBUG", **both)
    key.write_text("twelve chars\n")
    assert value(tmp_path, "BACKUP_DIR", **both) == str(stick)  # not plugged in: no reason not to start
    assert value(tmp_path, "BACKUP_PASSPHRASE_FILE", **both) == str(key)
    inside = start(tmp_path, "DEBUG", **both | {"BACKUP_DIR": str(tmp_path)})

    assert "has to be a passphrase of 12 characters or more" in short.stderr
    assert "eleven char" not in short.stderr
    assert "keep BACKUP_PASSPHRASE_FILE elsewhere: whoever finds the backups would have both." in inside.stderr
    assert value(tmp_path, "BACKUP_DIR") is None
