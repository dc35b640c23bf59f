"""Starts a bag where there is no network at all and asks for its first page; prints what came as one line of JSON.

unshare --net --map-root-user python3 tests/bag_inside.py FOLDER
"""

import fcntl
import json
import re
import signal
import socket
import struct
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

UP, SET_FLAGS = 1, 0x8914


def loopback() -> None:
    """A new network has loopback, but down."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        fcntl.ioctl(asked, SET_FLAGS, struct.pack("16sh14x", b"lo", UP))


def outside() -> str:
    """Whether anything beyond this machine answers."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "unreachable"
    return "reachable"


def main(folder: Path) -> None:
    """Start, wait for the address, ask for the page, stop."""
    loopback()
    began = time.monotonic()
    command = [sys.executable, str(folder / "manage.py"), "up", "--port", "0"]
    server = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert server.stdout is not None
    said = []
    for line in server.stdout:
        said.append(line)
        if found := re.search(r"http://localhost:\d+", line):
            break
    else:
        sys.exit("".join(said))
    with urllib.request.urlopen(f"{found[0]}/") as answer:
        page = answer.read().decode()
    told = {"page": answer.status, "asks": re.findall(r'name="(\w+)"', page), "outside": outside()}
    print(json.dumps(told | {"seconds": round(time.monotonic() - began, 1)}))
    server.send_signal(signal.SIGTERM)
    server.wait(20)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
