# SPDX-License-Identifier: Apache-2.0
"""操作规范 of the editor's tools: the written rules of the card's layout, with their date."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


def test_the_rules_of_the_layout_are_in_the_tools(robot: Robot) -> None:
    from PySide6.QtWidgets import QLabel, QToolButton

    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan
    from koodesk.editor.rules_panel import RulesPanel

    story = RedPacketStory(robot, Plan(robot.window.desk.workspace.root, 1, 1))
    card = story.ask(lambda service: service.cards.new("RedPacketPersonal", "个性化红包").id)
    robot.go("editor", card_id=card)
    page: Any = robot.page
    robot.wait(lambda: page.studio is not None, "the card is drawn")
    robot.settle()
    tools = robot.find(QToolButton, "document-tools").menu()
    actions = {action.text(): action for action in tools.actions()}
    assert {"图像优化", "操作规范", "自动保存", "反馈"} <= set(actions)
    actions["操作规范"].trigger()
    robot.settle()
    panel = robot.window.findChild(RulesPanel)
    assert panel is not None
    said = "\n".join(one.text() for one in panel.findChildren(QLabel))
    pack = page.studio.session.pack
    assert page.studio.session.layout.name_zh in said
    assert pack.date in said
    for slot in page.studio.session.layout.slots:
        assert slot.name_zh in said
    panel.accept()
