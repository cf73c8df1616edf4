# SPDX-License-Identifier: Apache-2.0
"""Edits of what there is: items of repeated groups, pages, style, and another layout.

They carry the contents they bring, so that a line of unsaved work can be applied again without the rules at hand;
`domain.structure` makes them from a layout.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from koodesk.domain.codec import (
    MAX_CONTENTS,
    MAX_KEPT,
    MAX_PAGES,
    kept_json,
    override_json,
    read_kept,
    read_overrides,
    read_pages,
)
from koodesk.domain.content_codec import MAX_SHORT, Json, content_json, read_content
from koodesk.domain.edits.base import Edit, refuse, registered
from koodesk.domain.strict_table import Table
from koodesk.domain.template import Content, Kept, Override, Page, Template


def _page(template: Template, number: int, where: str) -> Page:
    if not 0 <= number < len(template.pages):
        refuse("edit.page_missing", where, page=number + 1)
    return template.pages[number]


def _with_page(template: Template, number: int, page: Page) -> Template:
    pages = (*template.pages[:number], page, *template.pages[number + 1 :])
    return replace(template, pages=pages)


def _without_lost_overrides(template: Template) -> Template:
    """Drop the overrides of contents that are gone."""
    ids = {c.id for c in template.contents()}
    left = tuple(o for o in template.overrides if o.content.id in ids)
    return template if len(left) == len(template.overrides) else replace(template, overrides=left)


@registered("insert_item")
@dataclass(frozen=True, slots=True)
class InsertItem(Edit):
    """Insert one item of a repeated group: `contents` all have the item's number; later items move on.

    The first item of a group has no other to stand beside: it goes before content number `at` of the page (from 0), or to
    the end when the page has not so many.
    """

    page: int
    contents: tuple[Content, ...]
    at: int = MAX_CONTENTS

    def apply(self, template: Template) -> Template:
        """Return the template with the item. Refused when an id is taken or the contents are not one item."""
        page = _page(template, self.page, self.where)
        numbers = {c.item for c in self.contents}
        ids = {c.id for c in template.contents()}
        if len(numbers) != 1 or any(c.id in ids for c in self.contents):
            refuse("edit.wrong_kind", self.where, content=self.contents[0].id if self.contents else "")
        if len(page.contents) + len(self.contents) > MAX_CONTENTS:
            refuse("edit.too_many", self.where, limit=MAX_CONTENTS)
        slots, item = {c.slot for c in self.contents}, numbers.pop()
        moved = tuple(
            replace(c, item=c.item + 1) if c.slot in slots and c.item >= item else c for c in page.contents
        )
        before = [n for n, c in enumerate(moved) if c.slot in slots and c.item < item]
        after = [n for n, c in enumerate(moved) if c.slot in slots and c.item > item]
        place = before[-1] + 1 if before else after[0] if after else self.at
        return _with_page(template, self.page, Page((*moved[:place], *self.contents, *moved[place:])))

    @property
    def where(self) -> str:
        """The first content of the item."""
        return f"content:{self.contents[0].id}" if self.contents else "pages"

    def _fields(self) -> Json:
        return {"page": self.page, "contents": [content_json(c) for c in self.contents], "at": self.at}

    @classmethod
    def _read(cls, table: Table) -> InsertItem:
        contents = tuple(read_content(c) for c in table.tables("contents", MAX_CONTENTS))
        at = table.integer("at", 0, MAX_CONTENTS, MAX_CONTENTS)
        return cls(table.integer("page", 0, MAX_PAGES), contents, at)


@registered("remove_item")
@dataclass(frozen=True, slots=True)
class RemoveItem(Edit):
    """Remove one item of a repeated group (`slots` are the group's); later items move up."""

    page: int
    slots: tuple[str, ...]
    item: int

    def apply(self, template: Template) -> Template:
        """Return the template without the item."""
        page = _page(template, self.page, self.where)
        left = tuple(c for c in page.contents if not (c.slot in self.slots and c.item == self.item))
        if len(left) == len(page.contents):
            refuse("edit.item_missing", self.where, item=self.item + 1)
        moved = tuple(
            replace(c, item=c.item - 1) if c.slot in self.slots and c.item > self.item else c for c in left
        )
        return _without_lost_overrides(_with_page(template, self.page, Page(moved)))

    @property
    def where(self) -> str:
        """The pages."""
        return "pages"

    def _fields(self) -> Json:
        return {"page": self.page, "slots": list(self.slots), "item": self.item}

    @classmethod
    def _read(cls, table: Table) -> RemoveItem:
        slots = table.texts("slots", MAX_CONTENTS, longest=MAX_SHORT)
        return cls(table.integer("page", 0, MAX_PAGES), slots, table.integer("item", 0, 1000))


@registered("move_item")
@dataclass(frozen=True, slots=True)
class MoveItem(Edit):
    """Give one item of a repeated group another place; the contents keep their ids."""

    page: int
    slots: tuple[str, ...]
    item: int
    to: int

    def apply(self, template: Template) -> Template:
        """Return the template with the items in their new order."""
        page = _page(template, self.page, self.where)
        count = max((c.item + 1 for c in page.contents if c.slot in self.slots), default=0)
        if not (0 <= self.item < count and 0 <= self.to < count):
            refuse("edit.item_missing", self.where, item=max(self.item, self.to) + 1)
        if self.item == self.to:
            return template
        order = list(range(count))
        order.insert(self.to, order.pop(self.item))
        numbers = {old: new for new, old in enumerate(order)}
        at = [n for n, c in enumerate(page.contents) if c.slot in self.slots]
        group = [replace(page.contents[n], item=numbers[page.contents[n].item]) for n in at]
        rank = {slot: n for n, slot in enumerate(dict.fromkeys(page.contents[n].slot for n in at))}
        group.sort(key=lambda c: (c.item, rank[c.slot]))
        contents = list(page.contents)
        for n, content in zip(at, group, strict=True):
            contents[n] = content
        return _with_page(template, self.page, Page(tuple(contents)))

    @property
    def where(self) -> str:
        """The pages."""
        return "pages"

    def _fields(self) -> Json:
        return {"page": self.page, "slots": list(self.slots), "item": self.item, "to": self.to}

    @classmethod
    def _read(cls, table: Table) -> MoveItem:
        slots = table.texts("slots", MAX_CONTENTS, longest=MAX_SHORT)
        page = table.integer("page", 0, MAX_PAGES)
        return cls(page, slots, table.integer("item", 0, 1000), table.integer("to", 0, 1000))


@registered("insert_page")
@dataclass(frozen=True, slots=True)
class InsertPage(Edit):
    """Insert a page with its contents before page `at` (from 0), or at the end."""

    at: int
    contents: tuple[Content, ...]

    def apply(self, template: Template) -> Template:
        """Return the template with the page. Refused when there are too many pages or an id is taken."""
        if len(template.pages) >= MAX_PAGES:
            refuse("edit.too_many", self.where, limit=MAX_PAGES)
        ids = {c.id for c in template.contents()}
        if not 0 <= self.at <= len(template.pages):
            refuse("edit.page_missing", self.where, page=self.at + 1)
        if any(c.id in ids for c in self.contents):
            refuse("edit.wrong_kind", self.where, content=self.contents[0].id)
        pages = (*template.pages[: self.at], Page(self.contents), *template.pages[self.at :])
        return replace(template, pages=pages)

    @property
    def where(self) -> str:
        """The pages."""
        return "pages"

    def _fields(self) -> Json:
        return {"at": self.at, "contents": [content_json(c) for c in self.contents]}

    @classmethod
    def _read(cls, table: Table) -> InsertPage:
        contents = tuple(read_content(c) for c in table.tables("contents", MAX_CONTENTS))
        return cls(table.integer("at", 0, MAX_PAGES), contents)


@registered("remove_page")
@dataclass(frozen=True, slots=True)
class RemovePage(Edit):
    """Remove a page (from 0); the last one stays."""

    page: int

    def apply(self, template: Template) -> Template:
        """Return the template without the page."""
        _page(template, self.page, self.where)
        if len(template.pages) == 1:
            refuse("edit.last_page", self.where)
        pages = (*template.pages[: self.page], *template.pages[self.page + 1 :])
        return _without_lost_overrides(replace(template, pages=pages))

    @property
    def where(self) -> str:
        """The pages."""
        return "pages"

    def _fields(self) -> Json:
        return {"page": self.page}

    @classmethod
    def _read(cls, table: Table) -> RemovePage:
        return cls(table.integer("page", 0, MAX_PAGES))


@registered("move_page")
@dataclass(frozen=True, slots=True)
class MovePage(Edit):
    """Give a page another place."""

    page: int
    to: int

    def apply(self, template: Template) -> Template:
        """Return the template with the pages in their new order."""
        moved = _page(template, self.page, self.where)
        _page(template, self.to, self.where)
        pages = [p for n, p in enumerate(template.pages) if n != self.page]
        pages.insert(self.to, moved)
        return template if self.page == self.to else replace(template, pages=tuple(pages))

    @property
    def where(self) -> str:
        """The pages."""
        return "pages"

    def _fields(self) -> Json:
        return {"page": self.page, "to": self.to}

    @classmethod
    def _read(cls, table: Table) -> MovePage:
        return cls(table.integer("page", 0, MAX_PAGES), table.integer("to", 0, MAX_PAGES))


@registered("set_style")
@dataclass(frozen=True, slots=True)
class SetStyle(Edit):
    """Choose a style (样式) of the layout."""

    style: int

    def apply(self, template: Template) -> Template:
        """Return the template with the style."""
        if not 0 <= self.style <= 1000:
            refuse("edit.wrong_kind", self.where, content="style")
        return template if template.style == self.style else replace(template, style=self.style)

    @property
    def where(self) -> str:
        """The style."""
        return "style"

    def _fields(self) -> Json:
        return {"style": self.style}

    @classmethod
    def _read(cls, table: Table) -> SetStyle:
        return cls(table.integer("style", 0, 1000))


@registered("change_layout")
@dataclass(frozen=True, slots=True)
class ChangeLayout(Edit):
    """Turn the card into another layout; `domain.conversion` says what goes where and what is kept."""

    layout: str
    pages: tuple[Page, ...]
    sub_type: int
    style: int
    overrides: tuple[Override, ...]
    kept: tuple[Kept, ...]

    def apply(self, template: Template) -> Template:
        """Return the card in the other layout."""
        if len(self.kept) > MAX_KEPT:
            refuse("edit.too_many", self.where, limit=MAX_KEPT)
        changed = replace(
            template,
            layout=self.layout,
            pages=self.pages,
            sub_type=self.sub_type,
            style=self.style,
            overrides=self.overrides,
            kept=self.kept,
        )
        return template if changed == template else changed

    @property
    def where(self) -> str:
        """The layout."""
        return "layout"

    def _fields(self) -> Json:
        return {
            "layout": self.layout,
            "pages": [{"contents": [content_json(c) for c in page.contents]} for page in self.pages],
            "sub_type": self.sub_type,
            "style": self.style,
            "overrides": [override_json(o) for o in self.overrides],
            "kept": [kept_json(k) for k in self.kept],
        }

    @classmethod
    def _read(cls, table: Table) -> ChangeLayout:
        return cls(
            table.filled("layout", longest=MAX_SHORT),
            read_pages(table),
            table.integer("sub_type", 0, 1000),
            table.integer("style", 0, 1000),
            read_overrides(table),
            tuple(read_kept(k) for k in table.tables("kept", MAX_KEPT)),
        )
