# SPDX-License-Identifier: Apache-2.0
"""Layouts of a rule pack from TOML: one `layouts/<id>.toml` a layout, checked to the last key."""

from __future__ import annotations

from typing import Final

from koodesk.domain.rule_pack import (
    Confidence,
    GroupSpec,
    LayoutSpec,
    Purpose,
    Ratio,
    SafeArea,
    SlotKind,
    SlotSpec,
    StyleSpec,
    SubType,
    Switch,
)
from koodesk.domain.rule_pack_facts import (
    CONFIDENCE,
    read_count,
    read_flag,
    read_pixels,
    read_text_limit,
    vendor_facts,
    vendor_list,
)
from koodesk.domain.strict_table import Table

_SWITCHES: Final = {s.value: s for s in Switch}
MOST_ITEMS: Final = 50
"""Most items a group may have in any pack; the platform's own numbers are far below."""


def read_layout(table: Table, layout_id: str, pack_date: str) -> LayoutSpec:
    """Read one layout. Raises Refused."""
    if table.filled("id", longest=100) != layout_id:
        table.refuse("data.unknown_name", "id", value=layout_id)
    slots = tuple(
        sorted((_slot(row, pack_date) for row in table.tables("slots", 200)), key=lambda s: s.position)
    )
    if len({s.id for s in slots}) != len(slots) or len({s.position for s in slots}) != len(slots):
        table.refuse("pack.duplicate", "slots")
    sub_types = tuple(_sub_type(row) for row in table.tables("sub_types", 50, optional=True))
    if len({s.value for s in sub_types}) != len(sub_types):
        table.refuse("pack.duplicate", "sub_types")
    styles = tuple(_style(row) for row in table.tables("styles", 50, optional=True))
    if len({s.value for s in styles}) != len(styles):
        table.refuse("pack.duplicate", "styles")
    groups = tuple(_group(row) for row in table.tables("groups", 20, optional=True))
    _check_names(table, slots, groups, sub_types, styles)
    spec = LayoutSpec(
        id=layout_id,
        name_zh=table.filled("name_zh"),
        name_en=table.filled("name_en"),
        family=table.filled("family"),
        use_when_zh=table.filled("use_when_zh"),
        use_when_en=table.filled("use_when_en"),
        slots=slots,
        sub_types=sub_types,
        vendors=vendor_facts(table, "vendors", pack_date, read_flag, every=True),
        param_vendors=vendor_facts(table, "param_vendors", pack_date, read_flag, every=True),
        purpose=table.one_of("purpose", {p.value: p for p in Purpose}),
        source=table.filled("source", longest=100),
        groups=groups,
        styles=styles,
        total_chars=vendor_facts(table, "total_chars", pack_date, read_count, every=False),
        confidence=table.one_of("confidence", CONFIDENCE) if table.has("confidence") else Confidence.STATED,
        note=table.text("note", "", longest=500),
    )
    table.close()
    return spec


def _check_names(
    table: Table,
    slots: tuple[SlotSpec, ...],
    groups: tuple[GroupSpec, ...],
    sub_types: tuple[SubType, ...],
    styles: tuple[StyleSpec, ...],
) -> None:
    """Refuse a group without slots or in pieces, and names of slots and groups that are not there."""
    known = {s.id for s in slots}
    if len({g.id for g in groups}) != len(groups):
        table.refuse("pack.duplicate", "groups")
    for group in groups:
        at = [n for n, s in enumerate(slots) if s.group == group.id]
        if not at or at[-1] - at[0] + 1 != len(at):
            table.refuse("pack.bad_group", "groups", group=group.id)
    for slot in slots:
        if slot.group and slot.group not in {g.id for g in groups}:
            table.refuse("pack.bad_group", "slots", group=slot.group)
    named = [("sub_types", name) for s in sub_types for name in s.hides]
    named += [("styles", name) for s in styles for name in s.leaves_out]
    for key, name in named:
        if name not in known:
            table.refuse("data.unknown_name", key, value=name)


