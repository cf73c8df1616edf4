# SPDX-License-Identifier: Apache-2.0
"""The video SMS file: what `parcel` promises (tests of `koocard` go through its dangers) holds for this kind too."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.koovideo import KOOVIDEO_CODES
from koodesk.domain.video_sms.template import Media, ResourceKind, Text, VideoTemplate
from tests.domain.video_sms.messages import message

DATA = b"not really a video"
DIGEST = content_digest(DATA)
FILM = Media(ResourceKind.VIDEO, DIGEST, "mp4", len(DATA), 5000, 640, 360)
Parts = dict[str, bytes]


def template() -> VideoTemplate:
    return message((FILM,), (Text("新车上市"),), signature_id=7)


def parts() -> Parts:
    with zipfile.ZipFile(io.BytesIO(koovideo.pack(template(), {DIGEST: DATA}))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return file.getvalue()


def signed(parts: Parts) -> Parts:
    manifest = json.loads(parts["manifest.json"])
    manifest["template"] = content_digest(parts["template.json"])
    return {**parts, "manifest.json": json.dumps(manifest).encode()}


def refused(data: bytes) -> str:
    with pytest.raises(Refused) as caught:
        koovideo.unpack(data)
    return caught.value.problems[0].code


def test_round_trip_without_the_signature(tmp_path: Path) -> None:
    """The signature is a record of one desk: another one's means nothing there."""
    path = tmp_path / "launch.koovideo"
    koovideo.save(path, template(), {DIGEST: DATA, "b" * 64: b"other"})
    assert koovideo.load(path) == (replace(template(), signature_id=0), {DIGEST: DATA})
    assert list(tmp_path.iterdir()) == [path]
    assert koovideo.pack(template(), {DIGEST: DATA}) == path.read_bytes()


def test_a_signature_somebody_wrote_into_a_file_does_not_get_in() -> None:
    given = parts()
    given["template.json"] = given["template.json"].replace(b'"signature_id":0', b'"signature_id":7')
    assert b'"signature_id":7' in given["template.json"]
    assert koovideo.unpack(zipped(signed(given)))[0].signature_id == 0


def test_pack_refuses_what_it_could_not_read_back() -> None:
    for materials, code in (({}, "koovideo.material_missing"), ({DIGEST: b"x"}, "koovideo.digest_wrong")):
        with pytest.raises(Refused) as caught:
            koovideo.pack(template(), materials)
        assert caught.value.problems[0].code == code


CASES: tuple[tuple[Callable[[Parts], Parts], str], ...] = (
    (lambda p: {**p, "../evil": b""}, "koovideo.member_unknown"),
    (lambda p: {k: v for k, v in p.items() if k != "manifest.json"}, "koovideo.not_a_message"),
    (lambda p: {k: v for k, v in p.items() if not k.startswith("materials/")}, "koovideo.material_missing"),
    (lambda p: {**p, f"materials/{DIGEST}": DATA[::-1]}, "koovideo.digest_wrong"),
    (lambda p: {**p, f"materials/{content_digest(b'x')}": b"x"}, "koovideo.material_unused"),
    (lambda p: {**p, "template.json": p["template.json"].replace("新车".encode(), "旧车".encode())}, "koovideo.digest_wrong"),
    (lambda p: {**p, "manifest.json": p["manifest.json"].replace(b'"format": 1', b'"format": 2')}, "koovideo.newer"),
    (lambda p: {**p, "manifest.json": p["manifest.json"].replace(b"koovideo", b"koocard")}, "data.unknown_name"),
    (lambda p: signed({**p, "template.json": p["template.json"].replace(b'"size":18', b'"size":19')}), "koovideo.digest_wrong"),
    (lambda p: signed({**p, "template.json": b"[" * 5000}), "video_sms.file.unreadable"),
    (lambda p: signed({**p, "template.json": bytes(2_000_000)}), "koovideo.too_large"),
    (lambda p: {f"materials/{n:064x}": b"" for n in range(300)}, "koovideo.too_large"),
)  # fmt: skip


@pytest.mark.parametrize(("change", "code"), CASES)
def test_a_file_from_a_stranger(change: Callable[[Parts], Parts], code: str) -> None:
    assert koovideo.unpack(zipped(parts()))[0].title == "北辰X5上市"
    assert refused(zipped(change(parts()))) == code


def test_what_is_no_zip_at_all() -> None:
    whole = koovideo.pack(template(), {DIGEST: DATA})
    for data in (b"", b"PK\x03\x04", DATA, b"x" * 100):
        assert refused(data) == "koovideo.not_a_message"
    assert refused(whole[:-1]) == "koovideo.damaged"
    assert refused(whole + b"x") == "koovideo.damaged"


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(Refused) as caught:
        koovideo.load(tmp_path / "none.koovideo")
    assert caught.value.problems[0].code == "koovideo.cannot_read"
    with pytest.raises(Refused) as caught:
        koovideo.save(tmp_path / "no" / "where.koovideo", template(), {DIGEST: DATA})
    assert caught.value.problems[0].code == "koovideo.cannot_write"
    assert {"koovideo.cannot_read", "koovideo.cannot_write"} < set(KOOVIDEO_CODES)
