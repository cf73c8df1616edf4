# SPDX-License-Identifier: Apache-2.0
"""Checks of words: texts and buttons that must not be empty, and the vendors' limits. Sources: facts 2.4, 2.6, 7.

The exact cut depends on fonts and is the preview's; here a text is held against the published number of characters.
"""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import NOTE, WARNING, Context, child_place, found, place, rule
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import SlotKind
from koodesk.domain.template import ButtonContent, TextContent


@rule("text.missing", source="API CreatePersonalTemplate")
def words_there(context: Context) -> Iterator[Problem]:
    """A required text or button has words."""
    for content, slot in context.slots():
        if isinstance(content, TextContent | ButtonContent) and slot.required and not content.text.strip():
            yield found("text.missing", place(content), slot=slot.name_zh, slot_en=slot.name_en)


@rule("text.over_limit", source="faq0107")
def texts_short_enough(context: Context) -> Iterator[Problem]:
    """A text with its examples in place stays within each vendor's published length; more is cut on the handset."""
    for content, slot in context.slots():
        if not isinstance(content, TextContent | ButtonContent):
            continue
        parts = [(content.text, False, slot.name_zh, slot.name_en)]
        if isinstance(content, TextContent) and content.child:
            parts.append((content.child, True, slot.child_zh or slot.name_zh, slot.child_en or slot.name_en))
        for text, child, name_zh, name_en in parts:
            shown = context.with_examples(text)
            for vendor in context.takers:
                limit = slot.limit(vendor, child=child)
                lines = shown.count("\n") + 1
                if limit is not None and (len(shown) > limit.chars or lines > limit.lines):
                    numbers = {"lines": limit.lines, "limit": limit.chars, "actual": len(shown)}
                    names = {"slot": name_zh, "slot_en": name_en}
                    where = child_place(content) if child else place(content)
                    yield found("text.over_limit", where, WARNING, vendor, **numbers, **names)


@rule("text.limit_unpublished", source="hc")
def limits_published(context: Context) -> Iterator[Problem]:
    """Where no length is published, say so once: the preview's cut is then an estimate."""
    layout = context.layout
    if layout is None:
        return
    texts = [s for s in layout.slots if s.kind is SlotKind.TEXT]
    silent = [v for v in context.takers if any(s.limit(v) is None for s in texts)]
    if silent:
        one = silent[0] if len(silent) == 1 else None
        yield found("text.limit_unpublished", "", NOTE, one, vendors=", ".join(silent))
