"""kill -9 while the pen writes: fifty times the server dies between two saves, and nothing that it acknowledged is lost.

    python3 manage.py test --version      # once: the environment of tests and benches
    .venv/bin/python bench/kills.py [--kills 50]

The real launcher on a database of its own (SQLite, or what DATABASE_URL says). A client signs in, opens a meeting, and saves
the text of a point letter by letter over HTTP, as the page does. After a random number
of acknowledged saves the server is killed while the next one is under way, started again, and asked: the newest text must
be the last that was acknowledged, or the one that was under way. Prints one line of JSON; exits 1 when anything is lost.
"""

import argparse
import http.client
import json
import random
import re
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path
from urllib.parse import urlencode, urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.running import PASSWORD, RunningServer, running

LETTERS = "Le serveur du laboratoire redémarre à dix heures ; Marche reste sur papier. "


class Pen:
    """A browser's worth of HTTP: cookies, a token, forms."""

    def __init__(self, url: str) -> None:
        self.host, self.cookies = urlsplit(url).netloc, dict[str, str]()

    def ask(self, method: str, path: str, typed: dict[str, str] | None = None) -> tuple[int, str, str]:
        """Status, address that the answer leads to, body."""
        connection = http.client.HTTPConnection(self.host, timeout=10)
        token = self.cookies.get("csrftoken", "")
        headers = {"Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items()), "X-CSRFToken": token}
        headers |= {"Accept": "application/json" if path.endswith("/text/") else "text/html"}
        headers |= {"Content-Type": "application/x-www-form-urlencoded"} if typed is not None else {}
        connection.request(method, path, urlencode(typed) if typed is not None else None, headers)
        answer = connection.getresponse()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        body = answer.read().decode()
        connection.close()
        return answer.status, answer.getheader("Location") or "", body

    def sign_in(self) -> None:
        """As the secretary."""
        self.ask("GET", "/sign-in/")
        status, _where, _body = self.ask("POST", "/sign-in/", {"username": "secretary", "password": PASSWORD})
        assert status == 302, "the secretary could not sign in"


class Round:
    """One life of the server: saves until it is killed."""

    def __init__(self, pen: Pen, path: str, text: str, version: int) -> None:
        self.pen, self.path = pen, path
        self.acknowledged, self.version, self.sent = text, version, text
        self.saves = 0

    def write(self) -> None:
        """Letter by letter, until the server is gone."""
        while True:
            self.sent = self.acknowledged + LETTERS[len(self.acknowledged) % len(LETTERS)]
            try:
                status, _where, body = self.pen.ask("POST", self.path, {"body": self.sent, "base": str(self.version)})
            except (OSError, http.client.HTTPException):
                return
            if status != 200:
                return
            self.acknowledged, self.version = self.sent, json.loads(body)["version"]
            self.saves += 1


def found_in(server: RunningServer) -> tuple[str, int]:
    """The newest text of the point, and its version."""
    lines = "from crisis.meetings.models import Draft; import json; d = Draft.objects.order_by('version').last()"
    return tuple(json.loads(server.python(f"{lines}; print(json.dumps([d.body, d.version]))")))  # type: ignore[return-value]


def once(server: RunningServer, pen: Pen, path: str, before: tuple[str, int]) -> tuple[Round, tuple[str, int], float]:
    """Write, kill, start again, look."""
    life = Round(pen, path, *before)
    writer = threading.Thread(target=life.write)
    writer.start()
    time.sleep(random.uniform(0.05, 0.5))
    server.kill()
    writer.join()
    start = time.monotonic()
    server.start()
    return life, found_in(server), time.monotonic() - start


def main() -> None:
    """Kill it as often as asked."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    kills = parser.parse_args().kills
    lost, saves, starts = 0, 0, []
    with tempfile.TemporaryDirectory() as folder, running(Path(folder), "--demo") as server:
        pen = Pen(server.url)
        pen.sign_in()
        _status, where, _body = pen.ask("POST", "/crises/1/meetings/open/", {"kind": "ordinary"})
        page = pen.ask("GET", where)[2]
        path = re.findall(r'action="([^"]+/text/)"', page)[0]
        now = ("", 0)
        for _kill in range(kills):
            life, found, seconds = once(server, pen, path, now)
            lost += found[0] not in {life.acknowledged, life.sent}
            saves, now = saves + life.saves, found
            starts.append(seconds)
        fault = server.manage("verify_journal")
    said = {"bench": "kills", "kills": kills, "acknowledged": saves, "lost": lost, "letters": len(now[0])}
    print(json.dumps(said | {"back_after_s": round(statistics.median(starts), 2), "journal": fault.splitlines()[0]}))
    sys.exit(1 if lost else 0)


if __name__ == "__main__":
    main()
