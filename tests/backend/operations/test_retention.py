# SPDX-License-Identifier: Apache-2.0
"""What may go is shown first, goes only when asked for, and nothing else goes with it."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused

DAY = 86_400


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace(tmp_path / "ws").create()
    made.backups.mkdir()
    for number in range(4):
        put(made.exports / f"e{number}.xlsx", 100 * number, b"x" * 10)
        put(made.recovery / f"r{number}.log", 20 * number, b"y")
        put(made.backups / f"b{number}.koobackup", number, b"z" * 5)
    put(made.backups / "koodesk-before-schema-4.db", 900, b"old")
    (made.exports / "mine").mkdir()
    put(made.exports / "mine" / "kept.xlsx", 900, b"deeper")
    return made


def put(path: Path, days: int, data: bytes) -> None:
    path.write_bytes(data)
    at = time.time() - days * DAY - 60
    os.utime(path, (at, at))


@pytest.fixture
def service(workspace: Workspace) -> Iterator[Service]:
    with open_service(workspace) as service:
        service.settings.set({"keep_backups": 3})
        yield service


def counts(service: Service) -> dict[str, tuple[int, int]]:
    return {row.kind: (row.count, row.size) for row in service.retention.preview()}


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_looking_takes_nothing_away(service: Service, workspace: Workspace) -> None:
    before = names(workspace.exports), names(workspace.recovery), names(workspace.backups)
    assert counts(service) == {
        "exports": (2, 20),
        "recovery": (2, 2),
        "confirmations": (0, 0),
        "backups": (1, 5),
    }
    assert before == (names(workspace.exports), names(workspace.recovery), names(workspace.backups))


def test_what_is_asked_for_goes_and_nothing_else(service: Service, workspace: Workspace) -> None:
    assert service.retention.clear(["exports"]) == 2
    assert names(workspace.exports) == ["e0.xlsx", "e1.xlsx", "mine"]
    assert (workspace.exports / "mine" / "kept.xlsx").exists()
    assert len(names(workspace.recovery)) == 4
    assert service.retention.clear(["recovery", "backups"]) == 3
    assert names(workspace.backups) == [
        "b0.koobackup",
        "b1.koobackup",
        "b2.koobackup",
        "koodesk-before-schema-4.db",
    ]
    assert counts(service)["exports"] == (0, 0)


@pytest.mark.parametrize(("days", "count"), [(0, 0), (99, 3), (100, 3), (101, 2), (300, 1), (301, 0)])
def test_days_at_the_limit_and_one_over(service: Service, days: int, count: int) -> None:
    service.settings.set({"keep_exports_days": days})
    assert counts(service)["exports"][0] == count


def test_prepared_sends_that_nobody_confirmed(service: Service, workspace: Workspace) -> None:
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(workspace.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO confirmation (digest, draft, snapshot, created_ms) VALUES (?, '', '', ?)",
            [("a", 0), ("b", 31 * DAY * 1000), ("c", 61 * DAY * 1000)],
        )
    assert counts(service)["confirmations"] == (1, 0)
    assert service.retention.clear(["confirmations"]) == 1


def test_a_right_is_needed(workspace: Workspace) -> None:
    with open_service(workspace, access_rules().principal("李", ("KooMessage ReadOnlyAccess",))) as service:
        assert service.retention.preview()
        with pytest.raises(Refused, match=r"access\.denied"):
            service.retention.clear(["exports"])
