# SPDX-License-Identifier: Apache-2.0
"""The send form of plain SMS: it follows the template, the rows of the numbers and the values for everybody."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from koodesk.backend.sending.kinds import action
from koodesk.backend.views.sending import Confirmation
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.problem import Severity, problem

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.plain.send import PlainSendPage
    from koodesk.ui.pages.sms_templates import SmsTemplatesPage

pytestmark = pytest.mark.gui
FIXTURE = Path(__file__).parents[3] / "fixtures" / "v3-workspace.db"
CONTENT = "${1}，会员日满 ${2} 减 50，拒收请回复R"
ADOPTED = (
    "INSERT INTO sms_template (signature_id, name, type, content, variables, note, state, submitted_digest, created_ms) "
    "VALUES (1, '会员日', 'PROMOTION_TYPE', ?, ?, '', 'Adopted', '', 1795891273635)"
)
LINES = f"13800138000,张三,100\n13912341234,{'长' * 50},100\n13700001380,李四,一百元\n123,王五,100"

TOLD = Confirmation(
    digest="ab" * 32,
    name="会员日提醒",
    card_id=0,
    card_name="",
    sms_text=CONTENT,
    signature="云杉商城",
    promotion=True,
    audience_id=1,
    audience_digest="",
    imported=1002,
    invalid=1,
    duplicate=0,
    opted_out=1,
    not_eligible=3,
    to_send=997,
    with_card=0,
    fallback="none",
    validity_days=0,
    start_at_ms=0,
    not_after_ms=0,
    window_start=480,
    window_end=1260,
    opens_ms=0,
    price_fen=-1,
    kind="plain",
    frequency_held=3,
    columns=("1",),
    sms_values=(("2", "200"),),
    parts=(1, 2),
)


@pytest.fixture
def cleared(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace with an approved SMS template of each sort, without engine and worker."""
    from koodesk.backend.workspace import Workspace
    from tests.journeys.windows import Windows

    workspace = Workspace(tmp_path / "ws").create()
    shutil.copy(FIXTURE, workspace.database)
    with closing(sqlite3.connect(workspace.database)) as connection, connection:
        connection.execute(ADOPTED, (CONTENT, '[[1,"TEXT","称呼"],[2,"MONEY","金额"]]'))
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def figure(page: PlainSendPage, name: str) -> str:
    return page.audience.figures[name]._figure.text()


