# SPDX-License-Identifier: Apache-2.0
"""Video SMS for tests: the rules that ship, one without a fault, and generated ones for property tests."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from hypothesis import strategies as st

from koodesk.domain.video_sms.rules import VideoSmsRules, read_video_rules
from koodesk.domain.video_sms.template import (
    Channel,
    Element,
    Frame,
    Media,
    ResourceKind,
    Text,
    VideoTemplate,
)
from tests.domain.strategies import RESOURCES

SIGN: Final = "北辰汽车"


@lru_cache(maxsize=1)
def rules() -> VideoSmsRules:
    """Return the rules that ship."""
    return read_video_rules((RESOURCES / "rules" / "video_sms.toml").read_text("utf-8"))


def video(
    duration_ms: int = 12_000, size: int = 900_000, digest: str = "a" * 64, suffix: str = "mp4"
) -> Media:
    """Return a video within every rule."""
    return Media(ResourceKind.VIDEO, digest, suffix, size, duration_ms, 640, 360)


def picture(digest: str = "b" * 64, suffix: str = "jpg", param: int = 0) -> Media:
    """Return a picture within every rule."""
    return Media(ResourceKind.IMAGE, digest, suffix, 60_000, 0, 640, 640, param)


def sound(suffix: str = "mp3") -> Media:
    """Return a sound within every rule."""
    return Media(ResourceKind.AUDIO, "c" * 64, suffix, 80_000, 9_000)


def message(*frames: tuple[Element, ...], **fields: object) -> VideoTemplate:
    """Return a template of these frames, else the car maker's, and without a fault but for what is given."""
    made = tuple(Frame(elements) for elements in frames)
    car = (Frame((video(),)), Frame((Text("北辰X5今日上市，诚邀到店试驾。拒收请回复R"),)))
    given: dict[str, object] = {
        "title": "北辰X5上市",
        "frames": made or car,
        "name": "新车上市",
        "signature_id": 1,
        **fields,
    }
    return VideoTemplate(**given)  # type: ignore[arg-type]  # the fields of a template, by name


WORDS: Final = st.text(
    st.one_of(st.sampled_from("车好 #p_1#0【】<&\n。A９😀"), st.characters(codec="utf-8")),
    max_size=30,
)
"""Texts as odd as they may be."""

_DIGESTS: Final = st.text("0123456789abcdef", min_size=64, max_size=64)
_TYPES: Final = {
    ResourceKind.IMAGE: ("jpg", "jpeg", "png", "gif", "webp"),
    ResourceKind.AUDIO: ("mp3", "wav"),
    ResourceKind.VIDEO: ("mp4", "3gp", "MP4"),
}
_MEDIA: Final = st.sampled_from(
    [(kind, suffix) for kind, known in _TYPES.items() for suffix in known]
).flatmap(
    lambda is_a: st.builds(
        Media,
        kind=st.just(is_a[0]),
        digest=_DIGESTS,
        type=st.just(is_a[1]),
        size=st.integers(0, 3_000_000),
        duration_ms=st.integers(0, 60_000),
        width=st.integers(0, 4000),
        height=st.integers(0, 4000),
        param=st.integers(0, 120),
        cover_ms=st.integers(0, 60_000),
    )
)
ELEMENTS: Final = st.one_of(st.builds(Text, WORDS), _MEDIA)


def templates(most_frames: int = 10) -> st.SearchStrategy[VideoTemplate]:
    """Return templates that can be saved, most of them against some rule."""
    return st.builds(
        VideoTemplate,
        title=WORDS,
        frames=st.lists(
            st.builds(Frame, st.lists(ELEMENTS, max_size=3).map(tuple)), max_size=most_frames
        ).map(tuple),
        name=WORDS,
        signature_id=st.integers(0, 9),
        validity_days=st.integers(0, 12_000),
        channel=st.sampled_from(Channel),
        remarks=WORDS,
        has_qr=st.booleans(),
    )


_PLAIN: Final = st.text(st.sampled_from("北辰汽车新到店试驾欢迎您0aZ，。 "), min_size=1, max_size=20).filter(
    lambda text: bool(text.strip())
)
_GOOD_TEXT: Final = st.builds(
    lambda words, numbers: Text(words + "".join(f"#p_{n}#" for n in numbers)),
    _PLAIN,
    st.lists(st.integers(1, 50), max_size=2),
)
_GOOD_PICTURE: Final = st.builds(
    Media,
    kind=st.just(ResourceKind.IMAGE),
    digest=_DIGESTS,
    type=st.sampled_from(("jpg", "jpeg", "png", "gif")),
    size=st.integers(1, 60_000),
    param=st.sampled_from((0, 0, 0, 77)),
)


@st.composite
def accepted(draw: st.DrawFn) -> VideoTemplate:
    """Return templates that no rule refuses: up to two frames of two, a text somewhere, media of every kind."""
    single = st.one_of(_GOOD_TEXT, _GOOD_PICTURE, st.just(sound()))
    frames = [Frame((element,)) for element in draw(st.lists(single, max_size=5))]
    for _ in range(draw(st.integers(0, 2))):
        pair: list[Element] = [draw(_GOOD_TEXT), draw(_GOOD_PICTURE)]
        frames.append(Frame(tuple(draw(st.permutations(pair)))))
    if len(frames) < 7 and draw(st.booleans()):
        frames.append(Frame((video(),)))
    if not any(isinstance(e, Text) for frame in frames for e in frame.elements) or not frames:
        frames.append(Frame((draw(_GOOD_TEXT),)))
    return VideoTemplate(
        title=draw(_PLAIN),
        frames=tuple(draw(st.permutations(frames))),
        name=draw(_PLAIN),
        signature_id=1,
        validity_days=draw(st.integers(0, 9999)),
        channel=draw(st.sampled_from(Channel)),
        remarks=draw(st.sampled_from(("", "新车上市宣传"))),
        has_qr=draw(st.booleans()),
    )
