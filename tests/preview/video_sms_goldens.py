# SPDX-License-Identifier: Apache-2.0
"""The golden messages: three templates on three phones, light and dark, as values and as pictures.

`python -m tests.preview.video_sms_goldens` writes them again into tests/golden/video_sms. Look at every one before it is
committed. They are drawn at three quarters of their size, so that all of them together stay small.
"""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from PIL import Image, ImageDraw
from PySide6.QtGui import QImage

from koodesk.domain.carrier import Carrier
from koodesk.domain.digest import content_digest
from koodesk.domain.samples import Shelf
from koodesk.domain.template import MaterialRef
from koodesk.domain.video_sms.template import Frame, Media, ResourceKind, Text, VideoTemplate
from koodesk.preview import fonts
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import png
from koodesk.preview.video_sms_media import cover_key
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_pictures import still_loader
from koodesk.preview.video_sms_render import MessageRenderer
from tests.preview.arithmetic import RESOURCES
from tests.preview.video_sms_samples import place

FOLDER = Path(__file__).resolve().parents[1] / "golden" / "video_sms"
SCALE = 0.75


@dataclass(frozen=True)
class Sample:
    """A template with how it is shown: signature, a row's values, type size, and whether the phone is as high as it."""

    template: VideoTemplate
    sign: str = ""
    values: tuple[tuple[str, str], ...] = ()
    font_scale: float = 1.0
    whole: bool = True
    offset: float = 0.0
    hints: bool = False


@dataclass(frozen=True)
class MessageGolden:
    """One sample on one phone; each phone stands for another carrier."""

    sample: str
    kind: PhoneKind
    dark: bool

    @property
    def name(self) -> str:
        """The file's name without its ending."""
        return f"{self.sample}-{self.kind}{'-dark' if self.dark else ''}"

    @property
    def carrier(self) -> Carrier:
        """Which carrier the phone shows."""
        return tuple(Carrier)[list(PhoneKind).index(self.kind)]


SAMPLES = ("launch", "parts", "scrolled")
GOLDENS = tuple(
    MessageGolden(sample, kind, dark) for sample in SAMPLES for kind in PhoneKind for dark in (False, True)
)


def _media(
    kind: ResourceKind, ref: MaterialRef, suffix: str, duration_ms: int = 0, cover_ms: int = 0
) -> Media:
    return Media(kind, ref.digest, suffix, ref.size, duration_ms, ref.width, ref.height, cover_ms=cover_ms)


def _gif() -> bytes:
    """A small moving picture: a ball that falls."""
    frames = []
    for y in (40, 90, 140):
        frame = Image.new("RGB", (320, 200), "#f6c453")
        ImageDraw.Draw(frame).ellipse((130, y - 30, 190, y + 30), fill="#d1402f")
        frames.append(frame)
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=80, loop=0)
    return file.getvalue()


@lru_cache(maxsize=1)
def samples() -> tuple[dict[str, Sample], dict[str, bytes]]:
    """Return the samples by name, and the files of their media as a picture source is asked for them."""
    shelf = Shelf(RESOURCES)
    car, cover = shelf("car.mp4"), shelf("car-cover.jpg")
    tea, electric = shelf("spring-tea.jpg"), shelf("electric-car.jpg")
    tall = shelf("poster-tall.jpg")
    gif = _gif()
    film = _media(ResourceKind.VIDEO, car, "mp4", 5000, 1000)
    ball = Media(ResourceKind.IMAGE, content_digest(gif), "gif", len(gif), width=320, height=200)
    sound = Media(ResourceKind.AUDIO, "5" * 64, "mp3", 180_000, 12_300)
    gone = Media(ResourceKind.IMAGE, "0" * 64, "jpg", 90_000, width=900, height=500)
    launch = VideoTemplate(
        "极光 X1 今日上市，邀您试驾",
        (
            Frame((film,)),
            Frame(
                (
                    Text(
                        "尊敬的#p_1#，极光 X1 今日正式上市！\n到店试驾享 #p_2# 元购车礼，"
                        "详见 https://km2g.cn/a1。拒收请回复R"
                    ),
                )
            ),
        ),
    )
    parts = VideoTemplate(
        "春日好物",
        (
            Frame((_media(ResourceKind.IMAGE, tea, "jpg"), Text("#p_1#，明前茶已到店，凭码 #p_2# 领取。"))),
            Frame((sound,)),
            Frame((ball,)),
            Frame((Text("退订回复R"),)),
        ),
    )
    scrolled = VideoTemplate(
        "五周年庆",
        (
            Frame((_media(ResourceKind.IMAGE, tall, "jpg"),)),
            Frame((Text("感谢一路同行，全场好礼相送。" * 3 + "拒收请回复R"), gone)),
            Frame((_media(ResourceKind.IMAGE, electric, "jpg"),)),
        ),
    )
    found = {
        "launch": Sample(launch, "极光汽车", (("p_1", "林晓"), ("p_2", "3000"))),
        "parts": Sample(parts),
        "scrolled": Sample(scrolled, "云杉商城", font_scale=1.3, whole=False, offset=330.0),
    }
    return found, {**shelf.files, ball.digest: gif, cover_key(film): shelf.files[cover.digest]}


def pictures() -> PictureSource:
    """Return a source of the samples' pictures."""
    files = samples()[1]
    return PictureSource(still_loader(files.get, lambda digest, at: files.get(f"{digest}@{at}")))


def draw(golden: MessageGolden, scale: float = SCALE) -> QImage:
    """Draw one golden message anew. Needs a QGuiApplication."""
    sample = samples()[0][golden.sample]
    faces = fonts.load(RESOURCES / "fonts")
    placement = place(
        sample.template,
        golden.kind,
        sign=sample.sign,
        carrier=golden.carrier,
        values=dict(sample.values),
        measure=FontMeasure(faces),
        dark=golden.dark,
        font_scale=sample.font_scale,
        whole=sample.whole,
        offset=sample.offset,
        hints=sample.hints,
    )
    return MessageRenderer(pictures(), faces).paint(placement, scale)


def main() -> int:
    """Write the golden messages of the named samples, or of all."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = set(sys.argv[1:])
    for golden in GOLDENS:
        if not wanted or golden.sample in wanted:
            (FOLDER / f"{golden.name}.png").write_bytes(png(draw(golden)))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
