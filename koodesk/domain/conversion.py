# SPDX-License-Identifier: Apache-2.0
"""A card turned into another layout: what fits goes along, what does not is kept and comes back on the way back. Pure.

Slots stand for each other by id, then by role and kind (`conversion_slots.pairs`); groups go item by item; a content keeps
its id. There and back without an edit is the same card; what is edited in between comes back too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from koodesk.domain.codec import MAX_PAGES
from koodesk.domain.conversion_slots import NO_FOCALS, fitted, is_blank, merged, named_alike, pairs
from koodesk.domain.crop import CENTRE, Focal
from koodesk.domain.edits import ChangeLayout
from koodesk.domain.layout_contents import empty, items, ordered, places, taken_ids
from koodesk.domain.rule_pack import LayoutSpec, SlotSpec
from koodesk.domain.template import Content, Kept, Override, Page, Template, materials_of
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor


def convert(
    template: Template,
    from_layout: LayoutSpec,
    to_layout: LayoutSpec,
    layouts: Mapping[str, LayoutSpec] = MappingProxyType({}),
    focals: Mapping[str, Focal] = NO_FOCALS,
) -> ChangeLayout:
    """Return the edit that turns a card of one layout into another.

    With `layouts` (all of the pack) a card that comes back by way of others is told exactly from one that was edited there.
    Pictures are cut around `focals`, the focal points (焦点) that are not in the middle, by digest.
    """
    kept = next((k for k in template.kept if k.layout == to_layout.id), None)
    others = tuple(k for k in template.kept if k.layout not in (from_layout.id, to_layout.id))
    if from_layout.id == to_layout.id:
        return ChangeLayout(
            template.layout,
            template.pages,
            template.sub_type,
            template.style,
            template.overrides,
            template.kept,
        )
    if kept is None:
        found = _there(template, from_layout, to_layout, focals)
        return replace(found, kept=(*others, _keep(template, found.pages, focals)))
    found = _back(template, kept, from_layout, to_layout, layouts, focals)
    left = replace(
        template,
        layout=to_layout.id,
        pages=found.pages,
        sub_type=found.sub_type,
        style=found.style,
        overrides=found.overrides,
        kept=others,
    )
    again = _there(left, to_layout, from_layout, dict(kept.focals))
    same = (again.pages, again.sub_type, again.style, again.overrides) == (
        template.pages,
        template.sub_type,
        template.style,
        template.overrides,
    )
    if same:
        return replace(found, kept=others)
    mine = _keep(template, found.pages, focals)
    # Straight back to where the card came from: what is left now was no station on the way from those before it.
    straight = template.kept[-1].layout == to_layout.id
    return replace(found, kept=(mine, *others) if straight else (*others, mine))


def left_behind(template: Template, layout: LayoutSpec, change: ChangeLayout) -> tuple[Content, ...]:
    """Return the contents with something in them that a change of layout keeps instead of showing."""
    shown = {c.id for page in change.pages for c in page.contents}
    specs = {s.id: s for s in layout.slots}
    return tuple(
        c
        for c in template.contents()
        if c.id not in shown and c.slot in specs and not is_blank(c, specs[c.slot])
    )


def _ids(pages: tuple[Page, ...]) -> set[str]:
    return {c.id for page in pages for c in page.contents}


def _keep(template: Template, pages: tuple[Page, ...], focals: Mapping[str, Focal]) -> Kept:
    now = _ids(pages)
    contents = (*template.contents(), *(o.content for o in template.overrides))
    digests = {material.digest for content in contents for material in materials_of(content)}
    return Kept(
        template.layout,
        template.pages,
        template.sub_type,
        template.style,
        template.overrides,
        tuple(c.id for c in template.contents() if c.id in now),
        tuple((d, focals[d]) for d in sorted(digests) if focals.get(d, CENTRE) != CENTRE),
    )


@dataclass(slots=True)
class _Way:
    """The way from one layout to another: slots by the slots they come from, ids that must not be given out, focal points."""

    source: LayoutSpec
    target: LayoutSpec
    taken: set[str]
    focals: Mapping[str, Focal]
    came: dict[str, SlotSpec] = field(default_factory=dict)
    """The slot each of the target's comes from, by its id."""

    def __post_init__(self) -> None:
        self.came = {there.id: here for here, there in pairs(self.source, self.target)}

    def empty(self, slot: SlotSpec, item: int, page: int) -> Content:
        made = empty(slot, item, page, taken=self.taken)
        self.taken.add(made.id)
        return made

    def fitted(self, content: Content, slot: SlotSpec, item: int) -> Content:
        return fitted(content, slot, item, self.focals)

    def count(self, page: Page, group: str) -> int:
        """Return how many items a group of the target gets from a page."""
        spec, found = self.target.group(group), 0
        for slot in self.target.slots_of(group):
            came = self.came.get(slot.id)
            if came is not None and came.group:
                found = max(found, items(page, self.source, came.group))
            elif came is not None and any(c.slot == came.id for c in page.contents):
                found = max(found, 1)
        return max(spec.least, min(found, spec.most))

    def content(self, page: Page, slot: SlotSpec, item: int) -> Content | None:
        """Return what stands in the place that a place of the target comes from."""
        came = self.came.get(slot.id)
        if came is None or (item and not came.group):
            return None
        return next((c for c in page.contents if c.slot == came.id and c.item == item), None)

    def main_group(self, group: str) -> str:
        """Return the source's group whose items are those of a group of the target, empty for none."""
        found = [c.group for s in self.target.slots_of(group) if (c := self.came.get(s.id)) and c.group]
        return max(found, key=found.count) if found else ""


