# SPDX-License-Identifier: Apache-2.0
"""Edits of what stands in the slots: texts, pictures, crops, backgrounds and click events."""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain.click_event import ClickEvent
from koodesk.domain.content_codec import (
    EVENT_FIELDS,
    MAX_SHORT,
    Json,
    event_json,
    picture_json,
    read_crop,
    read_event,
    read_picture,
)
from koodesk.domain.crop import Crop, inside
from koodesk.domain.edits.base import Edit, find, put, refuse, registered, storable
from koodesk.domain.strict_table import Table
from koodesk.domain.template import ButtonContent, Content, ImageContent, Picture, Template, TextContent
from koodesk.domain.vendor import Vendor


def _image(template: Template, content_id: str) -> ImageContent:
    found = find(template, content_id)
    if not isinstance(found, ImageContent):
        refuse("edit.wrong_kind", f"content:{content_id}", content=content_id)
    return found


def _fitting(picture: Picture, where: str) -> Picture:
    """Return the picture when its crop lies inside it. Raises Refused."""
    material = picture.material
    if picture.crop is not None and not inside(picture.crop, material.width, material.height):
        refuse("edit.crop_outside", where)
    return picture


def _picture_or_none(table: Table) -> Picture | None:
    found = table.table_or_none("picture")
    return None if found is None else read_picture(found)


def _id(table: Table) -> str:
    return table.filled("content", longest=MAX_SHORT)


@registered("set_text")
@dataclass(frozen=True, slots=True)
class SetText(Edit):
    """Set the text of a text slot or the words of a button."""

    content: str
    text: str

    def apply(self, template: Template) -> Template:
        """Return the template with the text in place."""
        found: Content = find(template, self.content)
        if not isinstance(found, TextContent | ButtonContent):
            refuse("edit.wrong_kind", self.where, content=self.content)
        return put(template, found, replace(found, text=storable(self.text, self.where)))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {"content": self.content, "text": self.text}

    @classmethod
    def _read(cls, table: Table) -> SetText:
        return cls(_id(table), table.text("text"))


@registered("set_picture")
@dataclass(frozen=True, slots=True)
class SetPicture(Edit):
    """Put a picture, with or without a crop, into a picture slot; None empties it."""

    content: str
    picture: Picture | None

    def apply(self, template: Template) -> Template:
        """Return the template with the picture in place."""
        found = _image(template, self.content)
        picture = None if self.picture is None else _fitting(self.picture, self.where)
        return put(template, found, replace(found, picture=picture))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        return {
            "content": self.content,
            "picture": None if self.picture is None else picture_json(self.picture),
        }

    @classmethod
    def _read(cls, table: Table) -> SetPicture:
        return cls(_id(table), _picture_or_none(table))


@registered("set_crop")
@dataclass(frozen=True, slots=True)
class SetCrop(Edit):
    """Change which part of a slot's picture is shown; None shows the whole picture."""

    content: str
    crop: Crop | None

    def apply(self, template: Template) -> Template:
        """Return the template with the crop in place. Refused when the slot is empty or the crop reaches outside."""
        found = _image(template, self.content)
        if found.picture is None:
            refuse("edit.picture_missing", self.where, content=self.content)
        cropped = _fitting(replace(found.picture, crop=self.crop), self.where)
        return put(template, found, replace(found, picture=cropped))

    @property
    def where(self) -> str:
        """The content."""
        return f"content:{self.content}"

    def _fields(self) -> Json:
        crop = self.crop
        box = None if crop is None else [crop.x, crop.y, crop.width, crop.height]
        return {"content": self.content, "crop": box}

    @classmethod
    def _read(cls, table: Table) -> SetCrop:
        return cls(_id(table), read_crop(table))


@registered("set_background")
@dataclass(frozen=True, slots=True)
class SetBackground(Edit):
    """Set the picture one vendor draws behind the card; None goes back to the vendor's own."""

    content: str
    vendor: Vendor
    picture: Picture | None

    def apply(self, template: Template) -> Template:
        """Return the template with the background in place, backgrounds in the console's order of vendors."""
        found = _image(template, self.content)
        pictures = dict(found.backgrounds)
        pictures.pop(self.vendor, None)
        if self.picture is not None:
            pictures[self.vendor] = _fitting(self.picture, self.where)
        ordered = tuple((v, pictures[v]) for v in Vendor if v in pictures)
        return put(template, found, replace(found, backgrounds=ordered))

    @property
    def where(self) -> str:
        """The content's background of the vendor."""
        return f"content:{self.content}/background.{self.vendor.value}"

    def _fields(self) -> Json:
        return {
            "content": self.content,
            "vendor": self.vendor.value,
            "picture": None if self.picture is None else picture_json(self.picture),
        }

    @classmethod
    def _read(cls, table: Table) -> SetBackground:
        vendor = table.one_of("vendor", {v.value: v for v in Vendor})
        return cls(_id(table), vendor, _picture_or_none(table))


@registered("set_event")
@dataclass(frozen=True, slots=True)
class SetEvent(Edit):
    """Set what a tap on a picture or button does; None takes the event away."""

    content: str
    event: ClickEvent | None

    def apply(self, template: Template) -> Template:
        """Return the template with the event in place, its fields sorted and empty ones left out."""
        found: Content = find(template, self.content)
        if not isinstance(found, ImageContent | ButtonContent):
            refuse("edit.wrong_kind", self.where, content=self.content)
        event = None if self.event is None else self._kept(self.event)
        after: ImageContent | ButtonContent = replace(found, event=event)
        return put(template, found, after)

    def _kept(self, event: ClickEvent) -> ClickEvent:
        for name, text in event.fields:
            if name not in EVENT_FIELDS:
                refuse("edit.wrong_kind", f"{self.where}.{name}", content=self.content)
            storable(text, f"{self.where}.{name}")
        return ClickEvent(event.type, tuple(sorted((k, v) for k, v in dict(event.fields).items() if v)))

    @property
    def where(self) -> str:
        """The content's event."""
        return f"content:{self.content}/event"

    def _fields(self) -> Json:
        return {"content": self.content, "event": None if self.event is None else event_json(self.event)}

    @classmethod
    def _read(cls, table: Table) -> SetEvent:
        event = table.table_or_none("event")
        return cls(_id(table), None if event is None else read_event(event))
