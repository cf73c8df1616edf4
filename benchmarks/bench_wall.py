# SPDX-License-Identifier: Apache-2.0
"""How long the vendor wall takes after a keystroke, for every layout: arranged and painted on each vendor that takes it.

Beside headless Chromium where it is installed: the same cards as absolutely placed HTML, laid out anew in one page after
the same keystroke. Chromium's figure has the layout alone and no painting (its painting cannot be waited for from a
page); ours has both. Ends 0 when the slowest layout is within the budget.
"""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtGui import QGuiApplication

from koodesk import paths
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.phone_reader import read_phones
from koodesk.preview.pictures import PictureSource
from koodesk.preview.placement import PictureBox, Placement, Shape, TextLine
from koodesk.preview.render import Renderer

ROUNDS = 40
WARM_UP = 6
BUDGET_MS = 33.0
TYPED = "下单立减，可与会员折扣叠加使用，详情见活动页面"
_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")


def typed(template: Template, step: int) -> Template:
    """Return the card after one more character in its longest text."""
    texts = [c for c in template.contents() if isinstance(c, TextContent)]
    longest = max(texts, key=lambda c: len(c.text))
    room = longest.text[: max(len(longest.text) - 6, 1)]
    return template.with_content(replace(longest, text=room + TYPED[: 1 + step % len(TYPED)]))


class Wall:
    """Everything of the wall but the window."""

    def __init__(self) -> None:
        resources = paths.resources()
        self.resources = resources
        self.pack = read_pack_folder(resources / "rules")
        self.phones = read_phones(resources / "phones")
        self.faces = fonts.load(resources / "fonts")
        self.measure = FontMeasure(self.faces)

    def placements(self, layout: str, template: Template) -> list[Placement]:
        """Return the card in place on every vendor that takes it."""
        spec = self.pack.layouts[layout]
        return [
            arrange(template, spec, vendor, self.pack, self.phones[vendor], {}, self.measure)
            for vendor in Vendor
            if spec.takes(vendor)
        ]

    def keystrokes(self, layout: str) -> list[float]:
        """Return the milliseconds of each keystroke."""
        template, files = sample_starter(self.pack.layouts[layout], self.resources)
        renderer = Renderer(PictureSource(files.get), self.faces)
        taken: list[float] = []
        for step in range(WARM_UP + ROUNDS):
            card = typed(template, step)
            start = time.perf_counter()
            for placement in self.placements(layout, card):
                renderer.paint(placement)
            if step >= WARM_UP:
                taken.append((time.perf_counter() - start) * 1000)
        return taken

    def page(self, layout: str) -> str:
        """Return one page that lays the same cards out after the same keystrokes and writes its times into its body."""
        template, _ = sample_starter(self.pack.layouts[layout], self.resources)
        steps = [
            "".join(_as_html(p) for p in self.placements(layout, typed(template, step)))
            for step in range(WARM_UP + ROUNDS)
        ]
        script = (
            f"const steps={json.dumps(steps)};const times=[];const wall=document.getElementById('wall');"
            "for(const s of steps){const t=performance.now();wall.innerHTML=s;wall.getBoundingClientRect();"
            "document.body.offsetHeight;times.push(performance.now()-t);}"
            f"document.getElementById('out').textContent=JSON.stringify(times.slice({WARM_UP}));"
        )
        return (
            "<!doctype html><meta charset=utf-8><style>p{margin:0;position:absolute;white-space:nowrap}"
            "div.b{position:absolute}div.c{position:relative;display:inline-block}</style>"
            f"<div id=wall></div><pre id=out></pre><script>{script}</script>"
        )


def _as_html(placement: Placement) -> str:
    parts = [f"<div class=c style='width:{placement.width}px;height:{placement.height}px'>"]
    for item in placement.items:
        r = item.rect
        box = f"left:{r.x:.1f}px;top:{r.y:.1f}px;width:{r.width:.1f}px;height:{r.height:.1f}px"
        if isinstance(item, TextLine):
            weight = "bold" if item.font.bold else "normal"
            style = f"{box};font:{weight} {item.font.size}px sans-serif"
            parts.append(f"<p style='{style}'>{html.escape(item.text)}</p>")
        elif isinstance(item, Shape | PictureBox):
            parts.append(f"<div class=b style='{box};border-radius:{item.radius}px;background:#ddd'></div>")
    return "".join((*parts, "</div>"))


def chromium(page: str) -> list[float] | None:
    """Return Chromium's milliseconds of each keystroke, None when it is not installed or says nothing."""
    program = shutil.which("chromium") or shutil.which("chromium-browser")
    if program is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wall.html"
        path.write_text(page, "utf-8")
        command = [program, *_FLAGS, f"--user-data-dir={folder}/profile", "--dump-dom", path.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    found = re.search(r"<pre id=\"out\">(\[[^<]*\])</pre>", done.stdout)
    return None if found is None else [float(v) for v in json.loads(found.group(1))]


def main() -> int:
    """Time every layout and print a line each."""
    application = QGuiApplication([])
    wall = Wall()
    slowest = 0.0
    for layout in wall.pack.layouts:
        ours = wall.keystrokes(layout)
        p50, p95 = statistics.median(ours), statistics.quantiles(ours, n=20)[18]
        slowest = max(slowest, p95)
        other = chromium(wall.page(layout))
        beside = ""
        if other is not None:
            ratio = statistics.median(other) / p50
            beside = f"; Chromium, layout alone: p50 {statistics.median(other):.1f} ms ({ratio:.2f} x ours)"
        verdict = "met" if p95 <= BUDGET_MS else "MISSED"
        print(
            f"{layout:<28} p50 {p50:5.1f} ms  p95 {p95:5.1f} ms  budget {BUDGET_MS:.0f} {verdict}{beside}",
            flush=True,
        )
    met = slowest <= BUDGET_MS
    print(
        json.dumps(
            {
                "bench": "wall.keystroke",
                "unit": "ms",
                "slowest_p95": round(slowest, 1),
                "budget": BUDGET_MS,
                "met": met,
            }
        )
    )
    del application
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
