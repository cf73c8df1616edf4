# SPDX-License-Identifier: Apache-2.0
"""A body of POST /v1/aim/templates as a template, every key looked at. Pure.

A body may come from a stranger: size and depth are limited as in `codec`, keys nobody knows, other types, unknown layouts,
vendors and events, positions that no slot of the layout has and positions that stand twice are refused with the key's
name. `null` counts as left out, which is how the SDK's models print what is not set.

The style is not part of a body: it is the one that explains best which slots are missing. What the platform itself
ignores, and what a card has no place for, is left out and said as a warning ("koomessage.dropped").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.codec import MAX_CONTENTS, MAX_DEPTH, MAX_PAGES, MAX_PARAMS, MAX_SIGNS, parse
from koodesk.domain.content_codec import MAX_SHORT, VENDORS
from koodesk.domain.koomessage.placing import Seen, counts, stranger
from koodesk.domain.koomessage.sources import BY_ADDRESS, BY_ID, SOURCE_CODES, read_source
from koodesk.domain.koomessage.writing import (
    ACTION_FIELDS,
    BACKGROUNDS,
    NUMBER_FIELDS,
    hidden_by_choice,
    picture_source,
)
from koodesk.domain.layout_contents import content_id, empty, left_out, places
from koodesk.domain.params import names, token
from koodesk.domain.problem import Problem, Refused, Severity, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotKind, SlotSpec, Switch
from koodesk.domain.strict_table import Table
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Page,
    Param,
    Template,
    TextContent,
    Use,
    VideoContent,
)
from koodesk.domain.vendor import Vendor

FILE: Final = "koomessage.json"
MAX_POSITION: Final = 1000
READING_CODES: Final = (
    *SOURCE_CODES,
    "card.duplicate",
    "card.too_deep",
    "card.unknown_layout",
    "koomessage.bad_param",
    "koomessage.dropped",
    "koomessage.no_slot",
    "koomessage.page_order",
    "koomessage.position_twice",
)
"""Every code this module refuses with or warns of."""

_EVENTS: Final = {e.value: e for e in EventType}
_KINDS: Final = {k.value: k for k in SlotKind}
_STATES: Final = (0, 1)


@dataclass(frozen=True, slots=True)
class Imported:
    """A template and what of its body it does not keep."""

    template: Template
    notes: tuple[Problem, ...]


def loads(data: bytes, pack: RulePack, file: str = FILE) -> Imported:
    """Read a body from JSON text in UTF-8; `file` names it in problems. Raises Refused."""
    return read_body(parse(data, file), pack, file)


def read_body(data: object, pack: RulePack, file: str = FILE) -> Imported:
    """Read a body from JSON values, the SDK's `to_dict()` included. Raises Refused."""
    return _Reader(pack, file).read(_without_nulls(data, file))


def _without_nulls(value: object, file: str, depth: int = 0) -> object:
    if depth > MAX_DEPTH:
        raise Refused(problem("card.too_deep", file, file=file, limit=MAX_DEPTH))
    if isinstance(value, Mapping):
        return {k: _without_nulls(v, file, depth + 1) for k, v in value.items() if v is not None}
    if isinstance(value, list | tuple):
        return [_without_nulls(v, file, depth + 1) for v in value]
    return value


@dataclass(frozen=True, slots=True)
class _Placed:
    """A page as the body has it, and how many items each group has."""

    page: Page
    counts: dict[str, int]


