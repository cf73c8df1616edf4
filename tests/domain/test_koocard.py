# SPDX-License-Identifier: Apache-2.0
"""The card file: the same bytes for the same card, whole or not at all, and nothing taken on trust."""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import stat
import struct
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import codec, koocard
from koodesk.domain.digest import content_digest, template_digest
from koodesk.domain.edits import SetName, SetPicture
from koodesk.domain.problem import Refused
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template
from tests.domain.strategies import good

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
DATA = b"not really a picture"
DIGEST = content_digest(DATA)


def card() -> Template:
    """Return a template whose picture is DATA."""
    return SetPicture("picture", Picture(MaterialRef(DIGEST, 640, 640, len(DATA)))).apply(good())


def parts_of(data: bytes) -> dict[str, bytes]:
    """Return the members of a card file."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    """Return members as an archive."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def whole() -> dict[str, bytes]:
    """Return the members of a good card file."""
    return parts_of(koocard.pack(card(), {DIGEST: DATA}))


def signed(parts: dict[str, bytes]) -> dict[str, bytes]:
    """Return members with a manifest that agrees with their template."""
    manifest = json.loads(parts["manifest.json"])
    manifest["template"] = content_digest(parts["template.json"])
    return {**parts, "manifest.json": json.dumps(manifest).encode()}


def refused(data: bytes) -> str:
    """Return the code `unpack` refuses with."""
    with pytest.raises(Refused) as caught:
        koocard.unpack(data)
    return caught.value.problems[0].code


def test_round_trip(tmp_path: Path) -> None:
    """What is written is what is read, and other pictures at hand stay out."""
    path = tmp_path / "a.koocard"
    koocard.save(path, card(), {DIGEST: DATA, "b" * 64: b"other"})
    assert koocard.load(path) == (card(), {DIGEST: DATA})
    assert list(tmp_path.iterdir()) == [path]


def test_same_card_same_bytes() -> None:
    """No clock, no order of insertion, no platform in the file."""
    data = koocard.pack(card(), {DIGEST: DATA})
    assert data == koocard.pack(card(), {"b" * 64: b"x", DIGEST: DATA})
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.namelist() == ["manifest.json", f"materials/{DIGEST}", "template.json"]
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}


def test_deflated_files_open_too() -> None:
    """A card packed again by another program is still a card."""
    assert koocard.unpack(zipped(whole(), zipfile.ZIP_DEFLATED)) == (card(), {DIGEST: DATA})


def test_version_1_opens_for_ever() -> None:
    """The file of the first release; it may never stop opening, nor become another card."""
    template, materials = koocard.load(FIXTURES / "v1-red-packet.koocard")
    assert template_digest(template) == "39ae9e1f38c1ee1d99a7647dd31b4f48385f021c4abdbc4bac1bac14661d7995"
    assert {ref.digest for ref in template.materials()} == set(materials)
    picture = template.content("picture")
    assert isinstance(picture, ImageContent)
    assert len(picture.backgrounds) == 1


def test_pack_refuses_what_it_could_not_read_back() -> None:
    """A missing or wrong picture is found when the card is written, not by whoever gets it."""
    for materials, code in (({}, "koocard.material_missing"), ({DIGEST: b"x"}, "koocard.digest_wrong")):
        with pytest.raises(Refused) as caught:
            koocard.pack(card(), materials)
        assert caught.value.problems[0].code == code


Change = Callable[[dict[str, bytes]], dict[str, bytes]]
MATERIAL = f"materials/{DIGEST}"


