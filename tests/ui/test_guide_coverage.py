# SPDX-License-Identifier: Apache-2.0
"""Every item of the guide has its place in the real window: the page is in the rail and the widget is there."""

from __future__ import annotations

import shutil
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from scripts.make_guide_coverage import Item, read

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = [pytest.mark.gui, pytest.mark.slow]
FIXTURES = Path(__file__).parents[1] / "fixtures"


ENGINE = {"account", "packages", "buy_package"}
"""Pages that show nothing without an engine."""


def ask_for_engine(robot: Robot, on: str) -> None:
    """Start an engine, and bring its account into the state the place is about."""
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan

    story = RedPacketStory(robot, Plan(Path(), 1, 1))
    story.ask(lambda service: service.engine.ensure_running())
    if on == "unverified":
        story.ask(lambda service: service.account.change(verified=False))
    if on in ("opened", "paid", "protected"):
        story.ask(lambda service: service.account.open(agreed=True))
        story.ask(lambda service: service.account.change(protection=on == "protected"))


def bindable(robot: Robot) -> None:
    """Have an account and a channel number in effect, as after their reviews."""
    from koodesk.domain.service_account.values import RecordKind
    from tests.domain.service_account.samples import PORT
    from tests.ui.pages.service_account.test_pages import account, in_effect
    from tests.ui.pages.video.clearing import ask

    def number(service: Any) -> None:
        accounts = service.service_accounts
        with accounts._work.write() as connection:
            made = accounts._records.make(connection, RecordKind.PORT, PORT)
        in_effect(service, made.id)

    ask(robot, account)
    ask(robot, number)


def groups() -> dict[str, dict[str, list[Item]]]:
    """Return the items by page, and on it by what opens their place."""
    found: dict[str, dict[str, list[Item]]] = defaultdict(lambda: defaultdict(list))
    for item in read().items:
        if item.place is not None:
            found[item.place.page][item.place.opener].append(item)
    return found


@pytest.fixture
def window(look: None, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Robot]:
    """A window on a workspace in which a card, or a video SMS, was sent: lists are full and forms have choices."""
    from koodesk.backend.workspace import Workspace
    from tests.journeys.windows import Windows

    video = str(request.node.callspec.params["page"]).startswith("video")
    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURES / ("v3-video-workspace.db" if video else "v3-workspace.db"), workspace.database)
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def show(robot: Robot, page: str) -> None:
    """Show a page on what it needs to be shown on."""
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan

    page_id, _, on = page.partition("/")
    arguments: dict[str, Any] = {}
    if page_id in ENGINE:
        ask_for_engine(robot, on)
    if page_id == "editor":
        story = RedPacketStory(robot, Plan(Path(), 1, 1))
        arguments["card_id"] = story.ask(lambda service: service.cards.new(on, on).id)
    elif page_id == "video_editor":
        arguments["template_id"] = 1
    elif page_id == "filings" and on:
        from koodesk.domain.filing import FilingKind

        arguments["kind"] = FilingKind(on)
    elif page == "account_ports/bind":
        bindable(robot)
    elif page_id == "account_wizard":
        arguments["new"] = True
    robot.go(page_id, **arguments)
    if page_id == "account_wizard":
        robot.page.steps.setCurrentIndex({"menu": 1, "home": 2}.get(on, 0))  # type: ignore[attr-defined]  # of the wizard
    if page == "account_ports/bind":
        robot.page.listing.table.selectRow(0)  # type: ignore[attr-defined]  # of the page of channel numbers
    if page_id == "buy_package" and on in ("paid", "protected"):
        robot.settle()
        robot.click("to-order")
        robot.settle()
        if on == "paid":
            robot.click("confirm-pay")
    studio = getattr(robot.page, "studio", robot)
    if studio is None:
        robot.wait(lambda: robot.page.studio is not None, "the document is drawn")  # type: ignore[attr-defined]  # of a document page
    robot.settle()


def open_place(robot: Robot, opener: str) -> Any:
    """Open a sheet by its button, or select a slot of the card; return where to look."""
    from PySide6.QtWidgets import QAbstractButton

    if opener.startswith("slot-"):
        session = robot.page.studio.session  # type: ignore[attr-defined]  # of the editor
        session.selection.go_to(f"content:{contents(session)[opener.removeprefix('slot-')]}")
        robot.settle()
        return robot.window
    if opener:
        robot.click(robot.find(QAbstractButton, opener, robot.page))
        robot.settle()
        found = robot.open_sheets()
        return found[-1] if found else robot.window
    return robot.window


def contents(session: Any) -> dict[str, str]:
    """Return the ids of a card's contents by their roles."""
    return {content.id.partition(".")[0]: content.id for content in session.template.contents()}


@pytest.mark.parametrize("page", sorted(groups()))
def test_every_place_is_in_the_window(page: str, window: Robot) -> None:
    from PySide6.QtWidgets import QWidget

    from koodesk.ui.main_window import UNDER
    from koodesk.ui.navigation import AREAS
    from koodesk.ui.pages.factories import FACTORIES

    page_id = page.partition("/")[0]
    assert page_id in FACTORIES
    assert UNDER.get(page_id, page_id) in {entry.page_id for area in AREAS for entry in area.pages}
    missing = []
    for opener, items in groups()[page].items():
        show(window, page)
        where = open_place(window, opener)
        for item in items:
            assert item.place is not None
            if (
                where.findChild(QWidget, item.place.widget) is None
                and where.objectName() != item.place.widget
            ):
                missing.append(f"{item.section} / {item.kind} / {item.name}: {item.place.widget}")
        for dialog in window.open_sheets():
            dialog.close()
        window.settle()
    assert missing == []
