# SPDX-License-Identifier: Apache-2.0
"""Templates to and from versioned JSON.

History of the format (`format`):

1. The first: layout, name, use, vendors, pages of contents (kind text, image or button), params, sub_type, scene,
   sms_example, sms_signs, sms_template. Pictures by digest with size and crop `[x, y, width, height]`.
2. Videos, second texts, hidden components, currency and button styles; style, overrides a vendor, and what a change of
   layout keeps. A card that has none of these is still written as format 1: its digest may stand in a filing.

What is read may come from a stranger: size, depth and lengths are limited, unknown keys and newer formats are refused
with the key's name. The limits hold for edits too (`edits`), so what can be saved can be opened again. Whether a
template obeys the platform's rules is `checks`' question, not asked here: half-finished cards are saved as well.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from typing import Final

from koodesk.domain.content_codec import (
    MAX_SHORT,
    VENDORS,
    Json,
    content_json,
    is_plain,
    read_content,
    read_digest,
)
from koodesk.domain.crop import Focal
from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import DATA_CODES, MAX_TEXT, Table
from koodesk.domain.template import Kept, Override, Page, Param, Template, Use
from koodesk.domain.vendor import Vendor

FORMAT: Final = 2
MAX_OVERRIDES: Final = 2000
MAX_KEPT: Final = 60
MAX_BYTES: Final = 4_194_304
MAX_DEPTH: Final = 32
MAX_PAGES: Final = 50
MAX_CONTENTS: Final = 200
MAX_PARAMS: Final = 200
MAX_SIGNS: Final = 50
CODEC_CODES: Final = (
    *DATA_CODES,
    "card.crop_outside",
    "card.duplicate",
    "card.newer",
    "card.too_deep",
    "card.too_large",
    "card.unreadable",
)
"""Every code this module refuses with."""

Upgrade = Callable[[Json], Json]

UPGRADES: Final[Mapping[int, Upgrade]] = {1: lambda values: {**values, "format": 2}}
"""From each older format to the next, by the older one's number. A format once released stays readable for ever."""

_PLAIN_KEYS: Final = 12
"""How many keys a template of format 1 has."""
# A text, closed or not, or one bracket. It never has to go back, so hostile texts cost no more than their length.
_BRACKETS: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"?|[\[{]|[\]}]', re.DOTALL)


def encode(template: Template) -> Json:
    """Return a template as JSON values of the lowest format that can hold it."""
    found: Json = {
        "format": 1,
        "layout": template.layout,
        "name": template.name,
        "use": int(template.use),
        "vendors": [v.value for v in template.vendors],
        "pages": [{"contents": [content_json(c) for c in page.contents]} for page in template.pages],
        "params": [{"name": p.name, "example": p.example} for p in template.params],
        "sub_type": template.sub_type,
        "scene": template.scene,
        "sms_example": template.sms_example,
        "sms_signs": list(template.sms_signs),
        "sms_template": template.sms_template,
    }
    if template.style != 1:
        found["style"] = template.style
    if template.overrides:
        found["overrides"] = [override_json(o) for o in template.overrides]
    if template.kept:
        found["kept"] = [kept_json(k) for k in template.kept]
    if len(found) > _PLAIN_KEYS or not all(is_plain(c) for c in template.contents()):
        found["format"] = FORMAT
    return found


def override_json(override: Override) -> Json:
    """Return what a vendor shows instead as JSON values."""
    return {
        "vendor": override.vendor.value,
        "content": content_json(override.content),
        "base": override.base,
    }


def kept_json(kept: Kept) -> Json:
    """Return what a layout held as JSON values."""
    focals: Json = {"focals": [{"digest": d, "x": x, "y": y} for d, (x, y) in kept.focals]}
    return {
        "layout": kept.layout,
        "pages": [{"contents": [content_json(c) for c in page.contents]} for page in kept.pages],
        "sub_type": kept.sub_type,
        "style": kept.style,
        "overrides": [override_json(o) for o in kept.overrides],
        "carried": list(kept.carried),
        **(focals if kept.focals else {}),
    }


