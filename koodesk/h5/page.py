# SPDX-License-Identifier: Apache-2.0
"""The H5 page of a card, and the pages of links that lead nowhere: HTML without a script and without a style of its own.

Chinese or English by what the browser asks for; light or dark by the system's look. Everything from a template or a
recipient is escaped where it is written.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from html import escape
from typing import Final

from koodesk import paths
from koodesk.domain.layout_contents import in_sight
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.template import ButtonContent, ImageContent, Template
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor
from koodesk.h5.actions import Action, action_of
from koodesk.h5.card import Tap, draw_card
from koodesk.h5.views import View, views
from koodesk.preview.placement import PictureBox, Placement, SlotBox
from koodesk.preview.wording import word

STATES: Final = ("expired", "used_up", "frozen", "unknown", "no_card", "broken")
"""Pages of links that show no card."""

CSS_PATH: Final = "/h5/page.css"
FONT_PATHS: Final = {"/h5/regular.ttf": "NotoSansSC-Regular.ttf", "/h5/bold.ttf": "NotoSansSC-Bold.ttf"}


@dataclass(frozen=True, slots=True)
class CardPage:
    """What a page shows: a card with one recipient's values (the examples when empty) as one vendor's phone shows it.

    `sender` is the signature the message carries, `until_ms` when the link ends (0 for not told); `preview` marks a look at a
    card that was sent to nobody.
    """

    template: Template
    vendor: Vendor
    values: Mapping[str, str]
    sender: str = ""
    until_ms: int = 0
    preview: bool = False


@lru_cache(maxsize=1)
def words() -> Mapping[str, Mapping[str, str]]:
    """Return the sentences of the pages by language ("zh", "en") and name."""
    told = tomllib.loads((paths.resources() / "h5" / "words.toml").read_text("utf-8"))
    return {lang: {name: str(both[lang]) for name, both in told.items()} for lang in ("zh", "en")}


@lru_cache(maxsize=1)
def stylesheet() -> bytes:
    """Return the one stylesheet of all pages."""
    return (paths.resources() / "h5" / "page.css").read_bytes()


def language(accepted: str) -> str:
    """Return "en" for a browser that asks for English before Chinese, else "zh"."""
    for part in accepted.lower().split(","):
        tag = part.partition(";")[0].strip()
        if tag.startswith(("zh", "en")):
            return tag[:2]
    return "zh"


def card_page(page: CardPage, pack: RulePack, picture: Callable[[str], str], lang: str) -> bytes:
    """Return the page of a card. Raises Refused when the card cannot be put in place for this vendor."""
    say = words()[lang]
    layout = pack.layouts[page.template.layout]
    shown = seen_by(page.template, page.vendor)
    found = views(page.template, pack, page.vendor, page.values)
    notes: dict[str, str] = {}
    taps = _Taps(shown, layout, page.values, picture, say, notes)
    parts = [_view(view, index, len(found), taps, picture, say) for index, view in enumerate(found)]
    many = len(found) > 1
    dots = ""
    if many:
        links = "".join(
            f'<a href="#v{n}" aria-label="{escape(say["view"].format(at=n, of=len(found)))}">{n}</a>'
            for n in range(1, len(found) + 1)
        )
        dots = f'<nav aria-label="{escape(say["views"])}">{links}</nav>'
    sender = f"<h1>{escape(page.sender)}</h1>" if page.sender else f"<h1>{escape(say['message'])}</h1>"
    mark = f'<p class="mark" role="status">{escape(say["preview"])}</p>' if page.preview else ""
    until = f"<p>{escape(say['until'].format(at=_moment(page.until_ms)))}</p>" if page.until_ms else ""
    body = (
        f'{mark}<header>{sender}</header><main><div class="views{" many" if many else ""}"'
        f"{' tabindex=0' if many else ''}>{''.join(parts)}</div>{dots}</main>"
        f"<footer>{until}<p>{escape(say['drawn'].format(vendor=say['vendor.' + page.vendor.value]))}</p></footer>"
        f"{''.join(notes.values())}"
    )
    return _html(page.template.name if page.preview else page.sender or say["message"], body, lang)


def state_page(state: str, lang: str, until_ms: int = 0) -> bytes:
    """Return the page of a link that shows no card, by one of `STATES`."""
    say = words()[lang]
    title, text = say[f"{state}.title"], say[f"{state}.text"]
    when = f"<p>{escape(say['ended'].format(at=_moment(until_ms)))}</p>" if until_ms else ""
    body = (
        f'<main class="state"><svg viewBox="0 0 48 48" aria-hidden="true"><circle cx="24" cy="24" r="20"/>'
        f"{_SIGNS.get(state, _SIGNS['unknown'])}</svg><h1>{escape(title)}</h1><p>{escape(text)}</p>{when}</main>"
    )
    return _html(title, body, lang)


_SIGNS: Final = {
    "expired": '<path d="M24 13v12l8 5"/>',
    "used_up": '<path d="M15 25l6 6 12-13"/>',
    "frozen": '<path d="M19 17v14M29 17v14"/>',
    "unknown": '<path d="M19 19a5 5 0 1 1 7 5c-2 1-2 2-2 4M24 33v.5"/>',
}
"""The line drawings of the state pages, on a grid of 48."""


class _Taps:
    """What lies over the slots of a card's placements; notes are gathered, each once."""

    def __init__(
        self,
        template: Template,
        layout: LayoutSpec,
        values: Mapping[str, str],
        picture: Callable[[str], str],
        say: Mapping[str, str],
        notes: dict[str, str],
    ) -> None:
        self.template = template
        self.layout = layout
        self._values = values
        self._picture = picture
        self._say = say
        self._notes = notes
        self._contents = {content.id: content for content in in_sight(template, layout)}

    def of(self, placement: Placement) -> tuple[Tap, ...]:
        """Return the taps of one placement."""
        found = [self._tap(box) for box in placement.slots if box.event is not None]
        return tuple(tap for tap in found if tap is not None)

    def alt(self, box: PictureBox) -> str:
        """Return what a picture is called: its slot's name, and its place in a group."""
        spec = self.layout.slot(box.slot)
        name = spec.name_zh if self._say["lang"] == "zh" else spec.name_en
        content = self._contents.get(box.content_id)
        return f"{name} {content.item + 1}" if content is not None and spec.group else name

    def _tap(self, box: SlotBox) -> Tap | None:
        content = self._contents.get(box.content_id)
        if not isinstance(content, ButtonContent | ImageContent) or content.event is None:
            return None
        label = self._fill(content.text) if isinstance(content, ButtonContent) else ""
        label = label or self._say["open"]
        found = action_of(content.event, self._fill)
        if found.about == "picture" and isinstance(content, ImageContent) and content.picture is not None:
            found = Action(self._picture(content.picture.material.digest), "picture")
        if found.href:
            return Tap(box, found.href, label, found.href.startswith(("http:", "https:")))
        return Tap(box, f"#{self._note(box.content_id, label, found)}", label, away=False)

    def _note(self, content_id: str, label: str, found: Action) -> str:
        name = "n-" + "".join(c if c.isalnum() and c.isascii() else "-" for c in content_id)
        if name not in self._notes:
            say = self._say
            lines = "".join(
                f'<p class="{"given" if found.about == "copy" else "line"}">{escape(line)}</p>'
                for line in found.lines
            )
            about = say[f"note.{found.about if found.about != 'picture' else 'none'}"]
            self._notes[name] = (
                f'<section class="note" id="{name}"><div role="dialog" aria-label="{escape(label)}"><h2>{escape(label)}</h2>'
                f'{lines}<p class="about">{escape(about)}</p><a href="#v1">{escape(say["close"])}</a></div></section>'
            )
        return name

    def _fill(self, text: str) -> str:
        return word(text, self.template.params, self._values).text


