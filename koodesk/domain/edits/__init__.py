# SPDX-License-Identifier: Apache-2.0
"""Edits: every change to a template as a frozen value.

An edit has one method: from a template to a new one, or `Refused`; never half a change. It needs no undo code, since
whoever applies it keeps the template before and after and unchanged parts stay the same objects. It has a name code and
goes to JSON and back (`edit_line`, `read_edit_line`), so unsaved work can be kept as lines and a test needs no window.

    contents.py    what stands in the slots: texts, pictures, crops, backgrounds, events
    details.py     the card's own fields: name, use, vendors, SMS fields
    parameters.py  dynamic parameters: add, rename everywhere, remove
    components.py  second texts, switches, videos, covers and ratios
    structure.py   items of repeated groups, pages, style, another layout
    variants.py    what single vendors show instead
    base.py        what all share, and the edits that hold others
"""

from koodesk.domain.edits.base import EDIT_CODES, Batch, Edit, edit_json, edit_line, read_edit, read_edit_line
from koodesk.domain.edits.components import (
    SetChild,
    SetCurrency,
    SetMoving,
    SetRatio,
    SetVideo,
    SetVisible,
)
from koodesk.domain.edits.contents import SetBackground, SetCrop, SetEvent, SetPicture, SetText
from koodesk.domain.edits.details import (
    SetName,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetSubType,
    SetUse,
    SetVendors,
)
from koodesk.domain.edits.parameters import AddParam, RemoveParam, RenameParam, SetParamExample
from koodesk.domain.edits.structure import (
    ChangeLayout,
    InsertItem,
    InsertPage,
    MoveItem,
    MovePage,
    RemoveItem,
    RemovePage,
    SetStyle,
)
from koodesk.domain.edits.variants import ClearOverride, SetOverride

__all__ = [
    "EDIT_CODES",
    "AddParam",
    "Batch",
    "ChangeLayout",
    "ClearOverride",
    "Edit",
    "InsertItem",
    "InsertPage",
    "MoveItem",
    "MovePage",
    "RemoveItem",
    "RemovePage",
    "RemoveParam",
    "RenameParam",
    "SetBackground",
    "SetChild",
    "SetCrop",
    "SetCurrency",
    "SetEvent",
    "SetMoving",
    "SetName",
    "SetOverride",
    "SetParamExample",
    "SetPicture",
    "SetRatio",
    "SetScene",
    "SetSmsExample",
    "SetSmsSigns",
    "SetSmsTemplate",
    "SetStyle",
    "SetSubType",
    "SetText",
    "SetUse",
    "SetVendors",
    "SetVideo",
    "SetVisible",
    "edit_json",
    "edit_line",
    "read_edit",
    "read_edit_line",
]