HOSTILE_MEMBERS: tuple[tuple[Change, str], ...] = (
    (lambda p: {**p, "../evil": b""}, "koocard.member_unknown"),
    (lambda p: {**p, "/etc/passwd": b""}, "koocard.member_unknown"),
    (lambda p: {**p, "C:\\evil": b""}, "koocard.member_unknown"),
    (lambda p: {**p, "materials/../../evil": b""}, "koocard.member_unknown"),
    (lambda p: {**p, "materials/": b""}, "koocard.member_unknown"),
    (lambda p: {**p, f"materials/{DIGEST}\n": b""}, "koocard.member_unknown"),
    (lambda p: {**p, f"materials/{DIGEST.upper()}": DATA}, "koocard.member_unknown"),
    (lambda p: {**p, "\u202egpj.exe": b""}, "koocard.member_unknown"),
    (lambda p: {k: v for k, v in p.items() if k != "manifest.json"}, "koocard.not_a_card"),
    (lambda p: {k: v for k, v in p.items() if k != "template.json"}, "koocard.not_a_card"),
    (lambda p: {k: v for k, v in p.items() if k != MATERIAL}, "koocard.material_missing"),
    (lambda p: {**p, MATERIAL: DATA[::-1]}, "koocard.digest_wrong"),
    (lambda p: {**p, f"materials/{content_digest(b'x')}": b"x"}, "koocard.material_unused"),
    (
        lambda p: {**p, "template.json": p["template.json"].replace("云杉".encode(), "云衫".encode())},
        "koocard.digest_wrong",
    ),
    (
        lambda p: {**p, "manifest.json": p["manifest.json"].replace(b'"format": 1', b'"format": 2')},
        "koocard.newer",
    ),
    (lambda p: {**p, "manifest.json": b"[" * 100_000}, "card.too_large"),
    (lambda p: {**p, "manifest.json": b"[" * 1000}, "card.too_deep"),
    (lambda p: {**p, "manifest.json": b"{}"}, "data.key_missing"),
    (
        lambda p: {**p, "manifest.json": p["manifest.json"].replace(b"{", b'{"x":1,', 1)},
        "data.key_unknown",
    ),
    (lambda p: signed({**p, "template.json": b"[" * 100_000 + b"]" * 100_000}), "card.too_deep"),
    (lambda p: signed({**p, "template.json": b"{}"}), "data.key_missing"),
    (
        lambda p: signed({**p, "template.json": p["template.json"].replace(b'"size": 20', b'"size": 21')}),
        "koocard.digest_wrong",
    ),
    (lambda p: {**p, **{f"materials/{i:064x}": b"" for i in range(300)}}, "koocard.too_large"),
)


@pytest.mark.parametrize(("change", "code"), HOSTILE_MEMBERS)
def test_hostile_members(change: Change, code: str) -> None:
    """One thing wrong in a good file."""
    assert refused(zipped(change(whole()))) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "koocard.not_a_card"),
        (b"PK", "koocard.not_a_card"),
        (b"%PDF-1.7" + b" " * 100, "koocard.not_a_card"),
        (b"PK\x03\x04" + b"\0" * 100, "koocard.damaged"),
        (b"PK\x05\x06" + b"\0" * 18, "koocard.not_a_card"),
    ],
)
def test_no_card_at_all(data: bytes, code: str) -> None:
    """Other files and stumps."""
    assert refused(data) == code


def test_bombs_are_refused_before_unpacking() -> None:
    """A small file that would grow large: by ratio and by size."""
    parts = whole()
    grown = zipped({**parts, "template.json": b" " * (codec.MAX_BYTES - 1)}, zipfile.ZIP_DEFLATED)
    assert refused(grown) == "koocard.too_large"
    huge = zipped({**parts, f"materials/{'0' * 64}": bytes(koocard.MAX_MATERIAL + 1)}, zipfile.ZIP_DEFLATED)
    assert len(huge) < 100_000
    assert refused(huge) == "koocard.too_large"