def _there(
    template: Template, source: LayoutSpec, target: LayoutSpec, focals: Mapping[str, Focal]
) -> ChangeLayout:
    """Return the card in a layout it has not been in."""
    way = _Way(source, target, taken_ids(template), focals)
    pages = tuple(_new_page(way, page, number) for number, page in enumerate(template.pages))
    sub_type, style = _choices(template.sub_type, template.style, source, target)
    overrides = tuple(_overrides(template, way, pages))
    return ChangeLayout(target.id, pages, sub_type, style, overrides, ())


def _new_page(way: _Way, page: Page, number: int) -> Page:
    counts = {g.id: way.count(page, g.id) for g in way.target.groups}
    contents = []
    for slot, item in places(way.target, counts):
        found = way.content(page, slot, item)
        contents.append(way.empty(slot, item, number) if found is None else way.fitted(found, slot, item))
    return Page(tuple(contents))


def _choices(sub_type: int, style: int, source: LayoutSpec, target: LayoutSpec) -> tuple[int, int]:
    """Return sub-type and style of the target that are named like those of the source."""
    one, other = ({s.value: s.name_zh for s in layout.sub_types} for layout in (source, target))
    two, further = ({s.value: s.name_zh for s in layout.styles} for layout in (source, target))
    return named_alike(sub_type, one, other), named_alike(style, two, further)


def _overrides(
    template: Template, way: _Way, pages: tuple[Page, ...], done: frozenset[tuple[str, str]] = frozenset()
) -> list[Override]:
    """Return the vendors' variants of the contents that went along; `done` are (vendor, id) that are settled."""
    before = {c.id: c for c in template.contents()}
    after = {c.id: c for page in pages for c in page.contents}
    specs = {s.id: s for s in way.target.slots}
    found = []
    for override in template.overrides:
        master = after.get(override.content.id)
        old = before.get(override.content.id)
        if master is None or old is None or (override.vendor.value, master.id) in done:
            continue
        if type(master) is not type(override.content):
            continue
        content = way.fitted(override.content, specs[master.slot], master.item)
        if content != master:
            same = override.base == content_mark(old)
            found.append(Override(override.vendor, content, content_mark(master) if same else override.base))
    return found


# --- the way back --------------------------------------------------------------------------------------------------


def _back(
    template: Template,
    kept: Kept,
    source: LayoutSpec,
    target: LayoutSpec,
    layouts: Mapping[str, LayoutSpec],
    focals: Mapping[str, Focal],
) -> ChangeLayout:
    """Return the card in a layout it has been in: as it was there, with what was edited since."""
    way = _Way(source, target, taken_ids(template), focals)
    home = _Home(way, template, kept, layouts)
    pages = home.pages()
    went = _choices(kept.sub_type, kept.style, target, source)
    own = _choices(template.sub_type, template.style, source, target)
    sub_type = kept.sub_type if went[0] == template.sub_type else own[0]
    style = kept.style if went[1] == template.style else own[1]
    return ChangeLayout(target.id, pages, sub_type, style, home.overrides(pages), ())


