# SPDX-License-Identifier: Apache-2.0
"""Edits of the card's own fields: name, use, vendors, sub-type and the SMS fields of the submission form."""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain.codec import MAX_SIGNS, read_vendors
from koodesk.domain.content_codec import Json
from koodesk.domain.edits.base import Edit, refuse, registered, storable
from koodesk.domain.strict_table import Table
from koodesk.domain.template import Template, Use
from koodesk.domain.vendor import Vendor


def _changed(before: Template, after: Template) -> Template:
    return before if before == after else after


@registered("set_name")
@dataclass(frozen=True, slots=True)
class SetName(Edit):
    """Set the template's name (模板名称)."""

    name: str

    def apply(self, template: Template) -> Template:
        """Return the template with the name."""
        return _changed(template, replace(template, name=storable(self.name, self.where)))

    @property
    def where(self) -> str:
        """The name."""
        return "name"

    def _fields(self) -> Json:
        return {"name": self.name}

    @classmethod
    def _read(cls, table: Table) -> SetName:
        return cls(table.text("name"))


@registered("set_use")
@dataclass(frozen=True, slots=True)
class SetUse(Edit):
    """Set the use (模板用途)."""

    use: Use

    def apply(self, template: Template) -> Template:
        """Return the template with the use."""
        return _changed(template, replace(template, use=self.use))

    @property
    def where(self) -> str:
        """The use."""
        return "use"

    def _fields(self) -> Json:
        return {"use": int(self.use)}

    @classmethod
    def _read(cls, table: Table) -> SetUse:
        return cls(Use(table.integer("use", 1, 2)))


@registered("set_vendors")
@dataclass(frozen=True, slots=True)
class SetVendors(Edit):
    """Choose the vendors; the template keeps them in the console's order, each once."""

    vendors: tuple[Vendor, ...]

    def apply(self, template: Template) -> Template:
        """Return the template with the vendors."""
        return _changed(template, replace(template, vendors=tuple(v for v in Vendor if v in self.vendors)))

    @property
    def where(self) -> str:
        """The vendors."""
        return "vendors"

    def _fields(self) -> Json:
        return {"vendors": [v.value for v in Vendor if v in self.vendors]}

    @classmethod
    def _read(cls, table: Table) -> SetVendors:
        return cls(read_vendors(table, "vendors"))


@registered("set_sub_type")
@dataclass(frozen=True, slots=True)
class SetSubType(Edit):
    """Set the layout's own choice (RedPacket: 1 static button, 2 dynamic button)."""

    sub_type: int

    def apply(self, template: Template) -> Template:
        """Return the template with the choice."""
        if not 0 <= self.sub_type <= 1000:
            refuse("edit.wrong_kind", self.where, content="sub_type")
        return _changed(template, replace(template, sub_type=self.sub_type))

    @property
    def where(self) -> str:
        """The choice."""
        return "sub_type"

    def _fields(self) -> Json:
        return {"sub_type": self.sub_type}

    @classmethod
    def _read(cls, table: Table) -> SetSubType:
        return cls(table.integer("sub_type", 0, 1000))


@registered("set_scene")
@dataclass(frozen=True, slots=True)
class SetScene(Edit):
    """Set the scene (场景)."""

    text: str

    def apply(self, template: Template) -> Template:
        """Return the template with the scene."""
        return _changed(template, replace(template, scene=storable(self.text, self.where)))

    @property
    def where(self) -> str:
        """The scene."""
        return "scene"

    def _fields(self) -> Json:
        return {"text": self.text}

    @classmethod
    def _read(cls, table: Table) -> SetScene:
        return cls(table.text("text"))


@registered("set_sms_example")
@dataclass(frozen=True, slots=True)
class SetSmsExample(Edit):
    """Set the example SMS (短信示例)."""

    text: str

    def apply(self, template: Template) -> Template:
        """Return the template with the example."""
        return _changed(template, replace(template, sms_example=storable(self.text, self.where)))

    @property
    def where(self) -> str:
        """The example."""
        return "sms_example"

    def _fields(self) -> Json:
        return {"text": self.text}

    @classmethod
    def _read(cls, table: Table) -> SetSmsExample:
        return cls(table.text("text"))


@registered("set_sms_signs")
@dataclass(frozen=True, slots=True)
class SetSmsSigns(Edit):
    """Set the SMS signatures (without brackets) the card may be sent with."""

    signs: tuple[str, ...]

    def apply(self, template: Template) -> Template:
        """Return the template with the signatures."""
        if len(self.signs) > MAX_SIGNS:
            refuse("edit.too_many", self.where, limit=MAX_SIGNS, actual=len(self.signs))
        for number, sign in enumerate(self.signs):
            storable(sign, f"sms_signs:{number}")
        return _changed(template, replace(template, sms_signs=self.signs))

    @property
    def where(self) -> str:
        """The signatures."""
        return "sms_signs"

    def _fields(self) -> Json:
        return {"signs": list(self.signs)}

    @classmethod
    def _read(cls, table: Table) -> SetSmsSigns:
        return cls(table.texts("signs", MAX_SIGNS))


@registered("set_sms_template")
@dataclass(frozen=True, slots=True)
class SetSmsTemplate(Edit):
    """Set the pattern of the SMS the card rides on (短信原文模板)."""

    text: str

    def apply(self, template: Template) -> Template:
        """Return the template with the pattern."""
        return _changed(template, replace(template, sms_template=storable(self.text, self.where)))

    @property
    def where(self) -> str:
        """The pattern."""
        return "sms_template"

    def _fields(self) -> Json:
        return {"text": self.text}

    @classmethod
    def _read(cls, table: Table) -> SetSmsTemplate:
        return cls(table.text("text"))
