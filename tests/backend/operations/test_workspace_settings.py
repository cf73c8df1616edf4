# SPDX-License-Identifier: Apache-2.0
"""Settings of a workspace: who may set what, two people at once, and what a workspace of before had set."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import Effect, Policy, Principal, Statement
from koodesk.domain.problem import Refused


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace(tmp_path).create()


def codes(refused: pytest.ExceptionInfo[Refused]) -> list[tuple[str, str]]:
    return [(p.code, p.where) for p in refused.value.problems]


def as_(workspace: Workspace, name: str, policy: str) -> Service:
    return open_service(workspace, access_rules().principal(name, (policy,)))


def test_what_was_set_is_kept_with_who_set_it(workspace: Workspace) -> None:
    with open_service(workspace) as service:
        before = service.settings.get()
        assert before.row("frequency_per_day").by == ""
        after = service.settings.set({"frequency_per_day": 1, "hours_end": 1320}, before.revision)
        assert after.revision != before.revision
        assert (after.value("frequency_per_day"), after.value("hours_end")) == (1, 1320)
        assert after.row("frequency_per_day").by == "local"
        assert after.row("frequency_per_day").at_ms > 0
    with open_service(workspace) as again:
        assert again.settings.get().value("hours_end") == 1320


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"hours_end": 1321}, ("campaign.window.too_wide", "window")),
        ({"hours_start": 1300}, ("campaign.window.empty", "window")),
        ({"frequency_per_day": 1001}, ("settings.range", "frequency_per_day")),
        ({"frequency_per_day": 5}, ("settings.frequency.order", "per_week")),
        ({"no.such": 1}, ("settings.unknown", "no.such")),
    ],
)
def test_what_no_rule_allows_is_not_set(
    workspace: Workspace, changes: dict[str, int], expected: tuple[str, str]
) -> None:
    with open_service(workspace) as service:
        before = service.settings.get()
        with pytest.raises(Refused) as refused:
            service.settings.set(changes)
        assert codes(refused) == [expected]
        assert service.settings.get() == before


def test_the_later_of_two_is_asked(workspace: Workspace) -> None:
    with as_(workspace, "王敏", "Koodesk LocalEngine") as one, open_service(workspace) as other:
        seen = other.settings.get().revision
        one.settings.set({"frequency_per_day": 1}, one.settings.get().revision)
        with pytest.raises(Refused) as refused:
            other.settings.set({"frequency_per_day": 2, "frequency_per_week": 3}, seen)
        assert codes(refused) == [("record.changed", "settings")]
        assert dict(refused.value.problems[0].params)["by"] == "王敏"
        now = other.settings.get()
        assert (now.value("frequency_per_day"), now.value("frequency_per_week")) == (1, 4)
        assert other.settings.set({"frequency_per_week": 3}, now.revision).value("frequency_per_week") == 3


def test_the_hours_have_a_right_of_their_own(workspace: Workspace) -> None:
    only = Policy("limits", (Statement(Effect.ALLOW, ("koodesk:settings:*",)),))
    with open_service(workspace, Principal("陈", (only,))) as service:
        assert service.settings.set({"frequency_per_day": 1}).value("frequency_per_day") == 1
        with pytest.raises(Refused, match=r"access\.denied"):
            service.settings.set({"hours_end": 1320})
        assert not service.settings.get().row("hours_end").may


def test_who_may_only_look_may_not_set(workspace: Workspace) -> None:
    with as_(workspace, "李", "KooMessage ReadOnlyAccess") as service:
        assert not any(row.may for row in service.settings.get().rows)
        with pytest.raises(Refused, match=r"access\.denied"):
            service.settings.set({"frequency_per_day": 1})


@pytest.mark.parametrize(
    ("stored", "hours"),
    [
        ({"window_start": "09:30", "window_end": "20:00"}, (570, 1200)),
        ({"window_start": "06:00", "window_end": "23:00"}, (480, 1260)),
        ({"window_start": "zz", "window_end": "20:00"}, (480, 1260)),
        ({}, (480, 1260)),
        ([], (480, 1260)),
    ],
    ids=["set", "wider than allowed", "no time", "never set", "damaged"],
)
def test_hours_that_were_set_before_there_were_workspace_settings(
    workspace: Workspace, stored: object, hours: tuple[int, int]
) -> None:
    workspace.settings.write_text(json.dumps({"settings": stored}), "utf-8")
    with open_service(workspace) as service:
        view = service.settings.get()
    assert (view.value("hours_start"), view.value("hours_end")) == hours


def test_a_value_nobody_can_read_counts_as_never_set(workspace: Workspace) -> None:
    with open_service(workspace) as service:
        usual = service.settings.get()
    import sqlite3
    from contextlib import closing

    with closing(sqlite3.connect(workspace.database)) as connection, connection:
        connection.executemany(
            "INSERT INTO workspace_setting (name, value, by, at_ms) VALUES (?, ?, 'x', 1)",
            [("hours_end", "{"), ("frequency_per_day", '"2"'), ("frequency_per_week", "-3"), ("later", "1")],
        )
    with open_service(workspace) as service:
        assert service.settings.get().revision == usual.revision
