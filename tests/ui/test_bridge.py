# SPDX-License-Identifier: Apache-2.0
"""The bridge: off the window's thread and back on it, and every way a call can end."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from koodesk.domain.problem import Problem, Refused, problem

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.ui.bridge import Bridge

pytestmark = pytest.mark.gui


class Desk:
    """A service that only knows how to be closed."""

    def __init__(self) -> None:
        self.closed = 0

    def close(self) -> None:
        self.closed += 1


@pytest.fixture
def service() -> Desk:
    return Desk()


@pytest.fixture
def bridge(qtbot: QtBot, service: Desk) -> Iterator[Bridge]:
    from koodesk.ui.bridge import Bridge

    made = Bridge(lambda: service)  # type: ignore[arg-type,return-value]  # no service is needed to carry its calls
    yield made
    made.close()


@pytest.fixture
def owner(qtbot: QtBot) -> Any:
    from PySide6.QtCore import QObject

    return QObject()


def test_the_work_is_off_the_windows_thread_and_its_outcome_on_it(
    qtbot: QtBot, bridge: Bridge, owner: Any, service: Desk
) -> None:
    here = threading.get_ident()
    seen: list[Any] = []
    bridge.call(
        owner,
        lambda given, _task: (id(given) == id(service), threading.get_ident()),
        lambda found: seen.extend((*found, threading.get_ident())),
    )
    assert bridge.busy
    qtbot.waitUntil(lambda: bool(seen))
    assert seen[0] is True
    assert seen[1] != here
    assert seen[2] == here
    qtbot.waitUntil(lambda: not bridge.busy)


def test_a_refusal_comes_as_its_problems(qtbot: QtBot, bridge: Bridge, owner: Any) -> None:
    told: list[tuple[Problem, ...]] = []
    wrong = problem("sms_app.name", "name")

    def refuse(*_: Any) -> None:
        raise Refused(wrong)

    bridge.call(owner, refuse, lambda _: pytest.fail("nothing was done"), told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(wrong,)]


def test_a_defect_of_ours_is_a_problem_and_in_the_log(
    qtbot: QtBot, bridge: Bridge, owner: Any, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[tuple[Problem, ...]] = []
    with caplog.at_level(logging.ERROR, "koodesk.ui.bridge"):
        bridge.call(owner, lambda *_: 1 // 0, None, told.append)
        qtbot.waitUntil(lambda: bool(told))
    assert [p.code for p in told[0]] == ["defect"]
    assert dict(told[0][0].params) == {"kind": "ZeroDivisionError"}
    assert any(record.exc_info for record in caplog.records)


def test_an_outcome_nobody_waits_for_is_dropped_and_its_work_told(qtbot: QtBot, bridge: Bridge) -> None:
    import shiboken6
    from PySide6.QtCore import QObject

    gone = QObject()
    begun, go_on = threading.Event(), threading.Event()
    told: list[bool] = []

    def work(_service: Any, task: Any) -> None:
        begun.set()
        assert go_on.wait(60)
        told.append(task.cancelled())

    bridge.call(gone, work, lambda _: pytest.fail("the page is gone"), lambda _: pytest.fail("gone"))
    assert begun.wait(60)
    shiboken6.delete(gone)
    go_on.set()
    qtbot.waitUntil(lambda: not bridge.busy)
    assert told == [True]


def test_cancel_asks_the_work_and_progress_comes_meanwhile(qtbot: QtBot, bridge: Bridge, owner: Any) -> None:
    reports: list[int] = []
    told: list[Any] = []
    listening, stopped = threading.Event(), threading.Event()

    def work(_service: Any, task: Any) -> None:
        assert listening.wait(60)
        task.progress.emit(1)
        while not task.cancelled():
            stopped.wait(0.005)
        raise Refused(problem("reader.cancelled", file="a"))

    task = bridge.call(owner, work, None, told.append)
    task.progress.connect(reports.append)
    listening.set()
    qtbot.waitUntil(lambda: bool(reports))
    assert bridge.busy
    task.cancel()
    qtbot.waitUntil(lambda: bool(told))
    assert told[0][0].code == "reader.cancelled"
    assert not task.running


def test_a_service_that_cannot_be_opened_refuses_every_call(qtbot: QtBot, owner: Any) -> None:
    from koodesk.ui.bridge import Bridge

    def opener() -> Any:
        raise Refused(problem("storage.newer", file="koodesk.db", limit=1, actual=2))

    bridge = Bridge(opener)
    told: list[tuple[Problem, ...]] = []
    for _ in range(2):
        bridge.call(owner, lambda *_: None, None, told.append)
    qtbot.waitUntil(lambda: len(told) == 2)
    assert {p.code for problems in told for p in problems} == {"storage.newer"}
    bridge.close()


def test_calls_go_to_the_service_in_use_and_it_is_the_one_that_is_closed(
    qtbot: QtBot, bridge: Bridge, owner: Any, service: Desk
) -> None:
    seen: list[Any] = []
    anew = Desk()
    bridge.call(owner, lambda given, _task: given, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 1)
    bridge.use(anew)  # type: ignore[arg-type]  # no service is needed to carry its calls
    bridge.call(owner, lambda given, _task: given, seen.append)
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert seen == [service, anew]
    bridge.close()
    assert (service.closed, anew.closed) == (0, 1)


def test_closing_ends_what_runs_and_gives_the_service_back_once(
    qtbot: QtBot, bridge: Bridge, owner: Any, service: Desk
) -> None:
    begun = threading.Event()

    def work(_service: Any, task: Any) -> None:
        begun.set()
        while not task.cancelled():
            threading.Event().wait(0.005)

    bridge.call(owner, work)
    assert begun.wait(60)
    last: list[str] = []
    bridge.close(lambda: last.append("said"))
    bridge.close(lambda: last.append("again"))
    assert (service.closed, last) == (1, ["said"])
    # A timer that fires while the window goes must not raise.
    late = bridge.call(owner, lambda *_: pytest.fail("closed"))
    assert not late.running


def test_an_older_answer_that_comes_later_is_not_shown_over_a_newer_one(
    qtbot: QtBot, bridge: Bridge, owner: Any
) -> None:
    shown: list[str] = []
    newer = threading.Event()

    def show(text: str) -> None:
        shown.append(text)

    def slow(*_: Any) -> str:
        assert newer.wait(60)
        return "old"

    def quick(*_: Any) -> str:
        newer.set()
        return "new"

    def refuse(*_: Any) -> str:
        raise Refused(problem("card.unknown"))

    bridge.call(owner, slow, show, in_turn=True)
    bridge.call(owner, refuse, show, lambda _: shown.append("refused"), in_turn=True)
    bridge.call(owner, lambda *_: "other", lambda text: shown.append(f"{text}!"), in_turn=True)
    qtbot.waitUntil(lambda: shown == ["other!"])  # of other lines: it waits for nobody
    bridge.call(owner, quick, show, in_turn=True)
    qtbot.waitUntil(lambda: not bridge.busy)
    assert shown == ["other!", "old", "refused", "new"]
    assert not bridge._turns


def test_a_defect_in_what_follows_keeps_nobody_else_waiting(qtbot: QtBot, bridge: Bridge, owner: Any) -> None:
    shown: list[int] = []
    newer = threading.Event()

    def show(number: int) -> None:
        shown.append(10 // number)

    def none(*_: Any) -> int:
        assert newer.wait(60)
        return 0

    def five(*_: Any) -> int:
        newer.set()
        return 5

    with qtbot.captureExceptions() as raised:
        bridge.call(owner, none, show, in_turn=True)
        bridge.call(owner, five, show, in_turn=True)
        qtbot.waitUntil(lambda: not bridge.busy)
    assert [kind for kind, *_ in raised] == [ZeroDivisionError]
    assert shown == [2]
