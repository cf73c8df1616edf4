# SPDX-License-Identifier: Apache-2.0
"""Tests marked `both_databases` run on SQLite and on PostgreSQL; with `--postgres` all of the backend's run on PostgreSQL.

Where no PostgreSQL can be started the second half is skipped, and says why.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from koodesk.backend.storage.stores import sending_dispatch
from tests import postgres
from tests.backend.sending.workshop import Workshop, open_workshop
from tests.databases import TeamServer, on, team_server


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Give each marked test its two databases."""
    if metafunc.config.getoption("--postgres"):
        metafunc.parametrize("_database", ["postgres"], indirect=True)
    elif metafunc.definition.get_closest_marker("both_databases"):
        metafunc.parametrize("_database", ["sqlite", "postgres"], indirect=True)


@pytest.fixture(scope="session")
def _team_server() -> Iterator[TeamServer]:
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    with team_server() as server:
        yield server


@pytest.fixture(autouse=True)
def _database(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    if getattr(request, "param", "sqlite") == "sqlite":
        yield
        return
    # Workers of a team pick among many chunks by chance; a scripted gateway wants them in their order.
    monkeypatch.setattr(sending_dispatch, "SPREAD", 1)
    with on(request.getfixturevalue("_team_server")):
        yield


@pytest.fixture
def desks(_team_server: TeamServer, tmp_path: Path) -> Iterator[Callable[[], Workshop]]:
    """Open a team's workspace from as many machines as are asked for; all speak to one gateway."""
    opened: list[Workshop] = []

    def another() -> Workshop:
        opened.append(open_workshop(tmp_path, opened[0].gateway if opened else None))
        return opened[-1]

    with on(_team_server):
        yield another
        for desk in opened:
            desk.database.close()
