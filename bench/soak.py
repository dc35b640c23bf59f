"""A soak: 200 walls, a change a second, sockets that go and come back, for ten minutes. Nothing lost, memory flat.

    python3 manage.py test --version      # once: the environment of tests and benches
    .venv/bin/python bench/soak.py [--minutes 10] [--sockets 200] [--server daphne|uvicorn]

Changes are `services.writes.report_status` in the server. Each second one wall says good-bye and one is cut off without a
word; both come back within a second or so. Every 15 s: the server's resident memory, and the walls that are `behind`: open
for 5 s or more and yet without a change of 5 s ago. `memory_growth_percent` compares the medians of the last quarter and
of the second (the first fills caches).
"""

import argparse
import json
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from sockets import Walls
from storm import LANGUAGES, Served, made

BEAT, LOOK = 5.0, 15.0
"""Seconds between two beats of the hub, and between two looks at memory and walls."""


class Soak:
    """What happens each second, and what was seen."""

    def __init__(self, walls: Walls, served: Served) -> None:
        self.walls, self.served = walls, served
        self.written: list[tuple[float, int]] = []
        self.rows: list[dict[str, Any]] = []
        self.began = time.monotonic()

    def second(self) -> None:
        """One change; one wall goes politely, one abruptly."""
        seq = self.served.ask("report")["seq"]
        self.written.append((time.monotonic(), seq))
        self.walls.drop("walls", 1, 1)

    def due(self) -> int:
        """The seq that every wall must show by now: committed a heartbeat ago."""
        limit = time.monotonic() - BEAT
        return max((seq for at, seq in self.written if at <= limit), default=0)

    def look(self) -> dict[str, Any]:
        """Memory, and how the walls are."""
        due, limit = self.due(), time.monotonic_ns() - BEAT * 1e9
        state = self.walls.state("walls")
        settled = [wall for wall in state if wall[0] and wall[1] <= limit]
        row = {"seconds": round(time.monotonic() - self.began), "memory_mb": round(self.served.memory, 1)}
        row |= {"changes": len(self.written), "open": sum(wall[0] for wall in state)}
        row |= {
            "behind": sum(wall[2] < due for wall in settled),
            "silent": sum(wall[3] < limit - 1e9 for wall in settled),
        }
        self.rows.append(row | {"losses": sum(wall[4] for wall in state)})
        if len(self.rows) == 1:
            print(" ".join(f"{name:>10}" for name in self.rows[0]))
        print(" ".join(f"{value:>10}" for value in self.rows[-1].values()), flush=True)
        return self.rows[-1]

    def run(self, minutes: float) -> None:
        """For so long; late seconds are not made up for."""
        end, next_look = self.began + minutes * 60, self.began + LOOK
        while (now := time.monotonic()) < end:
            self.second()
            if now >= next_look:
                self.look()
                next_look += LOOK
            time.sleep(max(0.0, now + 1 - time.monotonic()))

    def ended(self, sockets: int) -> dict[str, Any]:
        """The last look, a heartbeat after the last change: who is not there or does not show it is behind."""
        time.sleep(BEAT + 1)
        last = self.look()
        memory = [row["memory_mb"] for row in self.rows]
        quarter = max(1, len(memory) // 4)
        second, fourth = (
            statistics.median(memory[quarter : 2 * quarter] or memory),
            statistics.median(memory[-quarter:]),
        )
        found = {"bench": "soak", "sockets": sockets, "seconds": last["seconds"], "changes": last["changes"]}
        found |= {"behind": last["behind"] + sockets - last["open"], "silent": last["silent"], "losses": last["losses"]}
        found |= {"behind_worst": max(row["behind"] for row in self.rows), "memory_mb": fourth}
        return found | {"memory_growth_percent": round((fourth / second - 1) * 100, 2)}


def main() -> None:
    """Prepare, soak, print."""
    parser = argparse.ArgumentParser(description="Walls for ten minutes, with a change a second.")
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--sockets", type=int, default=200)
    parser.add_argument("--server", choices=["daphne", "uvicorn"], default="daphne")
    asked = parser.parse_args()
    with Walls() as walls, tempfile.TemporaryDirectory(prefix="vigie-soak-", ignore_cleanup_errors=True) as folder:
        cookies = made(Path(folder), "prepare", "60", str(asked.sockets), *LANGUAGES)["cookies"]
        served = Served(Path(folder), "serve", asked.server)
        walls.open("walls", served.port, "/ws/wall/", cookies, returns=True)
        soak = Soak(walls, served)
        soak.run(asked.minutes)
        found = soak.ended(asked.sockets) | {"server": asked.server}
        walls.leave("walls")
        served.end()
    print(json.dumps(found))


if __name__ == "__main__":
    main()
