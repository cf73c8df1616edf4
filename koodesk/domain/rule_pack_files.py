# SPDX-License-Identifier: Apache-2.0
"""A rule pack as files from outside: a folder, its `pack.toml`, or a zip of it; and what a pack must have to be put in use.

Reading the values is `rule_pack_reader`'s. A pack may come from a stranger: sizes and numbers of files are limited before
anything is unpacked, names are looked up and never used as paths, and patterns that could take for ever on a long text are
refused, as the checks run them on whatever people type. Where an installed pack lies is `koodesk.rule_packs`' matter.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_facts import MAX_FILE
from koodesk.domain.rule_pack_reader import FIXED_FILES, WORDING, read_pack

PACK_FILE_CODES: Final = (
    "pack.not_a_pack",
    "pack.number_missing",
    "pack.slow_pattern",
    "pack.too_large",
    "pack.too_many_files",
    "pack.unreadable",
)
"""Every code this module refuses with, beside those of `rule_pack_reader`."""

MAX_ZIP: Final = 8_388_608
"""Largest zip of a pack in bytes (8 MB); the shipped one has a few hundred KB."""
MAX_TOTAL: Final = 16_777_216
"""Most bytes of all files of a pack together (16 MB)."""
MAX_FILES: Final = 200
BESIDE: Final = (
    "access.toml",
    "carriers.toml",
    "desk.toml",
    "filing.toml",
    "filing_service_account.toml",
    "filing_video.toml",
    "identity.toml",
    "price_book.toml",
    "regions.toml",
    "resolve.toml",
    "review_reasons.toml",
    "sending_guard.toml",
    "dossier.toml",
    "service_account.toml",
    "service_account_clicks.toml",
    "sms.toml",
    "plain_sending.toml",
    "video_sending.toml",
    "video_sms.toml",
)
"""Other rules that lie in the same folder and are no part of a pack."""

_DAMAGE: Final = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)
_TOKEN: Final = re.compile(
    r"\\.|\[\^?\]?(?:\\.|[^\]\\])*\]|\(\?P?[<=!:]*|[()|]|(?:[*+?]|\{\d*,?\d*\})[?+]?|.", re.DOTALL
)
MAX_ENDLESS: Final = 2
MAX_OPTIONAL: Final = 4


def read_files(path: Path) -> dict[str, bytes]:
    """Return the files of a pack by their names below its folder. Raises Refused.

    `path` is the folder, its `pack.toml`, or a zip with `pack.toml` at its top or in its one folder.
    """
    if path.name == "pack.toml":
        path = path.parent
    if path.is_dir():
        return _from_folder(path)
    if not path.is_file():
        raise Refused(problem("pack.not_a_pack", path.name, file=path.name))
    try:
        size = path.stat().st_size
        if size > MAX_ZIP:
            raise Refused(_too_large(path.name, size, MAX_ZIP))
        with path.open("rb") as file:
            return unzipped(file.read(MAX_ZIP + 1), path.name)
    except OSError as error:
        raise Refused(problem("pack.unreadable", path.name, file=path.name)) from error


def _too_large(name: str, actual: int, limit: int) -> Problem:
    return problem("pack.too_large", name, file=name, actual=actual, limit=limit)


def _too_many(name: str, actual: int) -> Problem:
    return problem("pack.too_many_files", name, file=name, actual=actual, limit=MAX_FILES)


def _from_folder(folder: Path) -> dict[str, bytes]:
    paths = [folder / name for name in (*FIXED_FILES, WORDING)]
    paths += sorted((folder / "layouts").glob("*.toml"))
    if not paths[0].is_file():
        raise Refused(problem("pack.not_a_pack", folder.name, file=folder.name))
    if len(paths) > MAX_FILES:
        raise Refused(_too_many(folder.name, len(paths)))
    files: dict[str, bytes] = {}
    try:
        for path in paths:
            if path.is_file():  # a pipe would be waited for for ever; a missing file is named by the reader
                with path.open("rb") as file:
                    files[path.relative_to(folder).as_posix()] = file.read(MAX_FILE + 1)
    except OSError as error:
        name = Path(str(error.filename or folder)).name
        raise Refused(problem("pack.unreadable", name, file=name)) from error
    return files


def unzipped(data: bytes, name: str) -> dict[str, bytes]:
    """Return the files of a zipped pack; `name` names it in problems. Raises Refused."""
    if len(data) > MAX_ZIP:
        raise Refused(_too_large(name, len(data), MAX_ZIP))
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [i for i in archive.infolist() if not i.is_dir()]
            if len(members) > MAX_FILES:
                raise Refused(_too_many(name, len(members)))
            total = sum(i.file_size for i in members)
            if total > MAX_TOTAL:
                raise Refused(_too_large(name, total, MAX_TOTAL))
            top = min(
                (i.filename for i in members if i.filename.split("/")[-1] == "pack.toml"),
                key=lambda found: found.count("/"),
                default="",
            ).removesuffix("pack.toml")
            names = [i.filename for i in members]
            if f"{top}pack.toml" not in names or len(set(names)) != len(names):
                raise Refused(problem("pack.not_a_pack", name, file=name))
            # zipfile stops at the declared size and checks the CRC, so a lying header is damage, not growth.
            files = {i.filename.removeprefix(top): archive.read(i) for i in members}
    except _DAMAGE as error:
        raise Refused(problem("pack.unreadable", name, file=name)) from error
    return {n: content for n, content in files.items() if n not in BESIDE}


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Return the files of a pack as one zip, the same for the same files."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), files[name])
    return target.getvalue()


def read_usable(files: Mapping[str, bytes], shipped: RulePack) -> RulePack:
    """Read a pack that is to be put in use in place of the shipped one. Raises Refused with everything that speaks against it."""
    pack = read_pack(files)
    found = tuple(unusable(pack, shipped))
    if found:
        raise Refused(*found)
    return pack


def unusable(pack: RulePack, shipped: RulePack) -> list[Problem]:
    """Return why a pack that can be read cannot be put in use: the program asks for single numbers by name, and must not hang."""
    found: list[Problem] = []
    for name, fact in shipped.numbers.items():
        there = pack.numbers.get(name)
        if there is None or (there.value is None and fact.value is not None):
            found.append(problem("pack.number_missing", "limits.toml", file="limits.toml", name=name))
    trusted = {f.pattern for e in shipped.events.values() for f in e.fields}
    for kind, event in pack.events.items():
        found.extend(
            problem("pack.slow_pattern", "events.toml", file="events.toml", event=kind.value, name=f.name)
            for f in event.fields
            if f.pattern not in trusted and may_be_slow(f.pattern)
        )
    return found


def may_be_slow(pattern: str) -> bool:
    """Tell whether a pattern might take very long on a text made for it: told from its form, on the safe side.

    Slow are a repeated group that holds a choice or a repeat, a reference back, more than two endless repeats and more than
    four optional parts.
    """
    endless = optional = 0
    groups = [False]
    closed = False  # whether the last token closed a group that holds a choice or a repeat
    for token in _TOKEN.findall(pattern):
        repeat = token[0] in "*+?" or (token[0] == "{" and len(token) > 1)
        if repeat:
            if closed:
                return True
            optional += token[0] == "?"
            endless += token[0] != "?"
            groups[-1] = True
        closed = False
        if re.fullmatch(r"\\[1-9]|\(\?P=", token):
            return True
        if token.startswith("("):
            groups.append(False)
        elif token == ")" and len(groups) > 1:
            closed = groups.pop()
            groups[-1] = groups[-1] or closed
        elif token == "|":
            groups[-1] = True
    return endless > MAX_ENDLESS or optional > MAX_OPTIONAL
