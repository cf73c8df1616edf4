# SPDX-License-Identifier: Apache-2.0
"""Contents on the clipboard: whole to another card, plain text to other programs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData

from koodesk.domain.edits import SetBackground, SetText
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.editor import clipboard

pytestmark = pytest.mark.gui


def test_every_content_comes_back_as_it_was(template: Template) -> None:
    for content in template.contents():
        assert clipboard.from_mime(clipboard.to_mime(template, content.id)) == content


def test_texts_are_plain_for_others(template: Template) -> None:
    assert clipboard.to_mime(template, "title").text() == "${name}，您的新春红包到了"
    assert not clipboard.to_mime(template, "picture").hasText()


def test_a_picture_brings_its_backgrounds_and_event(template: Template) -> None:
    material = MaterialRef("ab" * 32, 640, 640, 100)
    source = SetBackground("picture", Vendor.OPPO, Picture(material)).apply(template)
    found = clipboard.from_mime(clipboard.to_mime(source, "picture"))
    assert found is not None
    edit = clipboard.pasted(template.content("picture"), found)
    assert edit is not None
    pasted = edit.apply(template).content("picture")
    assert isinstance(pasted, ImageContent)
    assert pasted == source.content("picture")


def test_what_has_nothing_in_common_is_not_pasted(template: Template) -> None:
    title, picture = template.content("title"), template.content("picture")
    assert clipboard.pasted(title, picture) is None
    assert clipboard.pasted(picture, title) is None
    button = clipboard.pasted(template.content("button"), title)
    assert button is not None
    assert SetText("button", "${name}，您的新春红包到了").apply(template) == button.apply(template)


def test_other_data_is_no_content() -> None:
    data = QMimeData()
    data.setText("hello")
    assert clipboard.from_mime(data) is None
    data.setData(clipboard.MIME, b"{")
    assert clipboard.readable(data) is None
