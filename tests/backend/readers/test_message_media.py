# SPDX-License-Identifier: Apache-2.0
"""Gifs and sounds: kept as they are seen and heard, rid of everything else, refused with a reason when they are none."""

from __future__ import annotations

import io
import wave
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageSequence

from koodesk.backend.ports.progress import never
from koodesk.backend.readers import gifs, sounds
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.message_media import ChildMessageMedia
from koodesk.domain.media_types import GIF, GIF_BYTES, GIF_FRAMES, SOUND_BYTES
from koodesk.domain.problem import Refused
from tests.hostile import media_forge as forge


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "file.bin"


def pictures(data: bytes) -> list[tuple[bytes, int]]:
    with Image.open(io.BytesIO(data), formats=("GIF",)) as opened:
        return [
            (frame.convert("RGBA").tobytes(), int(frame.info.get("duration", 0)))
            for frame in ImageSequence.Iterator(opened)
        ]


# --- gifs ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("loop", [None, 0, 3])
def test_a_gif_moves_on_as_it_did(loop: int | None, path: Path) -> None:
    plain = forge.gif(loop=loop)
    path.write_bytes(forge.gif_notes(plain))
    found = ChildMessageMedia().gif(path, never)
    assert pictures(found.data) == pictures(plain)
    assert (found.media_type, found.width, found.height) == (GIF, 40, 30)
    with Image.open(io.BytesIO(found.data)) as seen, Image.open(io.BytesIO(plain)) as before:
        assert seen.info.get("loop") == before.info.get("loop") == loop
    for mark in (b"SERIAL-0001", b"+39.9042", b"PK\3\4"):
        assert mark not in found.data
    assert gifs.clean(found.data) == found.data
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert small.format == "PNG"


def test_a_round_of_a_gif_is_shown_in_its_time(path: Path) -> None:
    path.write_bytes(forge.gif(frames=5, delay_ms=200))
    shown = [frame for block in ChildMessageMedia().gif_frames(path, never) for frame in block]
    assert [frame.at_ms for frame in shown] == [0, 200, 400, 600, 800]
    path.write_bytes(forge.gif(frames=40, delay_ms=20))
    shown = [frame for block in ChildMessageMedia().gif_frames(path, never) for frame in block]
    assert 8 <= len(shown) <= 13


GIFS = {
    "nothing": (b"", "picture.empty"),
    "a head alone": (forge.gif()[:20], "picture.damaged"),
    "cut off": (forge.gif()[:-10], "picture.damaged"),
    "no picture": (forge.gif_of(4, 4, 0), "picture.damaged"),
    "as large as nobody shows": (forge.gif_of(65_535, 65_535, 1), "picture.too_many_pixels"),
    "of no size": (forge.gif_of(0, 10, 1), "picture.too_many_pixels"),
    "more pictures than are taken": (forge.gif_of(4, 4, GIF_FRAMES + 1), "picture.gif_too_long"),
    "pictures that would take for ever": (forge.gif_of(2_000, 2_000, 76), "picture.gif_too_long"),
    "too large": (forge.gif() + bytes(GIF_BYTES), "picture.file_too_large"),
    "a colour that is none": (
        forge.gif_of(4, 4, 1).replace(b"\x02\x02\x44", b"\x0e\x02\xff"),
        "picture.damaged",
    ),
}


@pytest.mark.parametrize("name", GIFS)
def test_a_bad_gif_is_refused(name: str, path: Path) -> None:
    data, code = GIFS[name]
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        ChildMessageMedia().gif(path, never)
    assert [p.code for p in refused.value.problems] == [code]


@given(st.data())
def test_a_changed_gif_ends_in_an_answer(data: st.DataObject) -> None:
    whole = bytearray(forge.gif())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        clean = gifs.clean(bytes(whole))
    except Refused:
        return
    assert gifs.clean(clean) == clean


# --- sounds --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bits", [8, 16, 24, 32])
@pytest.mark.parametrize("channels", [1, 2])
def test_a_wav_keeps_every_sample(bits: int, channels: int, path: Path) -> None:
    plain = forge.wav(0.5, 8_000, bits, channels)
    noted = plain.replace(b"data", b"LIST\x0c\0\0\0INFOSERIAL-1data") if bits == 16 else plain
    path.write_bytes(noted)
    found = ChildMessageMedia().sound(path, never)
    assert (found.media_type, found.duration_ms) == ("audio/wav", 500)
    with wave.open(io.BytesIO(found.data)) as heard, wave.open(io.BytesIO(plain)) as before:
        assert heard.getparams() == before.getparams()
        assert heard.readframes(4_000) == before.readframes(4_000)
    assert b"SERIAL" not in found.data
    assert sounds.read(found.data).data == found.data


