# SPDX-License-Identifier: Apache-2.0
"""How long a text is against what may be: the tightest published limit of the chosen vendors, or plainly none."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.params import substitute
from koodesk.domain.rule_pack import SlotSpec
from koodesk.domain.vendor import Vendor
from koodesk.editor.session import Session
from koodesk.editor.words import list_of, named, tr


@dataclass(frozen=True, slots=True)
class Count:
    """The words of a counter and whether the text is over the limit."""

    text: str
    over: bool = False


@dataclass(frozen=True, slots=True)
class Tightest:
    """The smallest published limit in characters, whose it is, and the chosen vendors that publish none."""

    chars: int | None
    vendor: Vendor | None
    silent: tuple[Vendor, ...]


def tightest(spec: SlotSpec, vendors: tuple[Vendor, ...], *, child: bool = False) -> Tightest:
    """Find the tightest limit of a slot, or of its second text, among vendors."""
    known = [(limit.chars, v) for v in vendors if (limit := spec.limit(v, child=child)) is not None]
    silent = tuple(v for v in vendors if spec.limit(v, child=child) is None)
    if not known:
        return Tightest(None, None, silent)
    chars, vendor = min(known, key=lambda found: found[0])
    return Tightest(chars, vendor, silent)


def count_words(session: Session, content_id: str, text: str, *, child: bool = False) -> Count:
    """Count a text of a slot with its parameters filled by their examples, as the phones show it.

    `child` counts against the limits of the second text.
    """
    template = session.template
    spec = session.slot(content_id)
    shown = substitute(text, {p.name: p.example or p.name for p in template.params})
    vendors = tuple(v for v in template.vendors if session.layout.takes(v))
    found = tightest(spec, vendors, child=child)
    if found.chars is None or found.vendor is None:
        return Count(tr("{count} 字 · 各厂商未公布上限", count=len(shown)))
    zh, en = session.pack.vendor_names[found.vendor]
    words = tr(
        "{count}/{limit} 字 · {vendor} 最严", count=len(shown), limit=found.chars, vendor=named(zh, en)
    )
    return Count(words, len(shown) > found.chars)


def vendor_list(session: Session, vendors: tuple[Vendor, ...]) -> str:
    """Return the names of vendors as a list."""
    return list_of(tuple(named(*session.pack.vendor_names[v]) for v in vendors))
