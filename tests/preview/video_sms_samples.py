# SPDX-License-Identifier: Apache-2.0
"""What the tests of the video SMS preview share: the shipped phones, templates to arrange, and strategies for any template."""

from functools import lru_cache

from hypothesis import strategies as st

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.video_sms.template import Element, Frame, Media, ResourceKind, Text, VideoTemplate
from koodesk.preview.placement import Measure
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import MessagePhone, PhoneKind
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_reader import read_message_phones
from tests.preview.arithmetic import MEASURE, RESOURCES

FOLDER = RESOURCES / "phones" / "video_sms"
SIGN = "极光汽车"
VIDEO = Media(
    ResourceKind.VIDEO, "a" * 64, "mp4", 900_000, duration_ms=15_400, width=1280, height=720, cover_ms=1200
)
PICTURE = Media(ResourceKind.IMAGE, "b" * 64, "jpg", 80_000, width=800, height=600)
GIF = Media(ResourceKind.IMAGE, "c" * 64, "gif", 60_000, width=320, height=240)
SOUND = Media(ResourceKind.AUDIO, "d" * 64, "mp3", 120_000, duration_ms=12_300)
LAUNCH = VideoTemplate(
    "极光 X1 今日上市",
    (
        Frame((VIDEO, Text("尊敬的#p_1#，极光 X1 今日正式上市，到店试驾享#p_2#元购车礼。拒收请回复R"))),
        Frame((PICTURE,)),
        Frame((SOUND,)),
        Frame((Text("预约热线 400-000-0000"), GIF)),
    ),
)


@lru_cache
def message_phones() -> dict[PhoneKind, MessagePhone]:
    """Return the shipped phones."""
    return dict(read_message_phones(FOLDER))


def place(
    template: VideoTemplate = LAUNCH,
    kind: PhoneKind = PhoneKind.ANDROID,
    *,
    sign: str = SIGN,
    carrier: Carrier = Carrier.CMCC,
    values: dict[str, str] | None = None,
    measure: Measure = MEASURE,
    dark: bool = False,
    font_scale: float = 1.0,
    whole: bool = True,
    offset: float = 0.0,
    hints: bool = False,
) -> VideoPlacement:
    """Arrange a template with what a test leaves open."""
    return arrange_message(
        template,
        sign,
        message_phones()[kind],
        carrier,
        values or {},
        measure,
        dark=dark,
        font_scale=font_scale,
        whole=whole,
        offset=offset,
        hints=hints,
    )


def _media() -> st.SearchStrategy[Element]:
    side = st.integers(0, 5000)
    types = {"image": ("jpg", "png", "gif"), "video": ("mp4",), "audio": ("mp3",)}
    return st.sampled_from(list(types)).flatmap(
        lambda kind: st.builds(
            Media,
            st.just(ResourceKind(kind)),
            st.just("e" * 64),
            st.sampled_from(types[kind]),
            st.just(1000),
            st.integers(0, 60_000),
            side,
            side,
        )
    )


def _texts(longest: int) -> st.SearchStrategy[Text]:
    piece = st.one_of(
        st.sampled_from(
            ["#p_1#", "#p_2#", "#p_30#", "\n", "，", "https://km2g.cn/a1 ", "\U000f0000", "🏮", "\u202e"]
        ),
        st.text(st.sampled_from("新车上市ab 1【（"), max_size=12),
    )
    return st.builds(Text, st.lists(piece, max_size=longest).map("".join))


def templates(longest: int = 12) -> st.SearchStrategy[VideoTemplate]:
    """Return templates as an editor may hold them: with frames that are empty, too many, or too long."""
    element = st.one_of(_texts(longest), _media())
    frame = st.builds(Frame, st.lists(element, max_size=3).map(tuple))
    title = st.text(st.sampled_from("极光 X1#p_1#今日上市"), max_size=30)
    return st.builds(VideoTemplate, title, st.lists(frame, max_size=8).map(tuple))


def kinds() -> st.SearchStrategy[PhoneKind]:
    """Return any phone."""
    return st.sampled_from(list(PhoneKind))


def carriers() -> st.SearchStrategy[Carrier]:
    """Return any of the three."""
    return st.sampled_from(THREE_CARRIERS)
