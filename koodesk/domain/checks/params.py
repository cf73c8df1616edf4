# SPDX-License-Identifier: Apache-2.0
"""Checks of dynamic parameters: the list, and where they stand. Source: facts 3.4."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.register import WARNING, Context, all_texts, found, place, rule
from koodesk.domain.edits.parameters import users_of
from koodesk.domain.params import WRAPPER, is_broken, is_name, names
from koodesk.domain.problem import Problem
from koodesk.domain.template import ButtonContent, ImageContent, TextContent

_FILLERS: Final = (
    "示例",
    "样例",
    "例子",
    "参数",
    "变量",
    "待定",
    "待填",
    "某某",
    "example",
    "sample",
    "todo",
    "tbd",
    "null",
)
_FILLING: Final = frozenset("xX*?#_-.…·。？＊")


@rule("param.too_many", source="seed")
def params_count(context: Context) -> Iterator[Problem]:
    """A template has at most 20 parameters."""
    limit, actual = context.limit("params.count"), len(context.template.params)
    if limit is not None and actual > limit:
        yield found("param.too_many", "params", limit=limit, actual=actual)


@rule("param.name_bad", "param.name_too_long", "param.name_taken", source="api-2022")
def params_named(context: Context) -> Iterator[Problem]:
    """A name has 1-20 characters with its wrapper, no blanks or marks, and is given once."""
    limit = context.limit("param.name.max")
    times = Counter(p.name for p in context.template.params)
    for param in context.template.params:
        where = f"param:{param.name}"
        if not is_name(param.name):
            yield found("param.name_bad", where, name=param.name)
        if limit is not None and len(param.name) + WRAPPER > limit:
            yield found(
                "param.name_too_long",
                where,
                name=param.name,
                limit=limit - WRAPPER,
                actual=len(param.name),
            )
        if times[param.name] > 1:
            yield found("param.name_taken", where, name=param.name)


@rule("param.example_missing", "param.example_too_long", source="api-2022")
def params_exemplified(context: Context) -> Iterator[Problem]:
    """Every parameter has an example of 1-100 characters, which reviewers look at."""
    limit = context.limit("param.example.max")
    for param in context.template.params:
        where = f"param:{param.name}"
        if not param.example.strip():
            yield found("param.example_missing", where, name=param.name)
        elif limit is not None and len(param.example) > limit:
            numbers = {"limit": limit, "actual": len(param.example)}
            yield found("param.example_too_long", where, name=param.name, **numbers)


@rule("param.example_unreal", source="hc")
def params_real(context: Context) -> Iterator[Problem]:
    """An example is a value that is really used, since reviewers open it: a filler or the parameter's own name is none."""
    for param in context.template.params:
        example = param.example.strip()
        filler = example.casefold() in (*_FILLERS, param.name.casefold()) or set(example) <= _FILLING
        if example and filler:
            yield found(
                "param.example_unreal", f"param:{param.name}", WARNING, name=param.name, actual=example[:20]
            )


@rule("param.undefined", "param.unused", source="SDK")
def params_defined(context: Context) -> Iterator[Problem]:
    """Every parameter that is used is in the list; one that is listed and never used is pointed out."""
    template = context.template
    defined = {p.name for p in template.params}
    for where, text in all_texts(context):
        if where.startswith("content:"):
            for name in names(text):
                if name not in defined:
                    yield found("param.undefined", where, name=name)
    for param in template.params:
        if not users_of(context.master, param.name):
            yield found("param.unused", f"param:{param.name}", WARNING, name=param.name)


@rule("param.broken", source="")
def params_closed(context: Context) -> Iterator[Problem]:
    """A ${ that opens no parameter would be shown as it stands."""
    for where, text in all_texts(context):
        if where.startswith("content:") and is_broken(text):
            yield found("param.broken", where, WARNING)


@rule("param.not_allowed", source="hc")
def params_where_allowed(context: Context) -> Iterator[Problem]:
    """Parameters stand in titles, texts and links only, never in what the platform takes as it is."""
    for content, slot in context.slots():
        if isinstance(content, TextContent | ButtonContent) and not slot.params_allowed:
            for name in names(content.text):
                yield found("param.not_allowed", place(content), name=name)
        if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
            spec = context.pack.events[content.event.type]
            allowed = {f.name for f in spec.fields if f.params_allowed}
            for field, text in content.event.fields:
                for name in () if field in allowed else names(text):
                    yield found("param.not_allowed", f"{place(content)}/event.{field}", name=name)
    for where, text in all_texts(context):
        if not where.startswith(("content:", "param:")):
            for name in names(text):
                yield found("param.not_allowed", where, name=name)
