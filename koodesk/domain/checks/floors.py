# SPDX-License-Identifier: Apache-2.0
"""Checks of the floor (兜底) of OPEN_APP: where a tap goes when the app is missing. Source: facts 3.3 [SDK]."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from koodesk.domain.checks.events import events_of
from koodesk.domain.checks.register import ERROR, NOTE, WARNING, Context, found, rule
from koodesk.domain.click_event import EventType
from koodesk.domain.params import names
from koodesk.domain.problem import Problem
from koodesk.domain.vendor import Vendor

MARKET: Final = 0
PAGE: Final = 1
BROWSER: Final = 2
QUICK_APP: Final = 3

_LINKS: Final = {
    PAGE: re.compile(r"https://\S+"),
    BROWSER: re.compile(r"https?://\S+"),
    QUICK_APP: re.compile(r"hap://\S+"),
}


def _floors(context: Context) -> Iterator[tuple[str, int, str]]:
    """Yield (where of the event, floor type, link with examples) of every OPEN_APP with a readable floor type."""
    for where, event in events_of(context):
        if event.type is EventType.OPEN_APP:
            text = event.field("floor_type") or str(MARKET)
            if text in {str(f.type) for f in context.pack.floors}:
                yield where, int(text), context.with_examples(event.field("floor_url"))


@rule("floor.vendor_refused", "floor.ignored", source="SDK")
def floor_taken(context: Context) -> Iterator[Problem]:
    """Each vendor honours the floor. SAMSUNG counts only when it is alone: beside others its floor is ignored."""
    for where, floor, _ in _floors(context):
        spec = next(f for f in context.pack.floors if f.type == floor)
        words = {"floor": spec.name_zh, "floor_en": spec.name_en}
        for vendor in context.takers:
            fact = spec.vendors.get(vendor)
            if fact is not None and fact.value:
                continue
            if vendor is Vendor.SAMSUNG and len(context.chosen) > 1:
                yield found("floor.ignored", f"{where}.floor_type", NOTE, vendor, **words)
            else:
                yield found("floor.vendor_refused", f"{where}.floor_type", ERROR, vendor, **words)


@rule("floor.url_missing", "floor.url_unused", source="SDK")
def floor_url_there(context: Context) -> Iterator[Problem]:
    """A link is required for the browser floor with OPPO, does nothing for the market, and makes sense elsewhere."""
    for where, floor, url in _floors(context):
        if floor == MARKET:
            if url:
                yield found("floor.url_unused", f"{where}.floor_url", WARNING)
        elif not url:
            needed = floor == BROWSER and Vendor.OPPO in context.chosen
            yield found("floor.url_missing", f"{where}.floor_url", ERROR if needed else WARNING)


@rule("floor.download_needs_browser", source="SDK")
def floor_downloads(context: Context) -> Iterator[Problem]:
    """A page that offers a download should open in the browser; a link to an .apk file plainly is one."""
    for where, floor, url in _floors(context):
        if floor == PAGE and url.partition("?")[0].partition("#")[0].lower().endswith(".apk"):
            yield found("floor.download_needs_browser", f"{where}.floor_type", WARNING)


@rule("floor.http_needs_browser", "floor.url_bad", source="SDK")
def floor_url_fits(context: Context) -> Iterator[Problem]:
    """An http link needs the browser floor; a page is https; a quick app is hap://."""
    for where, floor, url in _floors(context):
        if floor == MARKET or not url or names(url):
            continue
        if url.startswith("http://") and floor != BROWSER:
            yield found("floor.http_needs_browser", f"{where}.floor_url")
        elif _LINKS[floor].fullmatch(url) is None:
            yield found("floor.url_bad", f"{where}.floor_url")