def dumps(template: Template) -> bytes:
    """Return a template as JSON text in UTF-8, readable and the same for equal templates."""
    return (json.dumps(encode(template), ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def loads(data: bytes, file: str = "template.json") -> Template:
    """Read a template from JSON text in UTF-8; `file` names it in problems. Raises Refused."""
    return decode(parse(data, file), file)


def decode(data: object, file: str = "template.json", upgrades: Mapping[int, Upgrade] = UPGRADES) -> Template:
    """Read a template from JSON values of this or an older format. Raises Refused."""
    table = Table(data, file)
    found = table.integer("format", 1, 2**31)
    if found > FORMAT:
        raise Refused(problem("card.newer", file, file=file, limit=FORMAT, actual=found))
    values: Json = {name: table.value(name) for name in table.names()}
    while found < FORMAT:
        values = upgrades[found](values)
        found += 1
    return _template(Table(values, file))


def parse(data: bytes, file: str, most: int = MAX_BYTES) -> object:
    """Parse JSON text from outside under limits on size and depth. Raises Refused, never RecursionError."""
    if len(data) > most:
        raise Refused(problem("card.too_large", file, file=file, limit=most, actual=len(data)))
    depth = 0
    for match in _BRACKETS.finditer(data):
        first = match.group()[:1]
        depth += 1 if first in b"[{" else -1 if first in b"]}" else 0
        if depth > MAX_DEPTH:
            raise Refused(problem("card.too_deep", file, file=file, limit=MAX_DEPTH))
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    except ValueError as error:  # bad UTF-8, bad JSON, a number of absurd length, a key twice
        raise Refused(problem("card.unreadable", file, file=file)) from error


def _unique(pairs: list[tuple[str, object]]) -> Json:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key stands twice")
    return found


def _no_constant(name: str) -> object:
    raise ValueError(name)


def read_vendors(table: Table, name: str) -> tuple[Vendor, ...]:
    """Read a list of vendors, each at most once; the order is the console's whatever the file's. Raises Refused."""
    named = table.texts(name, len(Vendor), longest=MAX_SHORT)
    for text in named:
        if text not in VENDORS:
            table.refuse("data.unknown_name", name, value=text)
    if len(set(named)) != len(named):
        table.refuse("card.duplicate", name)
    return tuple(v for v in Vendor if v.value in named)


def _page(table: Table) -> Page:
    page = Page(tuple(read_content(c) for c in table.tables("contents", MAX_CONTENTS)))
    table.close()
    return page


def _param(table: Table) -> Param:
    param = Param(table.text("name", longest=MAX_SHORT), table.text("example"))
    table.close()
    return param


def read_override(table: Table) -> Override:
    """Read what one vendor shows instead of the master's content. Raises Refused."""
    override = Override(
        table.one_of("vendor", VENDORS),
        read_content(table.table("content")),
        table.text("base", longest=64),
    )
    table.close()
    return override


def read_pages(table: Table) -> tuple[Page, ...]:
    """Read the pages under the key `pages`; every content and every place at most once. Raises Refused."""
    pages = tuple(_page(p) for p in table.tables("pages", MAX_PAGES))
    ids = [c.id for page in pages for c in page.contents]
    places = [(c.slot, c.item, n) for n, page in enumerate(pages) for c in page.contents]
    if len(set(ids)) != len(ids) or len(set(places)) != len(places):
        table.refuse("card.duplicate", "pages")
    return pages


def read_overrides(table: Table) -> tuple[Override, ...]:
    """Read the overrides under the key `overrides`, each vendor and content at most once. Raises Refused."""
    found = tuple(read_override(o) for o in table.tables("overrides", MAX_OVERRIDES, optional=True))
    if len({(o.vendor, o.content.id) for o in found}) != len(found):
        table.refuse("card.duplicate", "overrides")
    return found


def read_kept(table: Table) -> Kept:
    """Read what a layout held. Raises Refused."""
    kept = Kept(
        table.filled("layout", longest=MAX_SHORT),
        read_pages(table),
        table.integer("sub_type", 0, 1000),
        table.integer("style", 0, 1000),
        read_overrides(table),
        table.texts("carried", MAX_PAGES * MAX_CONTENTS, longest=MAX_SHORT, optional=True),
        tuple(_focal(f) for f in table.tables("focals", MAX_PAGES * MAX_CONTENTS, optional=True)),
    )
    table.close()
    if len(dict(kept.focals)) != len(kept.focals):
        table.refuse("card.duplicate", "focals")
    return kept


def _focal(table: Table) -> tuple[str, Focal]:
    found = read_digest(table), (table.integer("x", 0, 1000), table.integer("y", 0, 1000))
    table.close()
    return found


def _template(table: Table) -> Template:
    table.integer("format", FORMAT, FORMAT)
    template = Template(
        layout=table.filled("layout", longest=MAX_SHORT),
        name=table.text("name"),
        use=Use(table.integer("use", 1, 2)),
        vendors=read_vendors(table, "vendors"),
        pages=read_pages(table),
        params=tuple(_param(p) for p in table.tables("params", MAX_PARAMS)),
        sub_type=table.integer("sub_type", 0, 1000),
        scene=table.text("scene"),
        sms_example=table.text("sms_example"),
        sms_signs=table.texts("sms_signs", MAX_SIGNS),
        sms_template=table.text("sms_template", longest=MAX_TEXT),
        style=table.integer("style", 0, 1000, 1),
        overrides=read_overrides(table),
        kept=tuple(read_kept(k) for k in table.tables("kept", MAX_KEPT, optional=True)),
    )
    table.close()
    if len({k.layout for k in template.kept}) != len(template.kept):
        table.refuse("card.duplicate", "kept")
    if len({p.name for p in template.params}) != len(template.params):
        table.refuse("card.duplicate", "params")
    return template
