# SPDX-License-Identifier: Apache-2.0
"""Edits of dynamic parameters (管理参数): add, set the example, rename everywhere, remove."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from koodesk.domain.click_event import ClickEvent
from koodesk.domain.codec import MAX_PARAMS
from koodesk.domain.content_codec import MAX_SHORT, Json
from koodesk.domain.edits.base import Edit, refuse, registered, storable
from koodesk.domain.params import is_name, names, rename, substitute
from koodesk.domain.strict_table import Table
from koodesk.domain.template import (
    ButtonContent,
    Content,
    ImageContent,
    Kept,
    Override,
    Page,
    Param,
    Template,
    TextContent,
    VideoContent,
)
from koodesk.domain.variants import content_mark


def texts_of(content: Content) -> tuple[str, ...]:
    """Return every text of a content in which a parameter may stand: its words and its event's fields."""
    match content:
        case TextContent(text=text, child=child):
            return (text, child)
        case VideoContent():
            return ()
    words = (content.text,) if isinstance(content, ButtonContent) else ()
    fields = () if content.event is None else tuple(text for _, text in content.event.fields)
    return words + fields


def used_in(template: Template, name: str) -> tuple[str, ...]:
    """Return the ids of the contents that use a parameter, in order."""
    return tuple(c.id for c in template.contents() if any(name in names(t) for t in texts_of(c)))


def users_of(template: Template, name: str) -> tuple[str, ...]:
    """Return the ids of the contents that use a parameter, those that only one vendor shows included."""
    own = (o.content.id for o in template.overrides if any(name in names(t) for t in texts_of(o.content)))
    return tuple(dict.fromkeys((*used_in(template, name), *own)))


def kept_users_of(template: Template, name: str) -> tuple[str, ...]:
    """Return the ids of the contents that use a parameter among those a change of layout has put aside."""
    contents = (
        content
        for kept in template.kept
        for content in (*(c for p in kept.pages for c in p.contents), *(o.content for o in kept.overrides))
    )
    return tuple(dict.fromkeys(c.id for c in contents if any(name in names(t) for t in texts_of(c))))


def _each_text(template: Template, change: Callable[[str], str]) -> Template:
    """Return the template with every text that may hold parameters changed; untouched contents stay the same objects.

    The vendors' own contents go along, and one made for the master as it was is one for the master as it is. So does what
    changes of layout have put aside: it comes back with the parameters the card has by then.
    """
    pages, overrides = _texts_with(template.pages, template.overrides, change)
    kept = tuple(_kept_with(k, change) for k in template.kept)
    changed = replace(template, pages=pages, overrides=overrides, kept=kept)
    return template if changed == template else changed


def _texts_with(
    pages: tuple[Page, ...], overrides: tuple[Override, ...], change: Callable[[str], str]
) -> tuple[tuple[Page, ...], tuple[Override, ...]]:
    marks: dict[str, tuple[str, str]] = {}

    def written(content: Content) -> Content:
        after = _content_with(content, change)
        if after == content:
            return content
        marks[content.id] = (content_mark(content), content_mark(after))
        return after

    changed = tuple(_page_with(page, tuple(written(c) for c in page.contents)) for page in pages)
    return changed, tuple(_override_with(o, change, marks.get(o.content.id)) for o in overrides)


def _page_with(page: Page, contents: tuple[Content, ...]) -> Page:
    return page if contents == page.contents else Page(contents)


def _kept_with(kept: Kept, change: Callable[[str], str]) -> Kept:
    pages, overrides = _texts_with(kept.pages, kept.overrides, change)
    changed = replace(kept, pages=pages, overrides=overrides)
    return kept if changed == kept else changed


def _override_with(
    override: Override, change: Callable[[str], str], mark: tuple[str, str] | None
) -> Override:
    base = mark[1] if mark is not None and override.base == mark[0] else override.base
    return replace(override, content=_content_with(override.content, change), base=base)


def _content_with(content: Content, change: Callable[[str], str]) -> Content:
    match content:
        case TextContent():
            return replace(content, text=change(content.text), child=change(content.child))
        case VideoContent():
            return content
        case ImageContent():
            return replace(content, event=_event_with(content.event, change))
        case ButtonContent():
            return replace(content, text=change(content.text), event=_event_with(content.event, change))


def _event_with(event: ClickEvent | None, change: Callable[[str], str]) -> ClickEvent | None:
    if event is None:
        return None
    fields = ((name, change(text)) for name, text in event.fields)
    return ClickEvent(event.type, tuple(sorted((k, v) for k, v in fields if v)))


