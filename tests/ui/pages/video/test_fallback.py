# SPDX-License-Identifier: Apache-2.0
"""A video SMS for phones without cards, on the form of smart messages: offered, explained, and what it asks of the numbers."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk.domain.recipient import Fallback

if TYPE_CHECKING:
    from pathlib import Path

    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.send.audience_card import AudienceCard
    from koodesk.ui.pages.send.page import SendPage

pytestmark = pytest.mark.gui

BASIC = 2


def video(id_: int = 7, signature: str = "云杉商城", params: tuple[str, ...] = ("p_1",)) -> Any:
    return SimpleNamespace(id=id_, name=f"新车{id_}", signature_name=signature, params=params)


@pytest.fixture
def card(robot: Robot) -> AudienceCard:
    """The numbers' part of the form, with a card of one parameter chosen."""
    page = cast("SendPage", robot.go("send"))
    page.audience.show_template(SimpleNamespace(id=1, params=("name",), digest="d"))
    return page.audience


def columns(card: AudienceCard) -> list[str]:
    return list(card.params)


def chosen(card: AudienceCard) -> str:
    return card.fallback.value


def test_without_a_template_it_is_not_offered_and_says_why(card: AudienceCard) -> None:
    assert not card.fallbacks.button(BASIC).isEnabled()
    assert "没有审核通过的视频短信模板" in card._basic_note.text()
    assert card._basic_note.text() == card.fallbacks.button(BASIC).accessibleDescription()


def test_one_of_another_signature_is_not_offered_and_says_why(card: AudienceCard) -> None:
    card.show_videos([video(signature="云杉汽车")])
    assert card.fallbacks.button(BASIC).isEnabled()
    card.show_signature("云杉商城")
    assert not card.fallbacks.button(BASIC).isEnabled()
    assert "没有签名是【云杉商城】" in card._basic_note.text()
    card.show_signature("云杉汽车")
    assert card.fallbacks.button(BASIC).isEnabled()


def test_its_parameters_become_columns_of_the_numbers(robot: Robot, card: AudienceCard) -> None:
    card.show_videos([video(7), video(8, params=("p_1", "p_2"))])
    assert columns(card) == ["name"]
    assert card.video_part.isHidden()
    robot.click(card.fallbacks.button(BASIC))
    assert card.video_part.isVisible()
    assert columns(card) == ["name", "p_1"]
    assert "name、p_1。" in card.file_note.text()
    card.video_template.choose(8)
    assert columns(card) == ["name", "p_1", "p_2"]
    robot.click(card.fallbacks.button(0))
    assert columns(card) == ["name"]
    assert "name。" in card.file_note.text()


def test_it_is_given_up_when_the_signature_takes_it_away(robot: Robot, card: AudienceCard) -> None:
    card.show_videos([video()])
    robot.click(card.fallbacks.button(BASIC))
    assert chosen(card) == Fallback.BASIC
    card.show_signature("另一家")
    assert chosen(card) == Fallback.NONE
    assert columns(card) == ["name"]


def test_numbers_that_lack_its_columns_are_checked_again(
    robot: Robot, card: AudienceCard, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, ...]] = []

    def look(_service: Any, _task: Any, audience: Any) -> Any:
        asked.append(audience.params)
        return audience

    monkeypatch.setattr(card, "look_closer", look)  # the phones need an engine
    card.tabs.setCurrentIndex(1)
    robot.fill(card.numbers, "13800138000,王女士,周六")
    card.show_videos([video()])
    robot.click("check-numbers", card)
    robot.wait(lambda: len(asked) == 1, "the numbers are checked")
    robot.settle()
    robot.click(card.fallbacks.button(BASIC))
    robot.wait(lambda: len(asked) == 2, "they are checked again")
    assert asked == [("name",), ("name", "p_1")]


def test_the_sample_has_the_columns_of_both(robot: Robot, card: AudienceCard, tmp_path: Path) -> None:
    from openpyxl import load_workbook

    from tests.ui.pages.video.clearing import ask

    row = ask(robot, lambda service: service.cards.new("RedPacket", "红包"))
    card.show_template(row)
    card.show_videos([video()])
    robot.click(card.fallbacks.button(BASIC))
    path = tmp_path / "号码.xlsx"
    ask(robot, lambda service: card.write_sample(service, path))
    sheet = load_workbook(path, read_only=True).worksheets[0]
    header = [str(cell) for cell in next(sheet.iter_rows(values_only=True))]
    assert header == ["手机号", *row.params, "p_1"]
