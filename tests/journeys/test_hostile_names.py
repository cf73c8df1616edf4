# SPDX-License-Identifier: Apache-2.0
"""Markup, bidi marks and formulas in every name: shown as the text they are, or refused with a sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.robot import Robot
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

HOSTILE = (
    "<b>粗</b><img src='file:///etc/passwd'>",
    "=1+1",
    "红包\u202egnp.exe",
    "<script>alert(1)</script>",
    "{name} ${1} %s",
)


def rich_labels(robot: Robot) -> list[str]:
    """Return the texts of labels that Qt would read as markup."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QLabel

    return [
        one.text()
        for one in robot.window.findChildren(QLabel)
        if one.text() and one.textFormat() != Qt.TextFormat.PlainText
    ]


def refused(story: RedPacketStory, work: Any) -> str:
    """Do something; return the sentence of its refusal, or nothing."""
    from koodesk.demo.robot import Stuck

    try:
        story.ask(work)
    except Stuck as stuck:
        return str(stuck)
    return ""


def is_sentence(text: str) -> bool:
    """Tell whether a refusal reads as words: Chinese, and no code of ours."""
    return any("\u4e00" <= sign <= "\u9fff" for sign in text) and "Traceback" not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_every_name_is_plain_text_or_refused(
    name: str, windows: Windows, sample: Path, tmp_path: Path
) -> None:
    from koodesk.demo import files
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan

    robot = windows.open(sample)
    story = RedPacketStory(robot, Plan(tmp_path, 5, 1))
    said = {
        "card": refused(story, lambda s: rename_card(s, name)),
        "app": refused(story, lambda s: s.sms.add_app(name)),
        "signature": refused(story, lambda s: add_signature(s, name, tmp_path)),
    }
    for text in said.values():
        assert not text or is_sentence(text), text
    assert said["app"], "an application's name is letters, digits and underscores"
    assert said["signature"], "a signature's name is letters, digits and Chinese"
    for page_id in ("studio", "sms_apps", "sms_signatures", "sms_templates", "overview", "review"):
        robot.go(page_id)
        assert rich_labels(robot) == []

    file = files.numbers(tmp_path / "n.xlsx", ("name",), 5, 1, dirty=False)
    hostile = file.rename(tmp_path / f"{name.replace('/', '')}.xlsx")
    text = refused(story, lambda s: s.audiences.check_file(hostile, ("name",)))
    assert text
    assert is_sentence(text), text

    robot.go("send")
    page: Any = robot.page
    page.audience.picker.set_path(str(hostile))
    robot.settle()
    assert page.audience.wrong.isVisible()
    robot.fill(page.name, name)
    robot.click("send")
    robot.settle()
    assert rich_labels(robot) == []
    assert robot.window.current_id == "send"


def rename_card(service: Any, name: str) -> None:
    """Save a card under a name."""
    _, template = service.cards.open(service.cards.list()[0].id)
    made = service.cards.create(replace(template, name=name))
    service.cards.submit(made.id)


def add_signature(service: Any, name: str, folder: Path) -> None:
    """Ask for a signature of a name."""
    from koodesk.demo import files
    from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType

    licence = files.paper(folder / "licence.png", "营业执照")
    draft = SignatureDraft(
        name, SmsType.PROMOTION, service.sms.apps()[0].id, SignatureSource.COMPANY, third_party=False
    )
    service.sms.add_signature(draft, licence)
