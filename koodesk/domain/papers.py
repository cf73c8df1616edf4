# SPDX-License-Identifier: Apache-2.0
"""Papers (资料文件): licences, letters and other files that go with a filing or a signature.

A paper is named by the digest of its content. Only name, size and the first bytes are judged here; a paper is never
opened by the desk's own process beyond that.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, problem

HEAD_BYTES: Final = 16
"""How many first bytes `media_type` wants to see."""

NAME_MAX: Final = 255
"""The longest file name kept; longer ones do not exist on the systems Koodesk runs on."""

_MAGIC: Final = (
    (b"\xff\xd8\xff", "jpg"),
    (b"\x89PNG\r\n\x1a\n", "png"),
    (b"GIF87a", "gif"),
    (b"GIF89a", "gif"),
    (b"%PDF-", "pdf"),
    (b"PK\x03\x04", "zip"),
    (b"Rar!\x1a\x07", "rar"),
    (b"BM", "bmp"),
)

_SUFFIXES: Final = {
    "jpeg": "jpg",
    "jpg": "jpg",
    "png": "png",
    "gif": "gif",
    "pdf": "pdf",
    "zip": "zip",
    "rar": "rar",
    "bmp": "bmp",
}

_PLAIN_STEM: Final = re.compile(r"[0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored paper: its file name as given, size in bytes, hex SHA-256 of the content, and type ("jpg", "pdf")."""

    name: str
    size: int
    digest: str
    type: str


@dataclass(frozen=True, slots=True)
class PaperRule:
    """What a file must be. `plain_name` asks for Chinese, digits and letters only in the file name (signatures).

    `source` is "Koodesk" where the platform's limit is not known and the desk sets a safe one of its own.
    """

    types: tuple[str, ...]
    max_bytes: int
    source: str
    plain_name: bool = False


def media_type(head: bytes) -> str:
    """Return the type the first bytes show, empty when it is none of the known ones."""
    return next((kind for magic, kind in _MAGIC if head.startswith(magic)), "")


def check_paper(rule: PaperRule, where: str, name: str, size: int, head: bytes) -> tuple[Problem, ...]:
    """Judge a file by name, size and first bytes. `name` is the bare file name, `head` its first bytes."""
    found: list[Problem] = list(unseen_characters(name, where))
    stem, _, suffix = name.rpartition(".")
    allowed = ", ".join(rule.types)
    if len(name) > NAME_MAX:
        found.append(problem("paper.name_too_long", where, limit=NAME_MAX, actual=len(name)))
    if rule.plain_name and not _PLAIN_STEM.fullmatch(stem or name):
        found.append(problem("paper.name_characters", where, source=rule.source, file=name))
    if size == 0:
        found.append(problem("paper.empty", where, file=name))
        return tuple(found)
    if size > rule.max_bytes:
        found.append(
            problem("paper.too_big", where, source=rule.source, file=name, limit=rule.max_bytes, actual=size)
        )
    said, is_type = _SUFFIXES.get(suffix.lower(), ""), media_type(head)
    if said not in rule.types:
        found.append(problem("paper.type", where, source=rule.source, file=name, allowed=allowed))
    elif is_type != said:
        found.append(
            problem("paper.not_what_it_says", where, file=name, said=said, actual=is_type, allowed=allowed)
        )
    return tuple(found)
