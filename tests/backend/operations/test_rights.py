# SPDX-License-Identifier: Apache-2.0
"""Rights at the front door: no public method without an action, no action outside the catalogue, and no way round."""

import inspect
from collections.abc import Callable, Iterator
from dataclasses import fields
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import access_rules, open_service
from koodesk.backend.operations.rights import ACTION_ATTRIBUTE
from koodesk.backend.service import Service
from koodesk.backend.workspace import Workspace
from koodesk.domain.access import Principal
from koodesk.domain.filing import FilingKind
from koodesk.domain.problem import Refused
from tests.backend.operations.clearing_desk import PDF, ClearingDesk
from tests.domain.strategies import good

NO_PARTS = ("workspace", "access", "closers", "renew")
PARTS = tuple(field.name for field in fields(Service) if field.name not in NO_PARTS)
"""Every service there is: one that is added is judged without being named here."""
WITHOUT = {
    ("exports", "close"),  # gives back what is held open
    ("exports", "work"),  # a machine's own: each export is judged as the one who asked for it
    # asked by other services inside their own transaction
    ("filings", "check_cleared"),
    ("filings", "check_video_cleared"),
    ("filings", "check_account_cleared"),
    ("filings", "letters_present"),
    ("filings", "rules_of"),  # the form's papers, the same for everybody
    ("audiences", "clean"),  # house-keeping at the start; shows nothing
    # signing in and out, and one's own password: nobody needs a right for it
    *(
        ("signing_in", name)
        for name in (
            "asks_password",
            "begin",
            "change_password",
            "enter_as_main",
            "main_has_password",
            "prove",
            "remove_main_password",
            "session",
            "set_main_password",
            "sign_in",
            "sign_in_with_key",
            "sign_out",
        )
    ),
}


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    with open_service(Workspace(tmp_path / "workspace"), Principal("nobody", ())) as service:
        yield service


def methods(service: Service) -> Iterator[tuple[str, str, Callable[..., object]]]:
    for part in PARTS:
        for name, method in inspect.getmembers(getattr(service, part), inspect.ismethod):
            if not name.startswith("_") and (part, name) not in WITHOUT:
                yield part, name, method


def test_every_public_method_names_an_action_of_the_catalogue(service: Service) -> None:
    actions = access_rules().actions
    open_doors = [
        f"{part}.{name}"
        for part, name, method in methods(service)
        if getattr(method, ACTION_ATTRIBUTE, None) not in actions
    ]
    assert open_doors == []


def test_no_public_method_does_its_work_after_its_right_was_asked_for(service: Service) -> None:
    """What is a generator or a coroutine runs when somebody takes from it: outside its call, as whoever is signed in then."""
    later = [
        f"{part}.{name}"
        for part, name, method in methods(service)
        if inspect.isgeneratorfunction(inspect.unwrap(method))
        or inspect.iscoroutinefunction(inspect.unwrap(method))
        or inspect.isasyncgenfunction(inspect.unwrap(method))
    ]
    assert later == []


def test_nobody_gets_through_any_door(service: Service) -> None:
    for part, name, method in methods(service):
        arguments = [None for p in inspect.signature(method).parameters.values() if p.default is p.empty]
        with pytest.raises(Refused) as refused:
            method(*arguments)
        assert [p.code for p in refused.value.problems] == ["access.denied"], f"{part}.{name}"


def test_a_reader_sees_and_changes_nothing(tmp_path: Path) -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    desk = ClearingDesk(tmp_path, reader)
    assert desk.cards.list() == ()
    assert desk.filings.get(FilingKind.SEND_TASK).papers
    changes: tuple[Callable[[], object], ...] = (
        lambda: desk.cards.create(good()),
        lambda: desk.filings.attach(FilingKind.SEND_TASK, "licence", desk.file("a.pdf", PDF)),
        lambda: desk.sms.add_app("Spruce"),
        lambda: desk.reviews.approve(1),
    )
    for change in changes:
        with pytest.raises(Refused) as refused:
            change()
        (problem,) = refused.value.problems
        assert (problem.code, problem.param("principal")) == ("access.denied", "reader")
    assert desk.reviewer.calls == 0
    assert not (tmp_path / "papers").exists()


def test_the_guides_probe_of_the_service_account(tmp_path: Path) -> None:
    """KooMessage SA ReadOnlyAccess sees the channel numbers and cannot delete one (seed 4.3.1); FullAccess may."""
    rules = access_rules()
    for name in ("reader", "writer"):
        (tmp_path / name).mkdir()
    reader = ClearingDesk(tmp_path / "reader", rules.principal("reader", ("KooMessage SA ReadOnlyAccess",)))
    assert reader.ports.list() == ()
    for change in (lambda: reader.ports.delete(1), lambda: reader.ports.bind(1, 1), reader.accounts.create):
        with pytest.raises(Refused) as refused:
            change()
        assert [p.code for p in refused.value.problems] == ["access.denied"]
    writer = ClearingDesk(tmp_path / "writer", rules.principal("writer", ("KooMessage SA FullAccess",)))
    with pytest.raises(Refused) as refused:
        writer.ports.delete(1)
    assert [p.code for p in refused.value.problems] == ["sa.unknown"]
