"""TEMPORARY."""

from crisis.facts import Fact, facts_at
from services.reads import board_at


def board_facts(board):
    found = []
    for tile in board.tiles:
        if tile.report:
            k = tile.service.key
            found.append(
                Fact(
                    f"status:{k}",
                    tile.status,
                    f"{tile.service} {tile.status}",
                    f"{tile.service}: {tile.status}",
                    tile.report.seq,
                    tile.since,
                )
            )
            if tile.report.capacity:
                found.append(
                    Fact(
                        f"capacity:{k}",
                        str(tile.report.capacity),
                        f"{tile.report.capacity} %",
                        f"{tile.service}: {tile.report.capacity} %",
                        tile.report.seq,
                        tile.since,
                    )
                )
    found.append(
        Fact(
            "count:suspended",
            str(board.counts["suspended"]),
            f"{board.counts['suspended']} suspended services",
            f"{board.counts['suspended']} suspended",
            board.seq,
        )
    )
    return found


def all_facts(crisis, moment):
    return board_facts(board_at(crisis, moment)) + facts_at(crisis, moment)
