# SPDX-License-Identifier: Apache-2.0
"""Forms: what is wrong lands beside its field, the first gets the focus, and the rest is handed back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from koodesk.domain.problem import Severity, problem

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

pytestmark = pytest.mark.gui


def test_problems_land_beside_their_fields_and_the_first_has_the_focus(look: None, qtbot: QtBot) -> None:
    from koodesk.ui.widgets.forms import Form, line_edit

    form = Form()
    name, url = line_edit(), line_edit()
    form.add("name", "名称", name, required=True)
    form.add("uplink_url", "地址", url)
    qtbot.addWidget(form)
    form.show()
    qtbot.waitExposed(form)
    form.activateWindow()
    elsewhere = problem("campaign.consent.missing", "audience")
    left = form.show_problems(
        (problem("sms_app.name_charset", "uplink_url"), elsewhere, problem("x", "name/0"))
    )
    assert left == (elsewhere,)
    qtbot.waitUntil(url.hasFocus)
    assert url.accessibleDescription()
    assert url.property("state") == name.property("state") == "error"

    form.clear_problems()
    assert (url.accessibleDescription(), name.property("state")) == ("", "")


def test_a_warning_does_not_mark_the_field_as_wrong(look: None, qtbot: QtBot) -> None:
    from koodesk.ui.widgets.forms import Form, line_edit

    form = Form()
    qtbot.addWidget(form)
    edit = line_edit()
    form.add("name", "名称", edit)
    assert form.show_problems((problem("x", "name", severity=Severity.WARNING),)) == ()
    assert edit.property("state") == ""
    assert edit.accessibleDescription()


def test_a_choice_gives_back_the_very_value(look: None, qtbot: QtBot) -> None:
    from koodesk.domain.signature import SmsType
    from koodesk.ui.widgets.forms import choice

    changes: list[int] = []
    made = choice([("推广", SmsType.PROMOTION), ("通知", SmsType.NOTIFY)], lambda: changes.append(1))
    qtbot.addWidget(made)
    made.choose(SmsType.NOTIFY)
    assert made.value is SmsType.NOTIFY
    assert len(changes) == 1
    made.put([("推广", SmsType.PROMOTION)], SmsType.NOTIFY)
    assert made.value is not SmsType.NOTIFY, "what is not offered any more is not kept"
    made.put([])
    assert made.value is None
    assert len(changes) == 1, "filling does not tell"


def test_a_field_counts_what_is_typed(look: None, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QLabel

    from koodesk.ui.widgets.forms import Field, line_edit

    edit = line_edit()
    field = Field(edit, limit=4)
    qtbot.addWidget(field)
    edit.setText("五个字符了")
    assert "5/4" in [one.text() for one in field.findChildren(QLabel)]


def test_a_long_choice_never_pushes_its_form_out_of_sight(look: None, qtbot: QtBot) -> None:
    from PySide6.QtWidgets import QScrollArea

    from koodesk.ui.widgets.forms import Form, choice

    form = Form()
    form.add("reason", "原因", choice([("一条很长的驳回原因，" * 12, 1)]))
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setWidget(form)
    qtbot.addWidget(area)
    area.resize(480, 200)
    area.show()
    qtbot.waitExposed(area)
    assert area.horizontalScrollBar().maximum() == 0


def test_a_field_filled_without_telling_counts_anew_and_forgets_what_was_wrong(
    look: None, qtbot: QtBot
) -> None:
    from koodesk.ui.widgets.forms import Form, line_edit

    form, name = Form(), line_edit()
    field = form.add("name", "名称", name, limit=20)
    qtbot.addWidget(form)
    form.show_problems((problem("sms_app.name_charset", "name"),))
    name.blockSignals(True)
    name.setText("精选推荐")
    name.blockSignals(False)
    assert field._counter is not None
    assert field._counter.text() == "0/20"
    field.filled()
    assert field._counter.text() == "4/20"
    assert name.property("state") == ""
