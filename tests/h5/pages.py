# SPDX-License-Identifier: Apache-2.0
"""Cards with the sample pictures, their H5 pages over HTTP, and a real browser that looks at them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, lru_cache
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from koodesk import paths
from koodesk.domain import public_cards
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.samples import sample_card
from koodesk.domain.template import Template
from koodesk.h5.page import CSS_PATH, FONT_PATHS, stylesheet

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")


@lru_cache(maxsize=1)
def pack() -> RulePack:
    return read_pack_folder(paths.resources() / "rules")


_files: dict[str, bytes] = {}


@cache
def public(name: str) -> Template:
    """A public template with its pictures."""
    recipe = public_cards.public_recipe(paths.resources(), name)
    card, files = sample_card(recipe, pack().layouts[recipe.layout], paths.resources())
    _files.update(files)
    return card


def picture(digest: str) -> bytes | None:
    """A picture of a public template that was asked for before."""
    return _files.get(digest)


def lines_in(page: str, look: str) -> tuple[tuple[str, ...], ...]:
    """The lines of text of each view of a page, by its marks alone."""
    views = []
    for article in re.findall(r"<article.*?</article>", page, re.DOTALL):
        light, dark = article.split('<svg class="dark"')
        views.append(light if look == "light" else dark)
    return tuple(
        tuple(
            unescape(re.sub(r"<[^>]+>", "", text)) for text in re.findall(r"<text.*?</text>", view, re.DOTALL)
        )
        for view in views
    )


@dataclass
class Site:
    """Pages by path."""

    url: str
    pages: dict[str, bytes] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    policy: str = ""


@contextmanager
def served(policy: str) -> Iterator[Site]:
    """Serve pages, their pictures, fonts and stylesheet on loopback, with a Content-Security-Policy."""
    site = Site("", policy=policy)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            site.asked.append(self.path)
            body, kind = _found(site, self.path)
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Security-Policy", site.policy)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    site.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _found(site: Site, path: str) -> tuple[bytes, str]:
    if path in site.pages:
        return site.pages[path], "text/html; charset=utf-8"
    if path == CSS_PATH:
        return stylesheet(), "text/css"
    if path in FONT_PATHS:
        return (paths.resources() / "fonts" / FONT_PATHS[path]).read_bytes(), "font/ttf"
    data = picture(path.removeprefix("/i/"))
    return (data, "image/png" if data.startswith(b"\x89") else "image/jpeg") if data else (b"", "text/plain")


def browse(folder: Path, *arguments: str, seconds: int = 60) -> subprocess.CompletedProcess[bytes]:
    """Run the browser without a window, with a profile of its own."""
    assert CHROMIUM is not None
    return subprocess.run(
        [
            CHROMIUM,
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--hide-scrollbars",
            "--no-first-run",
            "--disable-extensions",
            "--disable-background-networking",
            "--force-color-profile=srgb",
            f"--user-data-dir={folder / 'profile'}",
            *arguments,
        ],
        capture_output=True,
        timeout=seconds,
        check=False,
    )


def measured(dump: bytes) -> Any:
    """What a page's own script said of it, out of the printed document."""
    found = re.search(rb'<pre id="told">(.*?)</pre>', dump, re.DOTALL)
    assert found is not None, dump[-500:]
    return json.loads(unescape(found.group(1).decode()))
