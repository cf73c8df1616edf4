# SPDX-License-Identifier: Apache-2.0
"""Edits of a component's further parts: second text, switches, video, cover and ratio. Source: facts 2.2."""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain.content_codec import (
    MAX_SHORT,
    Json,
    material_json,
    picture_json,
    read_material_or_none,
    read_picture,
)
from koodesk.domain.crop import Crop, inside
from koodesk.domain.edits.base import Edit, find, put, refuse, registered, storable
from koodesk.domain.strict_table import Table
from koodesk.domain.template import (
    ButtonContent,
    MaterialRef,
    Picture,
    Template,
    TextContent,
    VideoContent,
)


def _text(template: Template, content_id: str) -> TextContent:
    found = find(template, content_id)
    if not isinstance(found, TextContent):
        refuse("edit.wrong_kind", f"content:{content_id}", content=content_id)
    return found


def _video(template: Template, content_id: str) -> VideoContent:
    found = find(template, content_id)
    if not isinstance(found, VideoContent):
        refuse("edit.wrong_kind", f"content:{content_id}", content=content_id)
    return found


def _id(table: Table) -> str:
    return table.filled("content", longest=MAX_SHORT)


@registered("set_child")
@dataclass(frozen=True, slots=True)
class SetChild(Edit):
    """Set the second text of a text slot (`content_child`), such as the value of a notice's pair."""

    content: str
    text: str

    def apply(self, template: Template) -> Template:
        """Return the template with the text in place."""
        found = _text(template, self.content)
        return put(template, found, replace(found, child=storable(self.text, self.where)))

    @property
    def where(self) -> str:
        """The content's second text."""
        return f"content:{self.content}/child"

    def _fields(self) -> Json:
        return {"content": self.content, "text": self.text}

    @classmethod
    def _read(cls, table: Table) -> SetChild:
        return cls(_id(table), table.text("text"))


@registered("set_visible")
@dataclass(frozen=True, slots=True)
class SetVisible(Edit):
    """Show or hide a component (`visible`)."""

    content: str
    visible: bool

    def apply(self, template: Template) -> Template:
        """Return the template with the component shown or hidden."""
        found = find(template, self.content)
        return put(template, found, replace(found, visible=self.visible))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"content": self.content, "visible": self.visible}

    @classmethod
    def _read(cls, table: Table) -> SetVisible:
        return cls(_id(table), table.boolean("visible"))


@registered("set_currency")
@dataclass(frozen=True, slots=True)
class SetCurrency(Edit):
    """Show or leave out the ￥ before a price (`currency_display`)."""

    content: str
    currency: bool

    def apply(self, template: Template) -> Template:
        """Return the template with the sign shown or left out."""
        found = _text(template, self.content)
        return put(template, found, replace(found, currency=self.currency))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"content": self.content, "currency": self.currency}

    @classmethod
    def _read(cls, table: Table) -> SetCurrency:
        return cls(_id(table), table.boolean("currency"))


@registered("set_moving")
@dataclass(frozen=True, slots=True)
class SetMoving(Edit):
    """Make a button static or dynamic by itself (`button_type`)."""

    content: str
    moving: bool

    def apply(self, template: Template) -> Template:
        """Return the template with the button's style."""
        found = find(template, self.content)
        if not isinstance(found, ButtonContent):
            refuse("edit.wrong_kind", self.where, content=self.content)
        return put(template, found, replace(found, moving=self.moving))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"content": self.content, "moving": self.moving}

    @classmethod
    def _read(cls, table: Table) -> SetMoving:
        return cls(_id(table), table.boolean("moving"))


@registered("set_video")
@dataclass(frozen=True, slots=True)
class SetVideo(Edit):
    """Put a video with its cover into a video slot; both None empty it."""

    content: str
    video: MaterialRef | None
    cover: Picture | None

    def apply(self, template: Template) -> Template:
        """Return the template with video and cover in place. Refused when the cover's crop reaches outside."""
        found = _video(template, self.content)
        crop = None if self.cover is None else self.cover.crop
        if self.cover is not None and crop is not None:
            self._check_inside(crop, self.cover.material)
        return put(template, found, replace(found, video=self.video, cover=self.cover))

    def _check_inside(self, crop: Crop, material: MaterialRef) -> None:
        if not inside(crop, material.width, material.height):
            refuse("edit.crop_outside", self.where)

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {
            "content": self.content,
            "video": None if self.video is None else material_json(self.video),
            "cover": None if self.cover is None else picture_json(self.cover),
        }

    @classmethod
    def _read(cls, table: Table) -> SetVideo:
        cover = table.table_or_none("cover")
        return cls(
            _id(table),
            read_material_or_none(table, "video"),
            None if cover is None else read_picture(cover),
        )


@registered("set_ratio")
@dataclass(frozen=True, slots=True)
class SetRatio(Edit):
    """Choose the ratio of a video and its cover by the API's name (`ratio`, 短剧)."""

    content: str
    ratio: str

    def apply(self, template: Template) -> Template:
        """Return the template with the ratio."""
        found = _video(template, self.content)
        if len(self.ratio) > MAX_SHORT:
            refuse("edit.text_too_long", self.where, limit=MAX_SHORT, actual=len(self.ratio))
        return put(template, found, replace(found, ratio=storable(self.ratio, self.where)))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"content": self.content, "ratio": self.ratio}

    @classmethod
    def _read(cls, table: Table) -> SetRatio:
        return cls(_id(table), table.text("ratio", longest=MAX_SHORT))
