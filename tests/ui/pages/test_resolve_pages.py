# SPDX-License-Identifier: Apache-2.0
"""Pages of resolve tasks in the real window: empty they say what to do, a refusal stands beside its field, codes can be read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
import segno

from koodesk.domain.problem import problem
from koodesk.domain.resolve_task import CodeType, Generation, LinkDraft

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


@dataclass(frozen=True)
class Card:
    """As much of an approved card as the sheet asks for."""

    id: int
    name: str
    params: tuple[str, ...]


@dataclass(frozen=True)
class Domain:
    """As much of a usable domain as the sheet asks for."""

    name: str
    generation: Generation


CARDS = [Card(1, "没有参数", ()), Card(2, "有参数", ("name", "gift"))]
DOMAINS = [Domain("go.yunshan.cn", Generation.CUSTOM), Domain("m.yunshan.cn", Generation.STANDARD)]


def page(robot: Robot, name: str) -> Any:
    return robot.go(name)


def sheet_of(robot: Robot, card_id: int = 0) -> Any:
    from koodesk.ui.pages.resolve.generate_sheet import GenerateSheet

    made: list[Any] = []
    sheet = GenerateSheet(page(robot, "resolve_tasks"), list(CARDS), list(DOMAINS), card_id, made.append)
    sheet.open()
    robot.settle()
    return sheet


@pytest.mark.parametrize("name", ["resolve_tasks", "resolve_links", "link_domains", "jump_urls"])
def test_an_empty_page_says_what_to_do(robot: Robot, name: str) -> None:
    shown = page(robot, name)
    assert shown.listing.currentWidget() is shown.listing.empty


def test_a_domain_that_is_none_is_refused_beside_its_field(robot: Robot) -> None:
    shown = page(robot, "link_domains")
    shown.add()
    robot.settle()
    sheet = robot.sheet()
    from koodesk.ui.widgets.forms import Form

    form = sheet.findChild(Form)
    assert form is not None
    name: Any = form.fields["name"].control
    name.setText("https://a.cn/")
    sheet.accept_button.click()
    robot.settle()
    assert "域名" in form.fields["name"].control.accessibleDescription()
    sheet.reject()


def test_the_form_follows_the_card_and_the_kinds(robot: Robot) -> None:
    sheet = sheet_of(robot, 1)
    rows = sheet.form.fields
    assert sheet.type.value == CodeType.GROUP
    assert (rows["times"].isVisible(), rows["links"].isVisible(), rows["short_code"].isVisible()) == (
        True,
        False,
        False,
    )
    sheet.generation.choose(Generation.CUSTOM)
    assert (rows["short_code"].isVisible(), rows["custom_url"].isVisible()) == (True, False)
    assert sheet.domain.value == "go.yunshan.cn"
    sheet.card.choose(2)
    assert sheet.type.value == CodeType.INDIVIDUAL, "a card with parameters has no group link"
    assert (rows["times"].isVisible(), rows["links"].isVisible(), sheet.days.maximum()) == (False, True, 7)
    sheet.type.choose(CodeType.GROUP)
    assert sheet.type.value == CodeType.INDIVIDUAL
    sheet.reject()


def test_what_is_filled_in_is_what_is_asked_for(robot: Robot) -> None:
    sheet = sheet_of(robot, 2)
    sheet.name.setText(" 会员日 ")
    sheet.signatures.setText("云杉商城，云杉、云杉优选")
    sheet.lines.setPlainText("c1\t张三\t雨伞\nc2\t李四\t水杯")
    draft = sheet.draft()
    assert (draft.name, draft.times, draft.days) == ("会员日", 1, 7)
    assert draft.signatures == ("云杉商城", "云杉", "云杉优选")
    assert draft.links[1] == LinkDraft(cust_flag="c2", values=(("gift", "水杯"), ("name", "李四")))
    sheet.reject()


def test_a_links_problem_stands_where_the_link_is_entered(robot: Robot) -> None:
    sheet = sheet_of(robot, 1)
    sheet._failed(
        (problem("resolve.code.needed", "link:1/short_code"), problem("jump_url.scheme", "link:1/custom_url"))
    )
    assert sheet.form.fields["custom_url"].control.accessibleDescription()
    sheet.card.choose(2)
    sheet._failed((problem("resolve.param.missing", "link:7/param:name", name="name"),))
    assert "name" in sheet.form.fields["links"].control.accessibleDescription()
    sheet.reject()


def test_lines_with_too_many_columns_ask_nobody(robot: Robot) -> None:
    sheet = sheet_of(robot, 2)
    sheet.lines.setPlainText("a\tb\tc\td\te")
    sheet.generate()
    assert "1" in sheet.form.fields["links"].control.accessibleDescription()
    assert sheet.isVisible()
    sheet.reject()


def test_a_code_has_the_modules_of_its_standard_and_a_quiet_zone(robot: Robot) -> None:
    from koodesk.ui.pages.resolve.phone_sheet import QUIET, qr_image

    del robot
    text = "http://192.168.1.5:40123/p/AbCdEfGh"
    image, matrix = qr_image(text), segno.make(text, error="m", micro=False).matrix
    assert image.width() == len(matrix) + 2 * QUIET
    for y in range(image.height()):
        for x in range(image.width()):
            inside = QUIET <= x < QUIET + len(matrix) and QUIET <= y < QUIET + len(matrix)
            dark = bool(inside and matrix[y - QUIET][x - QUIET])
            assert (image.pixelColor(x, y).value() == 0) == dark


def test_the_send_form_leads_to_the_domains(robot: Robot) -> None:
    send = page(robot, "send")
    robot.click("send-add-domain", send)
    robot.wait(lambda: robot.page.page_id == "link_domains", "the domains are shown")
    assert robot.sheet().windowTitle() == "新增域名"
    robot.sheet().reject()
