# SPDX-License-Identifier: Apache-2.0
"""Video SMS cleared on the real engine through the real service: filing, signature, templates, numbers to send to."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PIL import Image

from koodesk import paths
from koodesk.domain.filing import FilingKind
from koodesk.domain.review_state import ReviewerMode
from koodesk.domain.video_sms.signature import VideoSignatureDraft
from koodesk.domain.video_sms.template import Channel, Frame, Media, ResourceKind, Text, VideoTemplate

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.demo.robot import Robot

SIGN: Final = "云杉汽车"
DAY: Final = 86_400
PAPERS: Final = ("material_letter", "signature_letter", "port_register", "params_letter")
WORDS: Final = "尊敬的#p_1#，云杉 E7 上市，邀您 #p_2# 到店试驾。拒收请回复R"


def pdf(folder: Path, name: str) -> Path:
    """Write a file that begins as a PDF does."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.pdf"
    path.write_bytes(b"%PDF-1.7\n" + name.encode() + b"\n%%EOF\n")
    return path


def scan(folder: Path, name: str) -> Path:
    """Draw a small picture of a paper."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.png"
    Image.new("RGB", (300, 400), "#FFFDF8").save(path)
    return path


def decide(service: Service) -> None:
    """Run the engine's clock on until the automatic reviewer has decided everything."""
    waiting: list[Any] = []
    for _ in range(30):
        waiting = [r for r in service.reviews.list() if not r.state.decided or _open(r)]
        if not waiting:
            return
        service.engine.forward(DAY)
        service.reviews.sync()
    raise AssertionError([(r.kind, r.title, r.state) for r in waiting])


def _open(row: Any) -> bool:
    return any(not one.verdict.decided for one in row.carriers)


def file_papers(service: Service, folder: Path) -> None:
    """Hand in the filing of video SMS with every paper but the conditional ones that no template here needs."""
    service.filings.attach(FilingKind.VIDEO_SMS, "licence", scan(folder, "licence"))
    for paper in PAPERS:
        service.filings.attach(FilingKind.VIDEO_SMS, paper, pdf(folder, paper))
    service.filings.submit(FilingKind.VIDEO_SMS)


def clear(service: Service, folder: Path, signature: str = SIGN) -> int:
    """Have the filing and a signature approved; return the signature."""
    service.reviews.set_mode(ReviewerMode.AUTO)
    file_papers(service, folder)
    row = service.video_signatures.add(VideoSignatureDraft(signature, False), pdf(folder, "authorization"))
    decide(service)
    return row.id


def picture(service: Service) -> Media:
    """Store a picture of the samples and return it as an element."""
    path = paths.resources() / "samples" / "videos" / "car-cover.jpg"
    row = service.materials.add_bytes("car.jpg", path.read_bytes())
    return Media(
        ResourceKind.IMAGE, row.digest, "jpg", row.size, width=row.width or 1280, height=row.height or 720
    )


def message(service: Service, signature_id: int, name: str = "新车上市", **fields: Any) -> VideoTemplate:
    """Return a picture and a text with two parameters."""
    frames = (Frame((picture(service),)), Frame((Text(WORDS),)))
    return VideoTemplate("云杉 E7 上市", frames, name, signature_id, **fields)


def submitted(service: Service, template: VideoTemplate) -> int:
    """Store a template and hand it in; return its id."""
    row = service.video_templates.create(template)
    service.video_templates.submit(row.id)
    return row.id


def approved(service: Service, folder: Path, channel: Channel = Channel.THREE_ORDINARY) -> int:
    """Return a template that can be sent."""
    signature = clear(service, folder)
    made = submitted(service, message(service, signature, channel=channel))
    decide(service)
    return made


def by_day(service: Service) -> None:
    """Run the engine's clock on to the next morning of Beijing, unless promotion may be sent now."""
    now = datetime.fromtimestamp(service.engine.status().now_ms / 1000, timezone(timedelta(hours=8)))
    if 9 <= now.hour < 19:
        return
    then = now.replace(hour=10, minute=0, second=0, microsecond=0)
    then += timedelta(days=then <= now)
    service.engine.forward(int((then - now).total_seconds()))


def numbers(mobile: int, unicom: int, telecom: int) -> str:
    """Return lines of manual input for so many numbers of each carrier, with the two parameters."""
    heads = (("1380013", mobile), ("1860013", unicom), ("1890013", telecom))
    return "\n".join(f"{head}{tail:04d},王女士,周六" for head, count in heads for tail in range(count))


def ask(robot: Robot, work: Callable[[Service], Any]) -> Any:
    """Ask the service the way a page would; a refusal is the answer where there is one."""
    answers: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), answers.append, answers.append
    )
    robot.wait(lambda: bool(answers), "the service answers")
    return answers[0]
