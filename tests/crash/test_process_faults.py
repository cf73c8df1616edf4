# SPDX-License-Identifier: Apache-2.0
"""Processes that stand still and wires that break, in small; `python scripts/process_faults.py` plays all of it."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

import pytest

from koodesk.proof.once import Verdict
from tests import postgres
from tests.crash.process_stories import (
    STAND_STILL,
    Ground,
    cut_wires,
    engine_of,
    engine_struck,
    sessions_ended,
    stand_still,
)
from tests.crash.wires import AFTER, BEFORE, CUT, KILLED, WITHIN, EngineWire, ServerWire

pytestmark = [pytest.mark.slow, pytest.mark.crash]


def once(count: int) -> Verdict:
    """Everybody once, nobody unknown."""
    return Verdict(count, lost=0, twice=0, unknown=0, untold=0)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    made = Ground(tmp_path_factory.mktemp("file"))
    yield made
    made.close()


@pytest.fixture(scope="module")
def team(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    with postgres.running(postgres.DURABLE) as server:
        made = Ground(tmp_path_factory.mktemp("team"), server)
        yield made
        made.close()


def test_a_files_worker_stands_still_and_another_is_refused(file: Ground) -> None:
    """Answered, and the answer not written: whoever took it over now would send again."""
    assert stand_still(file, STAND_STILL[1], 2, 200, 10, 0.0).verdict == once(200)


def test_an_engine_that_dies_in_mid_answer(file: Ground) -> None:
    """An answer cut, and the engine killed with half an answer told."""
    with EngineWire(engine_of(file.site), 0.0, Random(1)) as wire:
        assert engine_struck(file, wire, 200, 10, 30.0, ("", CUT, "", KILLED)).verdict == once(200)
        assert wire.struck == {CUT: 1, KILLED: 1}


def test_wires_to_the_server_break_around_a_commit(team: Ground) -> None:
    with ServerWire(team.socket) as wire:
        told = (BEFORE, "", "", AFTER, "", "", WITHIN, "", "") * 2
        assert cut_wires(team, wire, 400, 10, told).verdict == once(400)
        assert wire.struck == {BEFORE: 2, AFTER: 2, WITHIN: 2}


def test_a_server_that_crashes_while_two_send(team: Ground) -> None:
    """And ends all their sessions once: both are in the list again, and take jobs."""
    told = sessions_ended(team, ("all sessions", "the server"), 400, 10, Random(1))
    assert told.verdict == once(400)
    assert told.met == {"all sessions": 1, "the server": 1}
