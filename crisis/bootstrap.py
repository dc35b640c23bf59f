"""From a bare Python to a running Vigie, with the standard library only.

Makes `.venv`, installs what the requirement file pins (from `wheels/` when that folder is there: no internet), and runs
the command again inside. An active virtual environment is used as it is; what it lacks is installed into it.
`python3 -m crisis.bootstrap` prepares everything, the tools for development too, and does nothing else.
"""

from __future__ import annotations  # a Python too old must reach the sentence that says so

import contextlib
import hashlib
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from importlib import metadata
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (3, 11)
LOOPBACK = {"127.0.0.1", "localhost", "::1"}
EVERYWHERE = {"0.0.0.0", "::"}
FAR = ["192.0.2.1", "10.255.255.255", "172.16.0.1", "192.168.255.255"]
"""Somewhere outside, and somewhere in each range of private networks."""
SIOCGIFADDR = 0x8915
"""Linux's question for an interface's address."""


def run(argv: list[str]) -> None:
    """Return when this Python has what the command needs; otherwise make it so and run the command again inside."""
    if sentence := too_old(sys.version_info[:2]):
        sys.exit(sentence)
    command = argv[1] if len(argv) > 1 else ""
    enter(argv, ROOT / ("requirements-dev.txt" if command == "test" else "requirements.txt"))
    if command == "up":
        choose_settings(argv)


def too_old(version: tuple[int, ...]) -> str:
    """What to tell who starts Vigie with an old Python; "" when it is new enough."""
    if version >= OLDEST:
        return ""
    mine = ".".join(map(str, version))
    return f"Vigie needs Python {OLDEST[0]}.{OLDEST[1]} or newer; this is {mine}. Start it with a newer python3."


def choose_settings(argv: list[str]) -> None:
    """What `up` says in words, as the settings read it: the demonstration's own database, HTTPS, the hosts that it binds."""
    if "--demo" in argv:
        os.environ["VIGIE_DEMO"] = "1"
    if "--https" in argv:
        os.environ["VIGIE_HTTPS"] = "1"
    if more := hosts_of(option(argv, "--host")):
        os.environ.setdefault("VIGIE_HTTPS", "1")
        known = os.environ.get("ALLOWED_HOSTS") or "localhost,127.0.0.1,[::1]"
        os.environ["ALLOWED_HOSTS"] = ",".join([known, *more])


def option(argv: list[str], name: str) -> str:
    """The value of an option, written either way; "" when it is not there."""
    for place, word in enumerate(argv):
        if word == name:
            return argv[place + 1] if place + 1 < len(argv) else ""
        if word.startswith(f"{name}="):
            return word.partition("=")[2]
    return ""


def hosts_of(bound: str) -> list[str]:
    """The names by which a browser reaches what `--host` binds, beside loopback. Everywhere is this machine's names."""
    if not bound or bound in LOOPBACK:
        return []
    if bound not in EVERYWHERE:
        return [f"[{bound}]" if ":" in bound else bound]
    return [socket.gethostname().lower(), *own_addresses()]


def own_addresses() -> list[str]:
    """This machine's IPv4 addresses, each once, without loopback; first the one that faces the network.

    A network that was cut off has no way out: only a route, or the interface itself, then names the address.
    """
    found = [*map(facing, FAR), *listed()]
    return list(dict.fromkeys(address for address in found if address and not address.startswith(("127.", "0."))))


