# SPDX-License-Identifier: Apache-2.0
"""Opening a video SMS template for the editor, its pictures, and the ready templates: work done off the window's thread."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING

from koodesk import paths
from koodesk.domain.carrier import Carrier
from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.video_sms.public import read_public
from koodesk.domain.video_sms.rules import VideoSmsRules
from koodesk.domain.video_sms.template import Frame, Media, VideoTemplate
from koodesk.editor.recovery import resume
from koodesk.editor.video_sms.document import FORMAT, log_path
from koodesk.editor.video_sms.public_panel import ReadyTemplate
from koodesk.editor.video_sms.session import SignatureChoice
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import MessagePhone, PhoneKind
from koodesk.preview.video_sms_pictures import still_loader
from koodesk.preview.video_sms_reader import read_message_phones
from koodesk.preview.video_sms_render import MessageRenderer
from koodesk.ui import card_images, states
from koodesk.ui.opened import Opened

if TYPE_CHECKING:
    from koodesk.backend.service import Service


@dataclass(frozen=True, slots=True)
class OpenedVideo(Opened):
    """A template as its page gets it."""

    rules: VideoSmsRules
    phones: Mapping[PhoneKind, MessagePhone]
    measure: FontMeasure
    signatures: tuple[SignatureChoice, ...]


_loading = threading.Lock()


@lru_cache(maxsize=1)
def _phones() -> Mapping[PhoneKind, MessagePhone]:
    return read_message_phones(paths.resources() / "phones" / "video_sms")


def phones() -> Mapping[PhoneKind, MessagePhone]:
    """Return the phones, read the first time only."""
    with _loading:
        return _phones()


def message_pictures(service: Service) -> PictureSource:
    """Return a source of the pictures of messages, asked by `cover_key`. It reads files: off the window's thread only."""

    def stored(digest: str) -> bytes | None:
        try:
            return service.materials.path(digest).read_bytes()
        except (Refused, OSError):
            return None

    def cover(digest: str, at_ms: int) -> bytes | None:
        try:
            return service.materials.moment(digest, at_ms)
        except Refused:
            return None

    return PictureSource(still_loader(stored, cover))


def open_video(service: Service, template_id: int, kept_pictures: PictureSource | None = None) -> OpenedVideo:
    """Open a template with what its recovery log holds.

    `kept_pictures` are those of the template before: pictures that both use are not decoded again.
    """
    row, template = service.video_templates.open(template_id)
    path = log_path(service.workspace.recovery, template_id)
    source = kept_pictures or message_pictures(service)
    source.forget_missing()
    return OpenedVideo(
        row,
        resume(path, template, FORMAT),
        path,
        source,
        service.video_templates.rules,
        phones(),
        card_images.drawing().measure,
        signature_choices(service),
    )


def signature_choices(service: Service) -> tuple[SignatureChoice, ...]:
    """Return the signatures of the workspace, those that can be used first; none without the right to see them."""
    try:
        rows = service.video_signatures.list()
    except Refused:
        return ()
    found = [SignatureChoice(r.id, r.name, r.usable, states.word("filing", r.state.value)) for r in rows]
    return tuple(sorted(found, key=lambda s: not s.usable))


def ready_templates(_service: Service) -> tuple[ReadyTemplate, ...]:
    """Return the public templates, each drawn on a phone with the media that come along."""
    measure = card_images.drawing().measure
    phone = phones()[PhoneKind.ANDROID]
    covers = _sample_covers()
    found = []
    for one in read_public(paths.resources()):
        source = PictureSource(still_loader(one.materials.get, lambda digest, _at: covers.get(digest)))
        placed = arrange_message(one.template, "", phone, Carrier.CMCC, {}, measure, whole=False)
        picture = MessageRenderer(source, measure.faces).paint(placed, 1.5)
        found.append(ReadyTemplate(one.key, one.name, one.about, one.template, picture))
    return tuple(found)


def _sample_covers() -> dict[str, bytes]:
    """Return the pictures that come beside the sample videos, by the videos' digests: nothing has to be decoded."""
    folder = paths.resources() / "samples" / "videos"
    covers = {}
    for film in folder.glob("*.mp4"):
        cover = film.with_name(f"{film.stem}-cover.jpg")
        if cover.is_file():
            covers[content_digest(film.read_bytes())] = cover.read_bytes()
    return covers


def stored_ready(service: Service, key: str) -> VideoTemplate:
    """Store the media of a public template in the gallery and return it with them. Raises Refused."""
    found = next((p for p in read_public(paths.resources()) if p.key == key), None)
    if found is None:
        raise Refused(problem("video_sms.public_unknown", key=key))
    rows = {
        digest: service.materials.add_bytes(f"{found.name} {number}", data)
        for number, (digest, data) in enumerate(sorted(found.materials.items()), 1)
    }
    frames = tuple(
        Frame(
            tuple(
                replace(e, digest=rows[e.digest].digest, size=rows[e.digest].size)
                if isinstance(e, Media)
                else e
                for e in frame.elements
            )
        )
        for frame in found.template.frames
    )
    return replace(found.template, frames=frames)