def test_an_mp3_keeps_every_frame_and_loses_its_notes(path: Path) -> None:
    path.write_bytes(forge.mp3_notes(forge.mp3(50)))
    found = ChildMessageMedia().sound(path, never)
    assert found.data == forge.mp3(50)
    assert (found.media_type, found.duration_ms) == ("audio/mpeg", round(50 * 1152 / 44.1))
    assert sounds.read(found.data).data == found.data
    with Image.open(io.BytesIO(found.thumbnail)) as small:
        assert max(small.size) == 256


def test_a_frame_that_only_says_the_length_counts_for_none() -> None:
    assert sounds.read(forge.mp3_indexed(50)).duration_ms == sounds.read(forge.mp3(50)).duration_ms
    assert sounds.read(forge.mp3_indexed(50)).data == forge.mp3_indexed(50)


def test_a_real_mp3_is_as_long_as_its_encoder_says() -> None:
    av = pytest.importorskip("av", reason="the extra that opens videos is not installed (KOODESK_VIDEO=no)")
    out = io.BytesIO()
    with av.open(out, "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=44_100)
        stream.layout = "stereo"
        for number in range(100):
            frame = av.AudioFrame(format="fltp", layout="stereo", samples=1152)
            frame.sample_rate, frame.pts = 44_100, number * 1152
            for plane in frame.planes:
                plane.update(bytes(1152 * 4))
            file.mux(list(stream.encode(frame)))
        file.mux(list(stream.encode(None)))
    heard = sounds.read(out.getvalue())
    assert abs(heard.duration_ms - 100 * 1152 / 44.1) < 80
    with av.open(io.BytesIO(heard.data)) as file:
        assert sum(frame.samples for frame in file.decode(audio=0)) >= 100 * 1152


SOUNDS = {
    "nothing": (b"", "sound.empty"),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "sound.format"),
    "a wav cut off": (forge.wav()[:-100], "sound.truncated"),
    "a wav of no samples": (forge.wav(0), "sound.empty"),
    "a wav without its form": (forge.riff([(b"data", bytes(100))]), "sound.damaged"),
    "a wav of a codec": (forge.wav(tag=0x55), "sound.codec"),
    "a wav of nine channels": (forge.wav(channels=9), "sound.codec"),
    "a wav that ends in its head": (forge.wav()[:30], "sound.truncated"),
    "chunks without end": (forge.riff([(b"junk", b"")] * 2_000), "sound.truncated"),
    "an mp3 of notes alone": (forge.mp3_notes(b"")[:-128], "sound.empty"),
    "an mp3 of one half frame": (forge.mp3(1)[:200], "sound.truncated"),
    "notes and no sound": (forge.mp3_notes(bytes(64) + b"no sound at all" * 40), "sound.damaged"),
    "two sounds in one": (forge.mp3(9) + forge.mp3_frame(rate=1) * 9, "sound.damaged"),
    "something long behind it": (forge.mp3(3) + b"<html>" * 5_000, "sound.damaged"),
    "too large": (forge.mp3(1) + bytes(SOUND_BYTES), "sound.too_large"),
}


@pytest.mark.parametrize("name", SOUNDS)
def test_a_bad_sound_is_refused(name: str, path: Path) -> None:
    data, code = SOUNDS[name]
    path.write_bytes(data)
    with pytest.raises(Refused) as refused:
        ChildMessageMedia().sound(path, never)
    assert [p.code for p in refused.value.problems] == [code]


@given(st.binary(max_size=300), st.sampled_from([b"", b"ID3\x04\0\0\0\0\0\0", forge.mp3(1), forge.wav(0.01)]))
def test_any_bytes_end_in_an_answer(rest: bytes, head: bytes) -> None:
    try:
        heard = sounds.read(head + rest)
    except Refused:
        return
    assert sounds.read(heard.data) == heard


@pytest.mark.parametrize("kind", ["gif", "sound"])
def test_a_reader_that_is_stopped_is_a_refusal(kind: str, path: Path) -> None:
    path.write_bytes(forge.gif() if kind == "gif" else forge.mp3())
    media = ChildMessageMedia(ReaderLimits(wall_seconds=0.01))
    with pytest.raises(Refused, match=r"media\.unreadable"):
        media.gif(path, never) if kind == "gif" else media.sound(path, never)
    with pytest.raises(Refused, match=r"reader\.cancelled"):
        media.sound(path, lambda: True)