def test_a_member_twice_is_refused() -> None:
    """Two programs would see two different cards."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in whole().items():
            archive.writestr(name, data)
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("template.json", b"{}")
    assert refused(file.getvalue()) == "koocard.damaged"


def test_a_lying_header_is_damage() -> None:
    """The directory says one size, the member has another."""
    data = bytearray(zipped(whole(), zipfile.ZIP_DEFLATED))
    at = data.rindex(b"PK\x01\x02")
    (size,) = struct.unpack_from("<I", data, at + 24)
    struct.pack_into("<I", data, at + 24, size - 1)
    assert refused(bytes(data)) == "koocard.damaged"


def test_encrypted_and_strangely_compressed_members_are_damage() -> None:
    """Flags and methods this program never writes."""
    for offset, value in ((8, 1), (10, 99)):
        data = bytearray(koocard.pack(card(), {DIGEST: DATA}))
        struct.pack_into("<H", data, data.rindex(b"PK\x01\x02") + offset, value)
        assert refused(bytes(data)) == "koocard.damaged"


def test_an_archive_comment_or_zip64_is_damage() -> None:
    """Ways to show one directory to us and another to somebody else."""
    data = koocard.pack(card(), {DIGEST: DATA})
    assert refused(data[:-2] + b"\x03\x00abc") == "koocard.damaged"
    entries, size, offset = struct.unpack_from("<HII", data, len(data) - 12)
    end = len(data) - 22
    large = struct.pack("<4sQHHIIQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, entries, entries, size, offset)
    whole_zip64 = data[:end] + large + struct.pack("<4sIQI", b"PK\x06\x07", 0, end, 1) + data[end:]
    assert set(parts_of(whole_zip64)) == set(whole())
    assert refused(whole_zip64) == "koocard.damaged"


@given(st.data())
def test_any_damage_is_refused_or_harmless(data: st.DataObject) -> None:
    """Cut anywhere or with any byte changed, a card opens as itself or is refused; nothing else can happen."""
    good_bytes = koocard.pack(card(), {DIGEST: DATA})
    at = data.draw(st.integers(0, len(good_bytes) - 1))
    if data.draw(st.booleans()):
        bad = good_bytes[:at]
    else:
        bad = (
            good_bytes[:at] + bytes([good_bytes[at] ^ data.draw(st.integers(1, 255))]) + good_bytes[at + 1 :]
        )
    with contextlib.suppress(Refused):
        assert koocard.unpack(bad) == (card(), {DIGEST: DATA})


def test_a_failed_save_keeps_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Disk full in the middle: the old card is whole and nothing is left beside it."""
    path = tmp_path / "a.koocard"
    koocard.save(path, card(), {DIGEST: DATA})
    before = path.read_bytes()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as caught:
        koocard.save(path, SetName("new").apply(card()), {DIGEST: DATA})
    (found,) = caught.value.problems
    assert (found.code, found.param("file")) == ("koocard.no_space", "a.koocard")
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_files_that_cannot_be_opened(tmp_path: Path) -> None:
    """Missing, or a folder: a code, not a traceback."""
    for path in (tmp_path / "missing.koocard", tmp_path):
        with pytest.raises(Refused) as caught:
            koocard.load(path)
        assert caught.value.problems[0].code == "koocard.cannot_read"
    with pytest.raises(Refused) as caught:
        koocard.save(tmp_path / "no" / "where.koocard", card(), {DIGEST: DATA})
    assert caught.value.problems[0].code == "koocard.cannot_write"


@pytest.mark.skipif(os.name != "posix", reason="modes are POSIX")
def test_a_saved_file_has_ordinary_permissions(tmp_path: Path) -> None:
    """A card is handed on: it must not keep the private mode of a temporary file."""
    path = tmp_path / "a.koocard"
    plain = tmp_path / "plain"
    plain.touch()
    koocard.save(path, card(), {DIGEST: DATA})
    assert stat.S_IMODE(path.stat().st_mode) == stat.S_IMODE(plain.stat().st_mode)


def provoked() -> Iterator[Refused]:
    """Yield every refusal of the table, for those who make sentences of them."""
    for change, _ in HOSTILE_MEMBERS:
        with pytest.raises(Refused) as caught:
            koocard.unpack(zipped(change(whole())))
        yield caught.value
