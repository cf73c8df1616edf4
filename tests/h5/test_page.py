# SPDX-License-Identifier: Apache-2.0
"""H5 pages without a browser: the placement's own lines, links that are links, and nothing a text could smuggle in."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.template import ButtonContent, Param, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.h5.actions import action_of
from koodesk.h5.card import lines_of
from koodesk.h5.page import STATES, CardPage, card_page, language, state_page, words
from koodesk.h5.views import showing, views
from tests.h5.pages import lines_in, pack, public

CARDS = (
    "spring-festival",
    "autumn-coat",
    "double-eleven",
    "parcel-arrived",
    "afternoon-tea",
    "member-gold-packet",
    "tea-film",
)


def page_of(card: Template, vendor: Vendor, lang: str = "zh", **values: str) -> str:
    page = CardPage(card, vendor, values, "云杉商城", 1_800_000_000_000)
    return card_page(page, pack(), lambda digest: f"/i/{digest}", lang).decode()


@pytest.mark.parametrize("name", CARDS)
def test_a_page_reads_the_lines_of_the_placement_on_every_vendors_phone(name: str) -> None:
    card = public(name)
    for vendor in card.vendors:
        if showing(card, pack(), vendor.value, frozenset()) is not vendor:
            continue
        page = page_of(card, vendor)
        found = views(card, pack(), vendor, {})
        assert lines_in(page, "light") == tuple(lines_of(view.light) for view in found)
        assert lines_in(page, "dark") == tuple(lines_of(view.dark) for view in found)


def with_text(card: Template, text: str) -> Template:
    content = next(c for c in card.contents() if isinstance(c, TextContent) and len(c.text) > 3)
    return card.with_content(replace(content, text=text))


def test_a_long_text_is_cut_on_the_page_where_the_phone_cuts_it() -> None:
    card = with_text(public("spring-festival"), "很长的文案" * 40)
    (view,) = views(card, pack(), Vendor.HUAWEI, {})
    assert view.light.cuts
    page = page_of(card, Vendor.HUAWEI)
    assert lines_in(page, "light") == (lines_of(view.light),)
    assert any(line.endswith("…") for line in lines_in(page, "light")[0])


def test_the_recipients_own_values_stand_on_the_page() -> None:
    card = replace(with_text(public("spring-festival"), "${name}的红包"), params=(Param("name", "示例"),))
    page = page_of(card, Vendor.HUAWEI, name="王小明<b>&\"'")
    assert any("王小明<b>&\"'" in line for line in lines_in(page, "light")[0])
    assert "<b>" not in page


class _Marks(HTMLParser):
    """Every tag and attribute of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


def marks(page: str) -> list[tuple[str, dict[str, str | None]]]:
    parser = _Marks()
    parser.feed(page)
    return parser.found


HOSTILE = (
    '"><script>alert(1)</script>',
    "</text></svg><img src=x onerror=alert(1)>",
    "&lt;b&gt; &amp; ${name}",
    "' onload='x",
    "]]>\u2028\u0000",
)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_text_becomes_a_mark(text: str) -> None:
    plain = public("spring-festival")
    card = with_text(plain, text)
    page = page_of(card, Vendor.HUAWEI)
    shown = CardPage(card, Vendor.HUAWEI, {}, text, preview=True)
    mine = card_page(shown, pack(), lambda _: "", "zh").decode()
    for found in (marks(page), marks(mine)):
        assert {tag for tag, _ in found} & {"script", "iframe", "object", "img", "b", "form"} == set()
        assert not [name for _, given in found for name in given if name.startswith("on") or name == "style"]


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("kind", [EventType.OPEN_POPUP, EventType.COPY_PARAMETER, EventType.OPEN_MAP])
def test_no_text_of_a_note_becomes_a_mark(kind: EventType, text: str) -> None:
    card = public("autumn-coat")
    button = next(c for c in card.contents() if isinstance(c, ButtonContent))
    event = ClickEvent(kind, (("address", text), ("content", text), ("target", text)))
    found = marks(page_of(card.with_content(replace(button, text=text, event=event)), Vendor.HUAWEI))
    assert {tag for tag, _ in found} & {"script", "iframe", "object", "img", "b", "form"} == set()
    assert not [name for _, given in found for name in given if name.startswith("on") or name == "style"]


@given(st.text(max_size=40))
def test_whatever_a_text_holds_the_page_has_the_same_marks(text: str) -> None:
    plain = marks(page_of(with_text(public("spring-festival"), "红包"), Vendor.HUAWEI))
    found = marks(page_of(with_text(public("spring-festival"), text), Vendor.HUAWEI))
    allowed = {"text", "tspan"}
    assert [tag for tag, _ in found if tag not in allowed] == [tag for tag, _ in plain if tag not in allowed]