def _check_new(template: Template, name: str, where: str) -> None:
    if not is_name(name) or len(name) > MAX_SHORT:
        refuse("edit.param_bad_name", where, name=name[:MAX_SHORT])
    if any(p.name == name for p in template.params):
        refuse("edit.param_exists", where, name=name)


def _check_there(template: Template, name: str, where: str) -> None:
    if not any(p.name == name for p in template.params):
        refuse("edit.param_missing", where, name=name[:MAX_SHORT])


@registered("add_param")
@dataclass(frozen=True, slots=True)
class AddParam(Edit):
    """Add a parameter at the end of the list. Refused when its name cannot be one or is taken."""

    name: str
    example: str = ""

    def apply(self, template: Template) -> Template:
        """Return the template with the parameter."""
        _check_new(template, self.name, self.where)
        if len(template.params) >= MAX_PARAMS:
            refuse("edit.too_many", self.where, limit=MAX_PARAMS, actual=len(template.params) + 1)
        param = Param(self.name, storable(self.example, self.where))
        return replace(template, params=(*template.params, param))

    @property
    def where(self) -> str:
        """The parameter."""
        return f"param:{self.name}"

    def _fields(self) -> Json:
        return {"name": self.name, "example": self.example}

    @classmethod
    def _read(cls, table: Table) -> AddParam:
        return cls(table.text("name", longest=MAX_SHORT), table.text("example"))


@registered("set_param_example")
@dataclass(frozen=True, slots=True)
class SetParamExample(Edit):
    """Set the example of a parameter."""

    name: str
    example: str

    def apply(self, template: Template) -> Template:
        """Return the template with the example."""
        _check_there(template, self.name, self.where)
        new = Param(self.name, storable(self.example, self.where))
        params = tuple(new if p.name == self.name else p for p in template.params)
        return template if params == template.params else replace(template, params=params)

    @property
    def where(self) -> str:
        """The parameter."""
        return f"param:{self.name}"

    def _fields(self) -> Json:
        return {"name": self.name, "example": self.example}

    @classmethod
    def _read(cls, table: Table) -> SetParamExample:
        return cls(table.text("name", longest=MAX_SHORT), table.text("example"))


@registered("rename_param")
@dataclass(frozen=True, slots=True)
class RenameParam(Edit):
    """Rename a parameter: in the list and in every text and event field that uses it, those put aside included."""

    name: str
    new_name: str

    def apply(self, template: Template) -> Template:
        """Return the template with the new name everywhere."""
        _check_there(template, self.name, self.where)
        if self.name == self.new_name:
            return template
        _check_new(template, self.new_name, self.where)

        def written(text: str) -> str:
            return storable(rename(text, self.name, self.new_name), self.where)

        changed = _each_text(template, written)
        return replace(
            changed,
            params=tuple(
                replace(p, name=self.new_name) if p.name == self.name else p for p in template.params
            ),
        )

    @property
    def where(self) -> str:
        """The parameter under its old name."""
        return f"param:{self.name}"

    def _fields(self) -> Json:
        return {"name": self.name, "new_name": self.new_name}

    @classmethod
    def _read(cls, table: Table) -> RenameParam:
        return cls(table.text("name", longest=MAX_SHORT), table.text("new_name", longest=MAX_SHORT))


@registered("remove_param")
@dataclass(frozen=True, slots=True)
class RemoveParam(Edit):
    """Remove a parameter. One that is used is refused, unless `replace_with` says what stands in its place.

    Contents that a change of layout has put aside use it too: they come back one day.
    """

    name: str
    replace_with: str | None = None

    def apply(self, template: Template) -> Template:
        """Return the template without the parameter."""
        _check_there(template, self.name, self.where)
        users, waiting = users_of(template, self.name), kept_users_of(template, self.name)
        changed = template
        if users or waiting:
            if self.replace_with is None and users:
                refuse("edit.param_used", self.where, name=self.name, count=len(users), content=users[0])
            if self.replace_with is None:
                refuse("edit.param_kept", self.where, name=self.name, count=len(waiting))
            values = {self.name: self.replace_with}

            def written(text: str) -> str:
                return storable(substitute(text, values), self.where)

            changed = _each_text(template, written)
        return replace(changed, params=tuple(p for p in template.params if p.name != self.name))

    @property
    def where(self) -> str:
        """The parameter."""
        return f"param:{self.name}"

    def _fields(self) -> Json:
        return {"name": self.name, "replace_with": self.replace_with}

    @classmethod
    def _read(cls, table: Table) -> RemoveParam:
        name = table.text("name", longest=MAX_SHORT)
        return cls(name, None if table.value("replace_with") is None else table.text("replace_with"))
