# SPDX-License-Identifier: Apache-2.0
"""Forms with a file (multipart/form-data), taken apart: short texts by name, and the file as a value of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Final

from koodesk.engine.cloud.errors import refusal

LONGEST_NAME: Final = 200
LONGEST_TEXT: Final = 1_000
MOST_PARTS: Final = 20

_BOUNDARY: Final = re.compile(r'boundary="?([0-9A-Za-z\'()+_,./:=? -]{1,70})"?')
_NAME: Final = re.compile(r'\bname="([^"]*)"')
_FILE: Final = re.compile(r'\bfilename="([^"]*)"')


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A file of a form. Its name is a text for people and never a path."""

    name: str
    data: bytes = field(repr=False)


def read_form(content_type: str, body: bytes) -> dict[str, Any]:
    """Return the parts of a form by name. Raises ApiError (400) when it is none."""
    boundary = _BOUNDARY.search(content_type)
    if boundary is None or not content_type.startswith("multipart/form-data"):
        raise refusal("KD.CLOUD.BAD_FORM")
    mark = b"\r\n--" + boundary[1].encode()
    pieces = (b"\r\n" + body).split(mark)[1:]
    if not pieces or len(pieces) > MOST_PARTS or not pieces[-1].startswith(b"--"):
        raise refusal("KD.CLOUD.BAD_FORM")
    found: dict[str, Any] = {}
    for piece in pieces[:-1]:
        head, parted, content = piece.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        name = _NAME.search(head.decode("utf-8", "replace"))
        if not parted or name is None:
            raise refusal("KD.CLOUD.BAD_FORM")
        file = _FILE.search(head.decode("utf-8", "replace"))
        if file is not None:
            found[name[1]] = UploadedFile(file[1][-LONGEST_NAME:], content)
        elif len(content) > LONGEST_TEXT:
            raise refusal("KD.CLOUD.BAD_FORM", where=name[1][:50])
        else:
            found[name[1]] = content.decode("utf-8", "replace")
    return found
