# SPDX-License-Identifier: Apache-2.0
"""Sample letters (承诺函、授权函样例) as .docx: to fill in, print, sign and scan.

The words are Koodesk's own in `resources/samples/letters/`; the platform's letters may read differently, which the
title says. A .docx is a zip of three small XML parts, so no library is needed.
"""

from __future__ import annotations

import os
import re
import tempfile
import tomllib
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from koodesk.domain.problem import Refused, problem
from koodesk.domain.signature import bracketed

_TYPES: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
_RELATIONS: Final = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="rId1" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"'
    ' Target="word/document.xml"/></Relationships>'
)
_NAMESPACE: Final = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_ROOM: Final = re.compile("(?:【_+】)+")
_MOMENT: Final = (1980, 1, 1, 0, 0, 0)
"""The time in every member: the same letter is the same bytes."""


class LetterFiles:
    """Writes the letters whose texts lie in a folder, one `<paper>.toml` each."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def write(self, paper: str, path: Path, signatures: Sequence[str] = ()) -> None:
        """Write one letter, the names of `signatures` in the place it has for them.

        Raises Refused("letter.none") without a text, ("file.not_written") without room.
        """
        known = {text.stem: text for text in self._folder.glob("*.toml")}
        if paper not in known:
            raise Refused(problem("letter.none", f"paper:{paper}", paper=paper))
        data = tomllib.loads(known[paper].read_text("utf-8"))
        document = _document(data["title"], [_filled(line, signatures) for line in data["lines"]])
        try:
            descriptor, beside = tempfile.mkstemp(prefix=".letter-", dir=path.parent)
            try:
                with os.fdopen(descriptor, "wb") as target:
                    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
                        for name, text in (
                            ("[Content_Types].xml", _TYPES),
                            ("_rels/.rels", _RELATIONS),
                            ("word/document.xml", document),
                        ):
                            archive.writestr(zipfile.ZipInfo(name, _MOMENT), text)
                    target.flush()
                    os.fsync(target.fileno())
                Path(beside).replace(path)
            finally:
                Path(beside).unlink(missing_ok=True)
        except OSError as failure:
            detail = failure.strerror or type(failure).__name__
            raise Refused(problem("file.not_written", file=path.name, detail=detail)) from failure


def _filled(line: str, signatures: Sequence[str]) -> str:
    """Put signatures where the letter leaves room for them: as many as there are, else the room as it is."""
    names = "".join(map(bracketed, signatures))
    return _ROOM.sub(lambda _: names, line) if names else line


def _document(title: str, lines: list[str]) -> str:
    body = _paragraph(title, bold=True, size=36, centred=True) + "".join(_paragraph(line) for line in lines)
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f'<w:document xmlns:w="{_NAMESPACE}"><w:body>{body}</w:body></w:document>'
    )


def _paragraph(text: str, *, bold: bool = False, size: int = 24, centred: bool = False) -> str:
    place = '<w:jc w:val="center"/>' if centred else ""
    weight = "<w:b/>" if bold else ""
    return (
        f'<w:p><w:pPr><w:spacing w:after="200" w:line="400"/>{place}</w:pPr>'
        f'<w:r><w:rPr>{weight}<w:sz w:val="{size}"/></w:rPr>'
        f'<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
    )