def _view(
    view: View, index: int, total: int, taps: _Taps, picture: Callable[[str], str], say: Mapping[str, str]
) -> str:
    label = say["view"].format(at=index + 1, of=total) if total > 1 else say["card"]

    def drawn(placement: Placement, look: str) -> str:
        return draw_card(
            placement, f"{look[0]}{index}-", label, picture, taps.alt, taps.of(placement)
        ).replace("<svg ", f'<svg class="{look}" ', 1)

    return f'<article id="v{index + 1}">{drawn(view.light, "light")}{drawn(view.dark, "dark")}</article>'


def _moment(at_ms: int) -> str:
    """Return an instant as Beijing time, to the second: links end to the second."""
    beijing = datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(hours=8)
    return beijing.strftime("%Y-%m-%d %H:%M:%S")


def _html(title: str, body: str, lang: str) -> bytes:
    tag = "zh-CN" if lang == "zh" else "en"
    return (
        f'<!doctype html><html lang="{tag}"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="color-scheme" content="light dark">'
        '<meta name="robots" content="noindex,nofollow"><meta name="referrer" content="no-referrer">'
        f'<meta name="format-detection" content="telephone=no"><link rel="stylesheet" href="{CSS_PATH}"></head>'
        f"<body>{body}</body></html>"
    ).encode()