class _Reader:
    def __init__(self, pack: RulePack, file: str) -> None:
        self.pack = pack
        self.file = file
        self.notes: list[Problem] = []

    def read(self, data: object) -> Imported:
        table = Table(data, self.file)
        layout_id = table.filled("card_id", longest=MAX_SHORT)
        layout = self.pack.layouts.get(layout_id)
        if layout is None:
            raise Refused(problem("card.unknown_layout", "layout", layout=layout_id))
        template = Template(
            layout=layout_id,
            name=table.text("tpl_name"),
            use=Use(table.integer("use_id", 1, 2)),
            vendors=self._vendors(table),
            pages=(),
            params=self._params(table),
            sub_type=self._sub_type(table, layout),
            scene=table.text("scene", ""),
            sms_example=table.text("sms_example", ""),
            sms_signs=table.texts("sms_signs", MAX_SIGNS, optional=True),
            sms_template=table.text("sms_template", ""),
        )
        placed = self._pages(table, layout, template)
        table.close()
        template = replace(template, pages=tuple(p.page for p in placed))
        template = replace(template, style=style_of(template, layout))
        unused = left_out(template, layout) | hidden_by_choice(template, layout)
        pages = tuple(_held_open(p, layout, number, unused) for number, p in enumerate(placed))
        return Imported(replace(template, pages=pages), tuple(self.notes))

    def _drop(self, table: Table, key: str) -> None:
        path = f"{table.key}.{key}" if table.key else key
        self.notes.append(
            problem("koomessage.dropped", self.file, severity=Severity.WARNING, file=self.file, key=path)
        )

    def _vendors(self, table: Table) -> tuple[Vendor, ...]:
        states: dict[Vendor, int] = {}
        for row in table.tables("factorys", len(Vendor), optional=True):
            vendor = row.one_of("factory_type", VENDORS)
            if vendor in states:
                row.refuse("card.duplicate", "factory_type")
            states[vendor] = row.integer("state", 0, 1, 1)
            row.close()
        return tuple(v for v in Vendor if states.get(v) == 1)

    def _params(self, table: Table) -> tuple[Param, ...]:
        found: dict[str, Param] = {}
        for row in table.tables("params", MAX_PARAMS, optional=True):
            row.integer("type", 1, 1)
            text = row.text("name", longest=MAX_SHORT)
            named = names(text)
            if len(named) != 1 or token(named[0]) != text:
                row.refuse("koomessage.bad_param", "name")
            if named[0] in found:
                row.refuse("card.duplicate", "name")
            found[named[0]] = Param(named[0], row.text("example"))
            row.close()
        return tuple(found.values())

    def _sub_type(self, table: Table, layout: LayoutSpec) -> int:
        chosen = table.integer("sub_type", 0, 1000, 1)
        if chosen not in {s.value for s in layout.sub_types} | (set() if layout.sub_types else {1}):
            table.refuse("data.unknown_name", "sub_type", value=chosen)
        return chosen

    def _pages(self, table: Table, layout: LayoutSpec, template: Template) -> tuple[_Placed, ...]:
        rows = table.tables("pages", MAX_PAGES)
        orders = [row.integer("page_order", 1, MAX_PAGES) for row in rows]
        if sorted(orders) != list(range(1, len(rows) + 1)):
            table.refuse("koomessage.page_order", "pages")
        pages: list[_Placed] = []
        for number, (_, row) in enumerate(sorted(zip(orders, rows, strict=True), key=lambda o: o[0])):
            pages.append(self._page(row, number, layout, template))
            row.close()
        return tuple(pages)

    def _page(self, table: Table, number: int, layout: LayoutSpec, template: Template) -> _Placed:
        rows: dict[int, Table] = {}
        seen: dict[int, Seen] = {}
        for row in table.tables("contents", MAX_CONTENTS):
            position = row.integer("position_number", 1, MAX_POSITION)
            if position in rows:
                row.refuse("koomessage.position_twice", "position_number", position=position)
            rows[position] = row
            kind = row.one_of("type", _KINDS)
            seen[position] = Seen(kind, kind is SlotKind.TEXT and bool(row.text("content_child", "")))
        found = counts(layout, seen)
        if found is None:
            wrong = stranger(layout, seen)
            rows[wrong].refuse(
                "koomessage.no_slot",
                "position_number",
                position=wrong,
                kind=seen[wrong].kind.value,
                layout=layout.id,
            )
        hides = hidden_by_choice(template, layout)
        contents: list[Content] = []
        targets: list[tuple[Content, Table, str]] = []
        for position, (slot, item) in enumerate(places(layout, found), 1):
            if position in rows:
                row = rows[position]
                content, target = self._content(row, slot, item, number, chosen_hides=slot.id in hides)
                contents.append(content)
                if target:
                    targets.append((content, row, target))
        page = Page(tuple(contents))
        for content, row, target in targets:
            if target != picture_source(content, page):
                self._drop(row, "action.target")
        return _Placed(page, found)

    def _content(
        self, row: Table, slot: SlotSpec, item: int, page: int, *, chosen_hides: bool
    ) -> tuple[Content, str]:
        """Read one component; beside it the target of its VIEW_PIC, which a card does not store."""
        made = content_id(slot.id, item, page)
        visible = row.integer("visible", 0, 1, 1) == 1
        if Switch.VISIBLE not in slot.switches and not visible:
            self._drop(row, "visible")  # the platform shows it all the same (facts 2.2)
            visible = True
        shown = visible or chosen_hides
        content: Content
        event, target = None, ""
        if slot.kind in (SlotKind.IMAGE, SlotKind.BUTTON):
            event, target = self._event(row)
        match slot.kind:
            case SlotKind.TEXT:
                if self._flag_text(row, "is_text_title"):
                    self._drop(row, "is_text_title")
                currency = row.integer("currency_display", 0, 1, 1) == 1
                child = row.text("content_child", "")
                content = TextContent(made, slot.id, row.text("content", ""), item, child, shown, currency)
            case SlotKind.BUTTON:
                types = {"static": False, "dynamic": True, "": False}
                moving = row.has("button_type") and row.one_of("button_type", types)
                content = ButtonContent(made, slot.id, row.text("content", ""), event, item, moving, shown)
            case SlotKind.IMAGE:
                kind = row.integer("src_type", BY_ID, BY_ADDRESS, BY_ADDRESS)
                backgrounds = [
                    (vendor, read_source(row, field, kind))
                    for vendor, field in BACKGROUNDS.items()
                    if vendor in slot.backgrounds
                ]
                content = ImageContent(
                    made,
                    slot.id,
                    read_source(row, "src", kind),
                    event,
                    tuple((v, p) for v, p in backgrounds if p is not None),
                    item,
                    shown,
                )
            case SlotKind.VIDEO:
                content = self._video(row, slot, item, made, shown=shown)
        row.close()
        return content, target

    def _video(self, row: Table, slot: SlotSpec, item: int, made: str, *, shown: bool) -> VideoContent:
        kind = row.integer("src_type", BY_ID, BY_ADDRESS, BY_ADDRESS)
        video = read_source(row, "src", kind, "video/mp4")
        if video is not None and video.crop is not None:
            row.refuse("koomessage.bad_material", "src")
        ratio = row.text("ratio", "", longest=MAX_SHORT)
        if ratio and ratio not in {r.name for r in slot.ratios}:
            row.refuse("data.unknown_name", "ratio", value=ratio)
        material = None if video is None else video.material
        return VideoContent(made, slot.id, material, read_source(row, "cover", kind), item, ratio, shown)

    def _flag_text(self, row: Table, key: str) -> bool:
        return row.has(key) and row.one_of(key, {"true": True, "false": False, "": False})

    def _event(self, row: Table) -> tuple[ClickEvent | None, str]:
        action = row.table_or_none("action")
        if not row.has("action_type") and action is None:
            return None, ""
        kind = row.one_of("action_type", _EVENTS)
        fields: dict[str, str] = {}
        if action is not None:
            for name in ACTION_FIELDS:
                if name not in NUMBER_FIELDS:
                    fields[name] = action.text(name, "")
                elif action.has(name):
                    fields[name] = str(action.integer(name, 0, 99))
            action.close()
        target = fields.pop("target", "") if kind is EventType.VIEW_PIC else ""
        return ClickEvent(kind, tuple(sorted((k, v) for k, v in fields.items() if v))), target


