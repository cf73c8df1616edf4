# SPDX-License-Identifier: Apache-2.0
"""H5 pages in a real browser: it shows the lines of the drawn phone, each where and as wide as it was measured.

Skipped, with the reason, where Chromium is not installed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from PIL import Image, ImageChops, ImageStat

from koodesk import paths
from koodesk.domain.template import Param, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.engine.h5_site import POLICY
from koodesk.h5.card import MARGIN, lines_of
from koodesk.h5.page import CardPage, card_page
from koodesk.h5.views import phones, views
from koodesk.preview.arrange import arrange
from koodesk.preview.placement import TextLine
from tests.h5.pages import CHROMIUM, Site, browse, measured, pack, picture, public, served

pytestmark = [
    pytest.mark.slow,
    pytest.mark.gui,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]

CARDS = {
    "spring-festival": "RedPacket",
    "autumn-coat": "NativeImageAndText",
    "double-eleven": "MultipleImageAndText",
    "parcel-arrived": "Notification1",
    "afternoon-tea": "Carousel",
}

ASK = """<script>
addEventListener("load", async () => {
  await document.fonts.ready;
  await Promise.all([...document.fonts].map(font => font.load()));
  const look = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const views = [...document.querySelectorAll("svg." + look)].map(svg => [...svg.querySelectorAll("text")].map(text => {
    const box = text.getBBox();
    return {text: text.textContent, x: box.x, width: box.width, base: +text.getAttribute("y"), shown: text.checkVisibility()};
  }));
  const pictures = [...document.querySelectorAll("image")].map(one => one.getAttribute("href"));
  const pre = document.createElement("pre");
  pre.id = "told";
  pre.textContent = JSON.stringify({views, pictures, look, wide: document.documentElement.scrollWidth, inner: innerWidth,
                                    fonts: [...document.fonts].map(font => font.status)});
  document.body.append(pre);
});
</script>"""
"""Put into a page by the test only: the pages themselves have no script, and their policy lets none run."""


@pytest.fixture
def site() -> Iterator[Site]:
    with served(POLICY) as found:
        yield found


def html(card: Template, **values: str) -> bytes:
    page = CardPage(card, Vendor.HUAWEI, values, "云杉商城", 1_800_000_000_000)
    return card_page(page, pack(), lambda digest: f"/i/{digest}" if picture(digest) else "", "zh")


def person() -> Template:
    """A red packet whose title has the recipient's name."""
    card = public("spring-festival")
    title = next(c for c in card.contents() if isinstance(c, TextContent) and c.slot == "title")
    return replace(
        card.with_content(replace(title, text="${name}，新春福袋请收好")), params=(Param("name", "示例"),)
    )


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", [*CARDS, "person"])
def test_the_browser_shows_the_lines_of_the_phone_where_they_were_measured(
    name: str, dark: bool, site: Site, tmp_path: Path
) -> None:
    card = person() if name == "person" else public(name)
    values = {"name": "欧阳静怡"} if name == "person" else {}
    assert name == "person" or card.layout == CARDS[name]
    # The one change to the page is the question of the test, and the policy has to let it in.
    site.policy = POLICY.replace("default-src 'none'", "default-src 'none'; script-src 'unsafe-inline'")
    site.pages["/card"] = html(card, **values).replace(b"</body>", ASK.encode() + b"</body>")
    look = ["--blink-settings=preferredColorScheme=0"] if dark else []
    ran = browse(
        tmp_path,
        "--dump-dom",
        "--window-size=360,900",
        "--virtual-time-budget=8000",
        *look,
        f"{site.url}/card",
    )
    told = measured(ran.stdout)
    assert told["look"] == ("dark" if dark else "light")
    assert told["fonts"] == ["loaded", "loaded"]
    assert told["wide"] <= told["inner"]
    found = views(card, pack(), Vendor.HUAWEI, values)
    placed = [view.dark if dark else view.light for view in found]
    assert [[line["text"] for line in view] for view in told["views"]] == [list(lines_of(p)) for p in placed]
    for view, placement in zip(told["views"], placed, strict=True):
        lines = [item for item in placement.items if isinstance(item, TextLine) and item.role != "toggle"]
        for line, item in zip(view, (one for one in lines if one.text), strict=True):
            assert line["shown"]
            assert line["x"] == pytest.approx(item.runs[0].x, abs=0.6)
            assert line["width"] == pytest.approx(sum(run.width for run in item.runs), abs=0.6)
            assert line["base"] == pytest.approx(item.baseline, abs=0.01)
    if name == "person":
        assert any("欧阳静怡" in line["text"] for line in told["views"][0])