def facing(far: str) -> str:
    """Which of our addresses would speak to another; "" when no way leads there. Nothing is sent."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect((far, 9))
        return str(probe.getsockname()[0])
    return ""


def listed() -> list[str]:
    """The addresses of the interfaces on Linux; elsewhere those that the system knows for this machine's own name.

    On Linux that question may wait for a name server that is away.
    """
    found = []
    if sys.platform == "linux":
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
            for _index, name in socket.if_nameindex():
                with contextlib.suppress(OSError):  # an interface without an address
                    answer = fcntl.ioctl(asking, SIOCGIFADDR, name.encode().ljust(40, b"\0"))
                    found.append(socket.inet_ntoa(answer[20:24]))
    else:
        with contextlib.suppress(OSError, UnicodeError):
            names = socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)
            found += [str(address[4][0]) for address in names]
    return found


def inside() -> bool:
    """Whether an environment is active already: ours, or one that somebody chose."""
    return sys.prefix != sys.base_prefix


def enter(argv: list[str], requirements: Path) -> None:
    """Have everything installed, and be inside."""
    ours = ROOT / ".venv"
    home = Path(sys.prefix) if inside() else ours
    if home.resolve() != ours.resolve():
        if lacking(requirements):
            install(Path(sys.executable), requirements)
        return
    if not ready(ours, requirements):
        with locked(ROOT / ".venv.lock"):
            if not ready(ours, requirements):
                prepare(ours, requirements)
    if not inside():
        again([str(python_of(ours)), *argv])


def lacking(requirements: Path) -> list[str]:
    """The pins that this very Python does not meet, as the file writes them."""
    found = []
    for pin in pins(requirements):
        name, _, version = pin.partition("==")
        try:
            if metadata.version(re.sub(r"\[.*", "", name)) != version:
                found.append(pin)
        except metadata.PackageNotFoundError:
            found.append(pin)
    return found


def pins(requirements: Path) -> list[str]:
    """Every `name==version` of a requirement file and of those it includes."""
    found = []
    for line in requirements.read_text().splitlines():
        if line.startswith("-r "):
            found += pins(requirements.parent / line[3:].strip())
        elif "==" in line and not line.startswith("#"):
            found.append(line.strip())
    return found


def fingerprint(requirements: Path) -> str:
    """What the requirement files and this Python's version say, as one hash."""
    says = [f"python {sys.version_info[0]}.{sys.version_info[1]}", *pins(requirements)]
    return hashlib.sha256("\n".join(says).encode()).hexdigest()


def stamp_of(home: Path, requirements: Path) -> Path:
    """Where an environment keeps what was installed into it; written last, so a broken installation has none."""
    return home / f".{requirements.stem}.stamp"


def ready(home: Path, requirements: Path) -> bool:
    """Whether an environment holds exactly what the files say, for this version of Python."""
    stamp = stamp_of(home, requirements)
    return python_of(home).exists() and stamp.exists() and stamp.read_text() == fingerprint(requirements)


def prepare(home: Path, requirements: Path) -> None:
    """Make the environment when it is missing or of another Python, install, and stamp."""
    if not inside() and not made_by_this_python(home):
        say("Making the environment .venv …")
        if subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", str(home)]).returncode:
            sys.exit(f"{home} could not be made: look at the lines above, then run the command again.")
    install(python_of(home), requirements)
    stamp_of(home, requirements).write_text(fingerprint(requirements))


def python_of(home: Path) -> Path:
    """The interpreter of an environment."""
    return home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def made_by_this_python(home: Path) -> bool:
    """Whether the environment's packages are of this Python's version: an upgraded system leaves an old one behind."""
    config = home / "pyvenv.cfg"
    said = re.search(r"^version\s*=\s*(\d+)\.(\d+)", config.read_text(), re.M) if config.exists() else None
    return python_of(home).exists() and said is not None and (int(said[1]), int(said[2])) == sys.version_info[:2]


def install(python: Path, requirements: Path) -> None:
    """Install, from `wheels/` when it is there and from the index otherwise, with the pip that ships in `bootstrap/`."""
    wheels = ROOT / "wheels"
    where = ["--no-index", "--find-links", str(wheels)] if wheels.is_dir() else []
    say(f"Installing what {requirements.name} names, from {'wheels/' if where else 'the package index'} …")
    pip = max((ROOT / "bootstrap").glob("pip-*.whl")) / "pip"
    quiet = ["--quiet", "--disable-pip-version-check", "--no-warn-script-location"]
    if subprocess.run([str(python), str(pip), "install", *quiet, *where, "-r", str(requirements)]).returncode:
        sys.exit(
            "The packages could not be installed: look at the lines above, then run the command again. Without internet,"
            f" fill wheels/ on a machine that has it: python3 -m pip download -r {requirements.name} -d wheels"
        )


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """One installation at a time; the system gives the lock back whatever way its holder ends."""
    with path.open("a") as file:
        if sys.platform == "win32":
            msvcrt.locking(file.fileno(), msvcrt.LK_LOCK, 1)
        else:
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def again(command: list[str]) -> None:
    """Run the command inside the environment: in this process's place, or (Windows) as a child whose answer is passed on."""
    sys.stdout.flush()
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    os.execv(command[0], command)


def say(sentence: str) -> None:
    """A line for the person who waits."""
    print(sentence, file=sys.stderr, flush=True)


if __name__ == "__main__":
    enter(["-m", "crisis.bootstrap"], ROOT / "requirements-dev.txt")