def _held_open(placed: _Placed, layout: LayoutSpec, page: int, unused: frozenset[str]) -> Page:
    """Return a page with an empty content where the body has none, as a new card has it, for the editor to fill.

    Not where the style or sub-type uses none, and not for a video that may be missing: it stands in place of pictures. A
    last item that would stay without any content keeps one, or the slots behind it would get other numbers.
    """
    order = list(places(layout, placed.counts))
    found: dict[tuple[str, int], Content] = {(c.slot, c.item): c for c in placed.page.contents}
    for slot, item in order:
        optional_video = slot.kind is SlotKind.VIDEO and not slot.required
        if (slot.id, item) not in found and slot.id not in unused and not optional_video:
            found[slot.id, item] = empty(slot, item, page)
    for group, count in placed.counts.items():
        members = layout.slots_of(group)
        if count and all((s.id, count - 1) not in found for s in members):
            found[members[0].id, count - 1] = empty(members[0], count - 1, page)
    return Page(tuple(found[s.id, item] for s, item in order if (s.id, item) in found))


def style_of(template: Template, layout: LayoutSpec) -> int:
    """Return the style that explains best which slots a template does not have: the first where nothing tells.

    No slot it leaves out may be there; then as few others as possible are missing, required ones first.
    """
    there = {c.slot for c in template.contents()}
    hidden = hidden_by_choice(template, layout)
    best: tuple[int, int, int] | None = None
    for style in layout.styles:
        if there & set(style.leaves_out):
            continue
        open_ = [s for s in layout.slots if s.id not in there | hidden | set(style.leaves_out)]
        weight = (sum(s.required for s in open_), len(open_), style.value)
        best = weight if best is None else min(best, weight)
    return 1 if best is None else best[2]