EVENTS = {
    "OPEN_URL https": (EventType.OPEN_URL, {"target": "https://a.cn/x?y=1&z"}, "https://a.cn/x?y=1&z"),
    "OPEN_BROWSER http": (EventType.OPEN_BROWSER, {"target": "http://a.cn"}, "http://a.cn"),
    "OPEN_URL script": (EventType.OPEN_URL, {"target": "javascript:alert(1)"}, ""),
    "OPEN_URL script with a host": (EventType.OPEN_URL, {"target": "javascript://a.cn/%0aalert(1)"}, ""),
    "OPEN_BROWSER ftp": (EventType.OPEN_BROWSER, {"target": "ftp://a.cn/x"}, ""),
    "OPEN_APP with a quick app": (EventType.OPEN_APP, {"target": "a://x", "floor_url": "hap://app/a.cn"}, ""),
    "OPEN_URL data": (EventType.OPEN_URL, {"target": "data:text/html,x"}, ""),
    "OPEN_URL tab": (EventType.OPEN_URL, {"target": "java\tscript:alert(1)"}, ""),
    "OPEN_URL credentials": (EventType.OPEN_URL, {"target": "https://a:b@c.cn"}, ""),
    "OPEN_URL broken": (EventType.OPEN_URL, {"target": "https://[::1"}, ""),
    "OPEN_QUICK": (EventType.OPEN_QUICK, {"target": "hap://app/x"}, ""),
    "OPEN_APP with a page": (
        EventType.OPEN_APP,
        {"target": "app://x", "floor_url": "https://a.cn"},
        "https://a.cn",
    ),
    "OPEN_APP without": (EventType.OPEN_APP, {"target": "app://x"}, ""),
    "DIAL_PHONE": (EventType.DIAL_PHONE, {"target": "4008-123-456"}, "tel:4008-123-456"),
    "DIAL_PHONE broken": (EventType.DIAL_PHONE, {"target": "400;ext=1"}, ""),
    "OPEN_SMS": (
        EventType.OPEN_SMS,
        {"target": "10690", "body": "退订 R&D"},
        "sms:10690?body=%E9%80%80%E8%AE%A2%20R%26D",
    ),
    "OPEN_EMAIL": (
        EventType.OPEN_EMAIL,
        {"target": "a@b.cn", "subject": "x y"},
        "mailto:a@b.cn?subject=x%20y",
    ),
    "OPEN_EMAIL header": (EventType.OPEN_EMAIL, {"target": "a@b.cn\nBcc: c"}, ""),
    "OPEN_POPUP": (EventType.OPEN_POPUP, {"target": "规则", "content": "满减"}, ""),
}


@pytest.mark.parametrize("name", EVENTS)
def test_a_button_is_a_real_link_or_a_note(name: str) -> None:
    kind, fields, href = EVENTS[name]
    event = ClickEvent(kind, tuple(sorted(fields.items())))
    assert action_of(event, str).href == href
    card = public("autumn-coat")
    button = next(c for c in card.contents() if isinstance(c, ButtonContent))
    found = marks(page_of(card.with_content(replace(button, event=event)), Vendor.HUAWEI))
    links = [given for tag, given in found if tag == "a" and given.get("aria-label") == button.text]
    assert links
    for link in links:
        target = link["href"] or ""
        assert target == href or (not href and target.startswith("#n-"))
        assert ("noreferrer" in (link.get("rel") or "")) == href.startswith("http")


def test_every_note_a_link_points_at_is_there_and_ids_are_there_once() -> None:
    for name in CARDS:
        found = marks(page_of(public(name), public(name).vendors[0]))
        ids = [given["id"] for _, given in found if "id" in given]
        assert len(ids) == len(set(ids)), name
        used = re.findall(r'(?:url\(#|href="#)([^")]+)', page_of(public(name), public(name).vendors[0]))
        assert set(used) <= set(ids), name


def test_a_missing_picture_leaves_its_place_and_its_name() -> None:
    card = public("autumn-coat")
    page = card_page(CardPage(card, Vendor.HUAWEI, {}), pack(), lambda _: "", "zh").decode()
    assert "<image" not in page
    assert 'role="img" aria-label="' in page


def test_what_a_phone_swipes_are_views_side_by_side() -> None:
    found = marks(page_of(public("afternoon-tea"), Vendor.HUAWEI))
    articles = [given["id"] for tag, given in found if tag == "article"]
    assert articles == ["v1", "v2", "v3"]
    nav = [given["href"] for tag, given in found if tag == "a" and str(given["href"]).startswith("#v")]
    assert nav[:3] == ["#v1", "#v2", "#v3"]


def test_the_phone_wished_for_is_shown_where_it_takes_the_card() -> None:
    card = public("spring-festival")
    assert showing(card, pack(), "XIAOMI", frozenset()) is Vendor.XIAOMI
    assert showing(card, pack(), "XIAOMI", frozenset({"HUAWEI"})) is Vendor.HUAWEI
    assert showing(card, pack(), "", frozenset({"OPPO"})) is Vendor.OPPO
    assert showing(replace(card, vendors=()), pack(), "HUAWEI", frozenset()) is None
    assert showing(replace(card, layout="Unknown"), pack(), "HUAWEI", frozenset()) is None


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", STATES)
def test_every_page_without_a_card_says_so(state: str, lang: str) -> None:
    page = state_page(state, lang, 1_800_000_000_000 if state == "expired" else 0).decode()
    assert words()[lang][f"{state}.title"] in page
    assert ("2027-01-15 16:00:00" in page) == (state == "expired")


@pytest.mark.parametrize(
    ("accepted", "lang"),
    [
        ("", "zh"),
        ("en-US,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        ("fr,en;q=0.5", "en"),
        ("fr", "zh"),
    ],
)
def test_the_language_is_the_browsers(accepted: str, lang: str) -> None:
    assert language(accepted) == lang


def test_both_languages_say_everything_with_the_same_places() -> None:
    both = words()
    assert set(both["zh"]) == set(both["en"])
    for name, text in both["zh"].items():
        assert set(re.findall(r"{(\w+)}", text)) == set(re.findall(r"{(\w+)}", both["en"][name])), name
