"""A real PostgreSQL and a real Redis in temporary folders on free ports, for as long as a command runs.

    python3 bench/servers.py -- python3 manage.py test -m "not browser"
    python3 bench/servers.py                # prints DATABASE_URL and CHANNEL_LAYER_URL and waits for Ctrl-C

Standard library only. PostgreSQL refuses to run as root: as root its files belong to the user `nobody`.
"""

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path


def binary(name: str) -> str:
    """Where a server's program is."""
    found = shutil.which(name) or next(
        (str(p) for p in sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))[::-1]), ""
    )
    if not found:
        sys.exit(f"{name} is not on this machine: install postgresql and redis-server.")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Until something answers on the port."""
    until = time.monotonic() + 60
    while time.monotonic() < until:
        if process.poll() is not None:
            sys.exit(f"A server ended before it answered: {process.args}")
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    sys.exit("A server did not answer within a minute.")


def unprivileged() -> dict[str, object]:
    """How to start a process that must not be root."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}


@contextlib.contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """DATABASE_URL of a PostgreSQL of one's own."""
    data, port, who = folder / "postgresql", free_port(), unprivileged()
    data.mkdir(mode=0o700)
    if who:
        folder.chmod(0o755)
        os.chown(data, who["user"], who["group"])  # type: ignore[arg-type]
    quiet = {"stdout": subprocess.DEVNULL, "cwd": "/"}
    initdb = [
        binary("initdb"),
        "-D",
        str(data),
        "-U",
        "vigie",
        "--auth=trust",
        "--encoding=UTF8",
        "--locale=C",
        "--no-sync",
    ]
    subprocess.run(initdb, check=True, **quiet, **who)  # type: ignore[call-overload]
    options = ["-c", "fsync=off", "-c", "max_connections=200", "-c", "listen_addresses=127.0.0.1"]
    command = [binary("postgres"), "-D", str(data), "-p", str(port), "-k", str(data), *options]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL, **quiet, **who)  # type: ignore[call-overload]
    try:
        wait_for(port, process)
        yield f"postgres://vigie@127.0.0.1:{port}/postgres"
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(30)


@contextlib.contextmanager
def redis(folder: Path) -> Iterator[str]:
    """CHANNEL_LAYER_URL of a Redis of one's own."""
    port = free_port()
    command = [binary("redis-server"), "--port", str(port), "--bind", "127.0.0.1", "--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_for(port, process)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        process.terminate()
        process.wait(30)


def main(arguments: list[str]) -> int:
    """Run the command after `--`, or wait."""
    command = arguments[arguments.index("--") + 1 :] if "--" in arguments else []
    with (
        tempfile.TemporaryDirectory(prefix="vigie-") as name,
        postgresql(Path(name)) as database,
        redis(Path(name)) as layer,
    ):
        settings = {"DATABASE_URL": database, "CHANNEL_LAYER_URL": layer}
        if command:
            return subprocess.run(command, env=os.environ | settings).returncode
        print("\n".join(f"export {key}={value}" for key, value in settings.items()), flush=True)
        with contextlib.suppress(KeyboardInterrupt):
            signal.pause()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
