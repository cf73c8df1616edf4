# SPDX-License-Identifier: Apache-2.0
"""Cards with values in them for the tests of worst rows, and the obvious way to judge a row: fill in, then measure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import lru_cache

from koodesk import paths
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.layout_contents import in_sight
from koodesk.domain.params import names, substitute
from koodesk.domain.recipient import CELL_ERRORS, VALUE_LIMIT
from koodesk.domain.row_plan import SmsText
from koodesk.domain.sms import SmsRules, Variable, VariableType, count, parts
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.sms_values import check_value
from koodesk.domain.template import ButtonContent, Content, ImageContent, Param, Template, TextContent
from koodesk.domain.text_count import count_end, visible
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import pack
from tests.starters import starter

LIMITED = (Vendor.HUAWEI, Vendor.XIAOMI, Vendor.OPPO, Vendor.VIVO, Vendor.MEIZU)


@lru_cache(maxsize=1)
def rules() -> SmsRules:
    """Return the SMS rules that ship."""
    return read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template


def card(
    title: str = "",
    body: str = "",
    target: str = "",
    *,
    layout: str = "StandardImageAndText",
    params: Mapping[str, str] | None = None,
    vendors: Sequence[Vendor] = LIMITED,
) -> Template:
    """Return a layout's starter with a title, a body and a link of one's own, and no parameters but in these."""
    made = replace(starter(pack().layouts[layout]), vendors=tuple(vendors))
    texts = {"title": title, "body": body}
    own = {p.name: p.example for p in made.params}

    def changed(content: Content) -> Content:
        if isinstance(content, TextContent):
            text = texts.get(content.slot) or substitute(content.text, own)
            return replace(content, text=text, child=substitute(content.child, own))
        if isinstance(content, ButtonContent) and target:
            return replace(content, event=ClickEvent(EventType.OPEN_URL, (("target", target),)))
        return content

    pages = tuple(replace(page, contents=tuple(map(changed, page.contents))) for page in made.pages)
    examples = {"name": "张三", "code": "A100"} if params is None else params
    return replace(made, pages=pages, params=tuple(Param(*p) for p in examples.items()))


Told = tuple[str, str, str]
"""(code, vendor, where) of a finding."""


def obvious(
    template: Template,
    values: Mapping[str, str],
    sms: SmsText | None = None,
    typed: Mapping[str, str] | None = None,
) -> set[Told]:
    """Say what is wrong with a row by filling in everything for every vendor. `typed`: parameter -> type in the SMS.

    The vendor of a link is always named; of the SMS, only `${name}` with names of columns and types is known here.
    """
    found: set[Told] = set()
    used: set[str] = set()
    layout = pack().layouts[template.layout]
    seen: list[tuple[str, str]] = []
    for vendor in template.vendors:
        fact = layout.param_vendors[vendor]
        if not layout.takes(vendor) or fact.value is False:
            continue
        shown = in_sight(seen_by(template, vendor), layout)
        whole = 0
        for content in shown:
            slot = layout.slot(content.slot)
            if isinstance(content, TextContent | ButtonContent):
                words = [(content.text, f"content:{content.id}", False)]
                if isinstance(content, TextContent):
                    words.append((content.child, f"content:{content.id}/child", True))
                for text, where, child in words:
                    filled = substitute(text, values)
                    whole += len(filled) if isinstance(content, TextContent) else 0
                    if not set(names(text)) & set(values):
                        continue
                    seen.append((where, text))
                    limit = slot.limit(vendor, child=child)
                    phone = "".join(map(visible, filled))
                    if limit is not None and (
                        count_end(phone, limit.chars) < len(phone.rstrip("\n"))
                        or phone.count("\n") + 1 > limit.lines
                    ):
                        found.add(("rows.overflow", vendor.value, where))
            if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
                for field in pack().events[content.event.type].fields:
                    text = content.event.field(field.name)
                    if not set(names(text)) & set(values):
                        continue
                    where = f"content:{content.id}/event.{field.name}"
                    seen.append((where, text))
                    filled = substitute(text, values)
                    if len(filled) > field.max_length:
                        found.add(("rows.link_too_long", vendor.value, where))
                    elif (
                        filled.strip()
                        and field.pattern
                        and set(names(text)) <= set(values)
                        and re.fullmatch(field.pattern, filled) is None
                    ):
                        found.add(("rows.link_bad", vendor.value, where))
        total = layout.total_chars.get(vendor)
        holds = any(
            set(names(t)) & set(values)
            for c in shown
            if isinstance(c, TextContent)
            for t in (c.text, c.child)
        )
        if holds and total is not None and total.value is not None and whole > total.value:
            found.add(("rows.total_overflow", vendor.value, ""))
    if sms is not None:
        seen.append(("sms", sms.content))
        sign = f"【{sms.signature}】" if sms.signature else ""
        examples = {p.name: p.example for p in template.params}
        if parts(rules(), count(substitute(sms.content, values) + sign)) > max(
            parts(rules(), count(substitute(sms.content, examples) + sign)), 1
        ):
            found.add(("rows.sms_part", "", "sms"))
    for name, kind in (typed or {}).items():
        if values[name].strip() and check_value(rules(), Variable(0, VariableType(kind)), values[name]):
            found.add(("rows.illegal_value", "", "sms"))
    for where, text in seen:
        used |= set(names(text)) & set(values)
        found |= _joints(where, text, values)
    for name in used:
        found |= {(code, "", f"param:{name}") for code in _faults(values[name])}
    return found


def _joints(where: str, text: str, values: Mapping[str, str]) -> set[Told]:
    """Look at each place of a parameter with the one character before and behind it."""
    found: set[Told] = set()
    for match in re.finditer(r"\$\{([^${}]+)\}", text):
        value = values.get(match[1], "")
        before = substitute(text[: match.start()], values)[-1:]
        after = substitute(text[match.end() :], values)[:1]
        for code, mark in (("rows.syntax", "${"), ("rows.spaces", "  ")):
            if value.strip() and mark not in value and mark in before + value + after:
                found.add((code, "", where))
    return found


def _faults(value: str) -> set[str]:
    if not value.strip():
        return {"rows.empty"}
    if value in CELL_ERRORS:
        return {"rows.cell_error"}
    found = set()
    categories = {unicodedata.category(char) for char in value}
    if len(value) > VALUE_LIMIT:
        found.add("rows.value_too_long")
    if "${" in value:
        found.add("rows.syntax")
    if set(value) & set("<>&"):
        found.add("rows.forbidden_mark")
    if "  " in value:
        found.add("rows.spaces")
    if categories & {"Cc", "Cs", "Zl", "Zp"} or set(value) & set("\u00ad\u200b\u2060\ufeff\ufffe\uffff"):
        found.add("rows.control_mark")
    if set(value) & set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"):
        found.add("rows.direction_mark")
    return found