def test_the_form_follows_the_template_the_rows_and_the_values_for_everybody(cleared: Robot) -> None:
    robot = cleared
    listed = cast("SmsTemplatesPage", robot.go("sms_templates"))
    robot.settle()
    cells = {row.name: listed.listing.model.columns[2].text(row) for row in listed.listing.model.rows}
    assert cells == {"新春红包提醒": "智能信息", "会员日": "普通短信"}
    sendable = {}
    for row in listed.listing.model.rows:
        listed.listing.choose(row.id)
        sendable[row.name] = listed.send.isEnabled()
    assert sendable == {"新春红包提醒": False, "会员日": True}
    listed.listing.choose(next(row.id for row in listed.listing.model.rows if row.name == "会员日"))
    robot.click(listed.send)
    robot.settle()

    page = cast("PlainSendPage", robot.page)
    assert page.page_id == "plain_send"
    assert [page.sms.template.itemText(n) for n in range(page.sms.template.count())] == ["会员日"]
    assert "手机号、1、2" in page.audience.file_note.text()
    assert "1 是称呼、2 是金额" in page.audience.file_note.text()
    assert page.effect.length.text() == "", "a text without values has no length yet"

    page.audience.tabs.setCurrentIndex(1)
    robot.fill(page.audience.numbers, LINES)
    robot.click("check-numbers", page.audience)
    robot.wait(lambda: page.audience.audience is not None, "the numbers are checked")
    robot.settle()
    long = len("【云杉商城】，会员日满 100 减 50，拒收请回复R") + 50
    counts = {name: figure(page, name) for name in page.audience.figures}
    assert counts == {
        "imported": "4",
        "invalid": "1",
        "duplicate": "0",
        "longest": str(long),
        "parts": "4",
        "submitted": "3",
    }
    assert page.audience.by_parts.text().startswith("2 个号码各 1 条，1 个号码各 2 条。")
    robot.click("see-longest", page.audience)
    robot.settle()
    assert (page.effect.row.value(), page.effect.length.text()) == (2, f"{long} 字 · 2 条")
    # The long name is too long for a name, and the third row's amount is none.
    assert "2 行有变量的值平台不接受" in page.audience.refused.text()
    robot.click("see-refused", page.audience)
    robot.settle()
    assert page.effect.row.value() == 2

    assert list(page.test.values) == ["1", "2"]
    robot.fill(page.value_edits["2"], "200")
    page.value_edits["2"].editingFinished.emit()
    robot.wait(lambda: "1 行有变量" in page.audience.refused.text(), "the rows are looked at again")
    assert "手机号、1。" in page.audience.file_note.text()
    assert list(page.test.values) == ["1"]
    page.audience.consent.clear()
    assert page.wants() == ("任务名称", "同意来源")
    robot.fill(page.name, "会员日提醒")
    draft = page.draft()
    assert draft == PlainSendDraft(
        name="会员日提醒",
        sms_template_id=page.sms.row.id,
        audience_id=page.audience.audience.id,
        sms_values=(("2", "200"),),
        wave_rules=draft.wave_rules,
    )
    # A refresh, such as when a review is decided, keeps what was typed and checked.
    page.refresh()
    robot.settle()
    assert page.value_edits["2"].text() == "200"
    assert page.draft() == draft


def test_what_goes_through_the_real_cloud_says_first_that_nobody_can_look_it_up(cleared: Robot) -> None:
    from PySide6.QtWidgets import QLabel

    from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet

    page = cast("PlainSendPage", cleared.go("plain_send"))
    cleared.settle()
    long = problem("campaign.plain.may_be_too_long", severity=Severity.WARNING, limit=500, actual=501)
    notes = (long, problem("campaign.plain.blind", severity=Severity.NOTE))
    sheet = ConfirmSheet(page, replace(TOLD, gateway="cloud", notes=notes), lambda _campaign: None)
    sheet.open()
    cleared.settle()
    said = [one.text() for one in sheet.findChildren(QLabel)]
    (blind,) = (place for place, text in enumerate(said) if "记为“结果未知”，不会重发，由人认定" in text)
    assert blind < said.index("将给 997 个号码发送") < said.index("确认码")
    assert any("501" in text for text in said[blind + 1 :])
    sheet.reject()


def test_a_confirmation_says_what_is_the_same_and_what_the_file_brings(look: None) -> None:
    from koodesk.ui.pages.send.confirm_sheet import plain_facts

    facts = dict(plain_facts(TOLD))
    assert facts["短信内容"] == CONTENT
    assert facts["所有号码相同"] == "${2} = 200"
    assert facts["取自号码文件"] == "${1}"
    assert facts["短信条数"] == "每个号码 1–2 条"
    assert facts["不发送的行"] == "无效 1 · 重复 0 · 退订 1 · 频次上限 3"
    assert facts["确认码"] == "ab" * 8


def test_every_kind_asks_for_the_rights_of_the_service() -> None:
    from koodesk.ui.pages.factories import PAGES
    from koodesk.ui.rights import PAGE_ACTIONS
    from koodesk.ui.send_kinds import KINDS, task_action

    for kind in CampaignKind:
        for verb in ("create", "list", "control", "decide", "export"):
            assert task_action(kind, verb) == action(kind, verb)
        assert KINDS[kind].page in PAGES
        assert PAGE_ACTIONS[KINDS[kind].page] == action(kind, "create")