class _Home:
    """Puts what is kept of a layout and what the card holds now together."""

    def __init__(self, way: _Way, template: Template, kept: Kept, layouts: Mapping[str, LayoutSpec]) -> None:
        self.way = way
        self.template = template
        self.kept = kept
        self.now = {c.id: c for c in template.contents()}
        self.before = {c.id: c for page in kept.pages for c in page.contents}
        elsewhere = {
            i for k in template.kept if k is not kept for i in _ids(k.pages) - set(k.carried)
        }  # left behind in a layout in between, so their absence is no removal
        self.carried = set(kept.carried) - elsewhere
        between = template.kept[template.kept.index(kept) + 1 :]
        known = all(k.layout in layouts for k in between)
        self.stations = [(layouts[k.layout], k.pages) for k in between] if known else None
        # Those of then: a focal point that was set since makes no edit of what was cut around another.
        self.focals = [dict(k.focals) for k in (kept, *between)]
        self.sources = {s.id: s for s in way.source.slots}
        self.slots = {s.id: s for s in way.target.slots}

    def pages(self) -> tuple[Page, ...]:
        """Return the pages: those of now, each with what is kept of it, then kept ones that never came along."""
        left = list(enumerate(self.kept.pages))
        found: list[Page] = []
        for number, page in enumerate(self.template.pages):
            ids = {c.id for c in page.contents}
            match = next(((n, k) for n, k in left if any(c.id in ids for c in k.contents)), None)
            if match is None:
                silent = (
                    (n, k)
                    for n, k in left
                    if n == number and not any(c.id in self.carried for c in k.contents)
                )
                match = next(silent, None)
            if match is None:
                found.append(_new_page(self.way, page, number))
            else:
                left.remove(match)
                found.append(self._page(page, match[1], number))
        never = [k for _, k in left if not any(c.id in self.carried for c in k.contents)]
        return (*found, *never[: MAX_PAGES - len(found)])

    def _page(self, page: Page, kept: Page, number: int) -> Page:
        order = {g.id: self._items(page, kept, g.id) for g in self.way.target.groups}
        contents: list[Content] = []
        moved = False
        for content in kept.contents:
            spec = self.slots.get(content.slot)
            item = content.item
            if spec is not None and spec.group:
                wanted = order[spec.group]
                place = next((n for n, (k, _) in enumerate(wanted) if k == item), None)
                if place is None:
                    moved = True
                    continue
                moved, item = moved or place != item, place
            contents.append(replace(self._content(page, content, spec), item=item))
        added = self._added(page, order, number, contents)
        if not moved and not added:
            return Page(tuple(contents))
        return Page(ordered(self.way.target, (*contents, *added)))

    def _went(self, content: Content) -> Content | None:
        """Return what the way here made of a content of the kept layout; None when it cannot be told."""
        if self.stations is None:
            return None
        stops = (*self.stations, (self.way.source, self.template.pages))
        for (layout, pages), focals in zip(stops, self.focals, strict=True):
            place = next((c for page in pages for c in page.contents if c.id == content.id), None)
            spec = next((s for s in layout.slots if place is not None and s.id == place.slot), None)
            if place is None or spec is None or type(place) is not type(content):
                return None
            content = fitted(content, spec, place.item, focals)
        return content

    def _content(self, page: Page, before: Content, spec: SlotSpec | None) -> Content:
        """Return one content as it was, with what was edited since."""
        now = self.now.get(before.id)
        away = None if now is None else self.sources.get(now.slot)
        if spec is None:
            return before
        if now is not None and away is not None and type(now) is type(before):
            return merged(before, self._went(before), now, spec, self.way.focals)
        # It went along and was removed: what was put in its place takes it.
        removed = before.id in self.carried and not spec.group
        other = self.way.content(page, spec, 0) if removed else None
        if other is None or other.id in self.before or is_blank(other, self.sources[other.slot]):
            return before
        return self.way.fitted(other, spec, before.item)

    def _items(self, page: Page, kept: Page, group: str) -> list[tuple[int | None, int | None]]:
        """Return the items of a group as (item kept, item now), in their order; None for one that is not there."""
        slots = {s.id for s in self.way.target.slots_of(group)}
        count = items(kept, self.way.target, group)
        ids: list[set[str]] = [
            {c.id for c in kept.contents if c.slot in slots and c.item == n} for n in range(count)
        ]
        main = self.way.main_group(group)
        left = list(range(count))
        found: list[tuple[int | None, int | None]] = []
        if main:
            spec = self.way.target.group(group)
            came = (self.way.came.get(name) for name in slots)
            own = {c.id for c in came if c is not None and c.group == main}
            least = self.way.source.group(main).least
            for number in range(items(page, self.way.source, main)):
                here = [c for c in page.contents if c.slot in own and c.item == number]
                match = next((k for k in left if any(c.id in ids[k] for c in here)), None)
                if match is not None:
                    left.remove(match)
                    found.append((match, number))
                elif number >= least or not all(is_blank(c, self.sources[c.slot]) for c in here):
                    found.append((None, number))
            removed = [k for k in left if ids[k] & self.carried and not ids[k] & self.now.keys()]
            left = [k for k in left if k not in removed]
            spare = max(spec.most - len(left) - sum(k is not None for k, _ in found), 0)
            fresh = [pair for pair in found if pair[0] is None]
            for pair in fresh[spare:]:
                found.remove(pair)
            while removed and len(found) + len(left) < spec.least:
                left.append(removed.pop(0))
        for kept_item in sorted(left):
            behind = (n for n, (k, _) in enumerate(found) if k is not None and k > kept_item)
            found.insert(next(behind, len(found)), (kept_item, None))
        return found

    def _added(
        self,
        page: Page,
        order: dict[str, list[tuple[int | None, int | None]]],
        number: int,
        contents: list[Content],
    ) -> list[Content]:
        """Return the contents of new items, and of places that were left out and have something in them now."""
        there = {(c.slot, c.item) for c in contents}
        used = {c.id for c in contents} | set(self.before)
        added: list[Content] = []
        for slot in self.way.target.slots:
            wanted = order[slot.group] if slot.group else [(0, 0)]
            for item, (old, now) in enumerate(wanted):
                if (slot.id, item) in there:
                    continue
                found = None if now is None else self.way.content(page, slot, now)
                if found is not None and found.id in used:
                    found = None
                if old is not None and (found is None or is_blank(found, self.sources[found.slot])):
                    continue
                if found is None:
                    added.append(self.way.empty(slot, item, number))
                else:
                    used.add(found.id)
                    added.append(self.way.fitted(found, slot, item))
        return added

    def overrides(self, pages: tuple[Page, ...]) -> tuple[Override, ...]:
        """Return the vendors' variants: those kept, with what was edited since, and the new ones."""
        after = {c.id: c for page in pages for c in page.contents}
        now = {(o.vendor, o.content.id): o for o in self.template.overrides}
        found: list[Override] = []
        for old in self.kept.overrides:
            master = after.get(old.content.id)
            if master is None:
                continue
            here = self.now.get(master.id)
            mine = now.get((old.vendor, master.id))
            if here is None or type(here) is not type(old.content):
                found.append(_in_place(old, master))
                continue
            went, base = self._went(old.content), self._went(self.before[master.id])
            if mine is None and went == base:
                found.append(_in_place(old, master))  # it made no difference there, so it was not carried
            elif mine is not None:
                home = self.slots[master.slot]
                content = merged(old.content, went, mine.content, home, self.way.focals)
                found.append(self._based(replace(old, content=content), mine, master))
        done = frozenset((o.vendor.value, o.content.id) for o in self.kept.overrides if o.content.id in after)
        new = _overrides(self.template, self.way, pages, done)
        if not new:
            return tuple(found)
        rank = {name: n for n, name in enumerate(after)}
        vendors = list(Vendor)
        return tuple(
            sorted((*found, *new), key=lambda o: (vendors.index(o.vendor), rank.get(o.content.id, 0)))
        )

    def _based(self, kept: Override, mine: Override, master: Content) -> Override:
        """Return a variant with what it was made from: the master as it is, where it followed it all along."""
        placed = _in_place(kept, master)
        if master == replace(self.before[master.id], item=master.item):
            return placed
        follows = mine.base == content_mark(self.now[master.id])
        return replace(placed, base=content_mark(master)) if follows else placed


def _in_place(override: Override, master: Content) -> Override:
    """Return a variant that stands where its master stands now."""
    if override.content.item == master.item:
        return override
    return replace(override, content=replace(override.content, item=master.item))
