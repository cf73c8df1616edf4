# SPDX-License-Identifier: Apache-2.0
"""Links a customer may tap: http and https to a public host that is what it looks like, and quick apps (hap://app/).

Judged by their spelling alone: nothing is looked up. What browsers would read in another way than people (backslashes,
addresses in odd notations, look-alike letters of other scripts, a name before an @) is refused.
"""

from __future__ import annotations

import ipaddress
import re
import unicodedata
from typing import Final
from urllib.parse import urlsplit

from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, problem

QUICK_APP: Final = "hap://app/"
"""How the link of a quick app begins [OAS]."""

_LABEL: Final = re.compile(r"[0-9a-z_]([0-9a-z_-]{0,61}[0-9a-z_])?", re.IGNORECASE)
_NUMERIC: Final = re.compile(r"(0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
_PRIVATE: Final = frozenset(
    (
        "local",
        "localhost",
        "internal",
        "intranet",
        "lan",
        "home",
        "corp",
        "test",
        "invalid",
        "example",
        "onion",
    )
)
_HOST_MAX: Final = 253


def url_problems(url: str, where: str) -> tuple[Problem, ...]:
    """Check a web address that is not empty."""
    unseen = unseen_characters(url, where)
    if unseen:
        return unseen
    scheme = url.partition(":")[0].strip().lower()
    if scheme not in ("http", "https"):
        return (problem("sa.url.scheme", where, source="SDK", scheme=scheme[:20]),)
    if re.search(r"[\s\\<>\"^`{|}]", url) or not re.match(r"https?://[^/]", url, re.IGNORECASE):
        return (problem("sa.url.shape", where, source="SDK"),)
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return (problem("sa.url.shape", where, source="SDK"),)
    if "@" in parts.netloc:
        return (problem("sa.url.credentials", where, source="Koodesk"),)
    if not host or port == 0:
        return (problem("sa.url.shape", where, source="SDK"),)
    return _host(host, where)


def _host(host: str, where: str) -> tuple[Problem, ...]:
    if ":" in host or host.startswith("["):
        try:
            public = ipaddress.ip_address(host.split("%", maxsplit=1)[0]).is_global
        except ValueError:
            return (problem("sa.url.shape", where, source="SDK"),)
        return () if public else (problem("sa.url.not_public", where, source="Koodesk", host=host[:60]),)
    labels = host.rstrip(".").split(".")
    if len(host) > _HOST_MAX or not all(labels):
        return (problem("sa.url.shape", where, source="SDK"),)
    if all(_NUMERIC.fullmatch(label) for label in labels) or _NUMERIC.fullmatch(labels[-1]):
        # 127.1, 2130706433 and 0x7f.0.0.1 are addresses to a browser; only the plain form of a public one is taken.
        try:
            public = ipaddress.IPv4Address(host).is_global
        except ValueError:
            public = False
        return () if public else (problem("sa.url.not_public", where, source="Koodesk", host=host[:60]),)
    if len(labels) < 2 or labels[-1].lower() in _PRIVATE:
        return (problem("sa.url.not_public", where, source="Koodesk", host=host[:60]),)
    for label in labels:
        shown = _shown(label)
        if shown is None:
            return (problem("sa.url.shape", where, source="SDK"),)
        if not _one_script(shown):
            return (problem("sa.url.lookalike", where, source="Koodesk", host=host[:60]),)
    return ()


def _shown(label: str) -> str | None:
    """Return a label as a person reads it, None when it is none."""
    if label.isascii():
        if not _LABEL.fullmatch(label):
            return None
        if not label.lower().startswith("xn--"):
            return label
        try:
            return label[4:].lower().encode("ascii").decode("punycode")
        except (UnicodeError, ValueError):
            return None
    return label if unicodedata.normalize("NFKC", label) == label else None


def _one_script(label: str) -> bool:
    """Tell whether a label is of Latin letters without marks, digits, hyphens and Chinese characters only.

    Letters of other scripts that look like Latin ones (Cyrillic а, Greek ο) are what look-alike names are made of.
    """
    return all(
        (char.isascii() and (char.isalnum() or char in "-_"))
        or "\u4e00" <= char <= "\u9fff"
        or "\u3400" <= char <= "\u4dbf"
        for char in label
    )


def quick_app_problems(link: str, where: str) -> tuple[Problem, ...]:
    """Check the link of a quick app that is not empty."""
    unseen = unseen_characters(link, where)
    if unseen:
        return unseen
    if not re.fullmatch(r"hap://app/[A-Za-z0-9._-]+(/[^\s\\<>\"]*)?(\?[^\s\\<>\"]*)?", link):
        return (problem("sa.quick_app.link", where, source="OAS"),)
    return ()