def _group(row: Table) -> GroupSpec:
    least = row.integer("least", 0, MOST_ITEMS)
    found = GroupSpec(
        id=row.filled("id", longest=50),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        least=least,
        most=row.integer("most", max(least, 1), MOST_ITEMS),
        source=row.filled("source", longest=100),
        confidence=row.one_of("confidence", CONFIDENCE),
    )
    row.close()
    return found


def _sub_type(row: Table) -> SubType:
    found = SubType(
        value=row.integer("value", 1, 100),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        vendors=vendor_list(row, "vendors"),
        source=row.filled("source", longest=100),
        hides=row.texts("hides", 50, longest=50, optional=True),
        moving=row.has("moving") and row.boolean("moving"),
    )
    row.close()
    return found


def _style(row: Table) -> StyleSpec:
    found = StyleSpec(
        value=row.integer("value", 1, 100),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        leaves_out=row.texts("leaves_out", 50, longest=50, optional=True),
        source=row.filled("source", longest=100),
    )
    row.close()
    return found


def _slot(row: Table, pack_date: str) -> SlotSpec:
    ratios = _ratios(row)
    child = row.table_or_none("child")
    slot = SlotSpec(
        id=row.filled("id", longest=50),
        position=row.integer("position", 1, 1000),
        kind=row.one_of("kind", {k.value: k for k in SlotKind}),
        role=row.filled("role", longest=50),
        name_zh=row.filled("name_zh"),
        name_en=row.filled("name_en"),
        required=row.boolean("required"),
        event_required=row.boolean("event_required"),
        params_allowed=row.boolean("params_allowed"),
        ratio=ratios[0] if ratios else None,
        limits=vendor_facts(row, "limits", pack_date, read_text_limit, every=False),
        min_pixels=vendor_facts(row, "min_pixels", pack_date, read_pixels, every=False),
        backgrounds=vendor_list(row, "backgrounds", optional=True),
        hint_zh=row.text("hint_zh", ""),
        hint_en=row.text("hint_en", ""),
        source=row.filled("source", longest=100),
        group=row.text("group", "", longest=50),
        event_allowed=row.boolean("event_allowed") if row.has("event_allowed") else True,
        child_zh="" if child is None else child.filled("name_zh"),
        child_en="" if child is None else child.filled("name_en"),
        child_limits={}
        if child is None
        else vendor_facts(child, "limits", pack_date, read_text_limit, every=False),
        best_pixels=vendor_facts(row, "best_pixels", pack_date, read_pixels, every=False),
        ratios=ratios,
        switches=tuple(
            _SWITCHES[s] if s in _SWITCHES else row.refuse("data.unknown_name", "switches", value=s)
            for s in row.texts("switches", len(_SWITCHES), longest=50, optional=True)
        ),
        choices=row.texts("choices", 20, longest=20, optional=True),
        safe_areas=tuple(_area(area) for area in row.tables("safe_areas", 10, optional=True)),
    )
    if child is not None:
        child.close()
    row.close()
    return slot


def _area(row: Table) -> SafeArea:
    """Read a band of a picture: shares of its height in thousandths, so that no rounding creeps in."""
    top, bottom = row.integer("top", 0, 1000), row.integer("bottom", 0, 1000)
    if top >= bottom:
        row.refuse("pack.bad_area", "bottom")
    found = SafeArea(
        top / 1000,
        bottom / 1000,
        row.one_of("kind", {"plain": "plain", "free": "free"}),
        row.filled("name_zh"),
        row.filled("name_en"),
        row.filled("source", longest=100),
    )
    row.close()
    return found


def _ratios(row: Table) -> tuple[Ratio, ...]:
    """Read `ratio`, or `ratios` where the sender may choose."""
    if row.has("ratios"):
        return tuple(_ratio(table) for table in row.tables("ratios", 10))
    table = row.table_or_none("ratio")
    return () if table is None else (_ratio(table),)


def _ratio(table: Table) -> Ratio:
    ratio = Ratio(
        table.filled("name", longest=50), table.integer("width", 1, 1000), table.integer("height", 1, 1000)
    )
    table.close()
    return ratio
