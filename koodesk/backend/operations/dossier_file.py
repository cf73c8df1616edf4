# SPDX-License-Identifier: Apache-2.0
"""A dossier as a folder or a .zip: a page to read and copy from, and the papers in the order of its list.

The page is one HTML file without anything from elsewhere; every text of a record is escaped.
"""

from __future__ import annotations

import os
import shutil
import zipfile
from collections.abc import Callable, Mapping
from html import escape
from pathlib import Path
from typing import Final

from koodesk.backend.operations.table_export import half_written
from koodesk.domain.dossier import FIELDS, Dossier, Place, file_name

PAGE: Final = "index.html"
PAPERS: Final = "papers"

Say = Callable[[str], str]
"""Says a word of the page by its code ("dossier.page.fields") in the language of whoever takes it along."""

_STYLE: Final = """
body { font: 15px/1.6 -apple-system, "Noto Sans SC", "Microsoft YaHei", sans-serif; margin: 40px auto; max-width: 820px; color: #1a1f27; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; } .second { color: #566070; }
table { border-collapse: collapse; width: 100%; } th, td { text-align: left; vertical-align: top; padding: 8px 10px; border: 1px solid #dfe3e9; }
th { background: #f5f6f8; font-weight: 600; width: 30%; } td.copy { user-select: all; white-space: pre-wrap; word-break: break-word; }
code { font-size: 12px; word-break: break-all; color: #566070; } .blank { height: 34px; }
@media print { body { margin: 0; } h2 { break-after: avoid; } tr { break-inside: avoid; } }
"""


def page(dossier: Dossier, place: Place, names: Mapping[str, tuple[str, str]], say: Say) -> str:
    """Return the page; `names` says what papers are called, in Chinese and English."""
    english = say("dossier.page.language") == "en"
    where = place.en if english else place.zh
    head = f"{say(f'state.review_kind.{dossier.kind.value}')} · {dossier.title}"

    def called(paper: str) -> str:
        known = names.get(paper)
        return known[english] if known else _called(paper, say)

    steps = (
        say("dossier.page.step_open"),
        f"{say('dossier.page.step_menu')} {where}" if where else say("dossier.page.step_unknown"),
        say("dossier.page.step_copy"),
        say("dossier.page.step_tell"),
    )
    fields = "".join(
        f'<tr><th>{escape(_called(path, say))}</th><td class="copy">{escape(value)}</td></tr>'
        for path, value in dossier.fields
    )
    papers = "".join(
        f'<tr><td>{number}</td><td>{escape(called(paper.paper))}</td><td><a href="{PAPERS}/{escape(file_name(number, paper))}">'
        f"{escape(paper.name)}</a></td><td>{paper.size:,}</td><td><code>{escape(paper.digest)}</code></td></tr>"
        for number, paper in enumerate(dossier.papers, 1)
    )
    record = "".join(
        f'<tr><th>{escape(say(f"dossier.page.{name}"))}</th><td class="blank"></td></tr>'
        for name in ("submitted_on", "result", "who", "reason")
    )
    heads = "".join(
        f"<th>{escape(say(f'dossier.page.{name}'))}</th>"
        for name in ("no", "paper", "file", "size", "digest")
    )
    return (
        f'<!doctype html><html lang="{"en" if english else "zh"}"><head><meta charset="utf-8">'
        f"<title>{escape(head)}</title><style>{_STYLE}</style></head><body><h1>{escape(head)}</h1>"
        f'<p class="second">{escape(say("dossier.page.about"))}<br><code>{escape(dossier.digest)}</code></p>'
        f"<h2>{escape(say('dossier.page.steps'))}</h2><ol>{''.join(f'<li>{escape(one)}</li>' for one in steps)}</ol>"
        f"<h2>{escape(say('dossier.page.fields'))}</h2><table>{fields}</table>"
        f"<h2>{escape(say('dossier.page.papers'))}</h2>"
        + (
            f"<table><tr>{heads}</tr>{papers}</table>"
            if papers
            else f"<p>{escape(say('dossier.page.no_papers'))}</p>"
        )
        + f"<h2>{escape(say('dossier.page.record'))}</h2><table>{record}</table></body></html>"
    )


def _called(path: str, say: Say) -> str:
    """Return what a field is called: its word, with the place of one that is not alone; the path of one without a word."""
    leaf = path.rpartition(".")[2]
    if leaf not in FIELDS:
        return path
    word = say(f"dossier.field.{leaf}")
    return word if path == leaf else f"{word}（{path}）"


def write_zip(path: Path, html: str, dossier: Dossier, papers: Mapping[str, Path]) -> None:
    """Write a .zip of a page and the papers by their digests; whole or not at all. Raises OSError."""
    beside = half_written(path, os.getpid())
    try:
        with zipfile.ZipFile(beside, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(PAGE, html)
            for number, paper in enumerate(dossier.papers, 1):
                archive.write(papers[paper.digest], f"{PAPERS}/{file_name(number, paper)}")
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)


def write_folder(path: Path, html: str, dossier: Dossier, papers: Mapping[str, Path]) -> None:
    """Write a new folder of the same. Raises OSError, also for one that is there already."""
    path.mkdir(mode=0o700)
    (path / PAPERS).mkdir()
    for number, paper in enumerate(dossier.papers, 1):
        shutil.copyfile(papers[paper.digest], path / PAPERS / file_name(number, paper))
    (path / PAGE).write_text(html, "utf-8")