@pytest.mark.parametrize("name", CARDS)
def test_the_page_looks_like_the_drawn_phone(name: str, site: Site, tmp_path: Path, qapp: object) -> None:
    """The card out of the screenshot lies over the painted one."""
    from koodesk.preview.fonts import load
    from koodesk.preview.measure import FontMeasure
    from koodesk.preview.pictures import PictureSource
    from koodesk.preview.render import paint

    del qapp
    card = public(name)
    site.pages["/card"] = html(card)
    shot = tmp_path / "web.png"
    browse(
        tmp_path,
        f"--screenshot={shot}",
        "--window-size=360,900",
        "--force-device-scale-factor=2",
        "--virtual-time-budget=8000",
        f"{site.url}/card",
    )
    faces = load(paths.resources() / "fonts")
    layout, phone = pack().layouts[card.layout], phones()[Vendor.HUAWEI]
    placement = arrange(card, layout, Vendor.HUAWEI, pack(), phone, {}, FontMeasure(faces))
    painted = tmp_path / "phone.png"
    assert paint(placement, PictureSource(picture), faces, 2.0).save(str(painted))
    with Image.open(shot) as web, Image.open(painted) as own:
        # The drawing is as wide as the page without its margins of 12.
        scale = (360 - 24) / (placement.card.width + 2 * MARGIN)
        size = (round(placement.card.width * 2), round(placement.card.height * 2))
        left = placement.card.x * 2, placement.card.y * 2
        mine = own.convert("RGB").crop(
            (round(left[0]), round(left[1]), round(left[0]) + size[0], round(left[1]) + size[1])
        )
        top = 2 * (20 + 17 * 1.4 + 12)  # below the sender's name
        x, y = (12 + MARGIN * scale) * 2, top + MARGIN * scale * 2
        theirs = web.convert("RGB").crop(
            (round(x), round(y), round(x + size[0] * scale), round(y + size[1] * scale))
        )
        theirs = theirs.resize(size, Image.Resampling.LANCZOS)
        difference = _difference(mine, theirs)
        # What a card one line lower differs by: the number above must mean something.
        moved = _difference(mine, ImageChops.offset(theirs, 0, 32))
    assert difference < 5 < moved, (difference, moved)


def _difference(one: Image.Image, other: Image.Image) -> float:
    """How far two pictures are apart, 0 to 255, on average."""
    return float(ImageStat.Stat(ImageChops.difference(one, other).convert("L")).mean[0])


def test_no_script_runs_and_nothing_is_fetched_from_elsewhere(site: Site, tmp_path: Path) -> None:
    """With the policy the engine sends, even a script that stood in the page would not run."""
    page = html(public("double-eleven"))
    assert b"<script" not in page
    site.pages["/card"] = page.replace(b"</body>", ASK.encode() + b"</body>")
    ran = browse(tmp_path, "--dump-dom", "--virtual-time-budget=4000", f"{site.url}/card")
    assert b'id="told"' not in ran.stdout
    asked = set(site.asked) - {"/favicon.ico"}
    pictures = {f"/i/{digest}" for digest in re.findall(r'href="/i/([0-9a-f]{64})"', unescape(page.decode()))}
    assert asked == {"/card", "/h5/page.css", "/h5/regular.ttf", "/h5/bold.ttf"} | pictures
