# SPDX-License-Identifier: Apache-2.0
"""Files on the platform, uploaded once: pictures and videos of cards, papers of signatures.

A file is known by its content: the SHA-256 of the bytes that leave, which for a picture are those of its crop. It is looked for by its
name before it is uploaded a first time, after an upload whose answer was lost, and when nobody has used it for 30 days:
the platform deletes what lies there that long (facts 1.7). A second copy, where its list lags, costs nothing.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Any, Final

from koodesk.backend.gateways.cloud.client import FAILURES, CloudCalls, refused
from koodesk.backend.ports.cloud import CloudContents
from koodesk.backend.ports.cloud_records import ACCOUNT, PAPER, CloudRecords, CloudUpload
from koodesk.domain.crop import effective_pixels
from koodesk.domain.koomessage.sources import remote
from koodesk.domain.material_rules import PLATFORM_BYTES
from koodesk.domain.media_types import SUFFIXES
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, Ratio
from koodesk.domain.template import (
    Content,
    ImageContent,
    MaterialRef,
    Picture,
    Template,
    VideoContent,
)
from koodesk.domain.template_materials import mapped
from koodesk.domain.video_rules import COVER_BYTES
from koodesk.domain.video_rules import PLATFORM_BYTES as VIDEO_BYTES

IMAGE, VIDEO, THUMBNAIL = "image", "video", "thumbnail"

LIMITS: Final = {IMAGE: PLATFORM_BYTES, VIDEO: VIDEO_BYTES, THUMBNAIL: COVER_BYTES}
"""Most bytes of each. [facts 1.7, 4.7]"""

EARLIER_MS: Final = 86_400_000
"""How much earlier a file counts as gone; Koodesk's own: nobody publishes at which hour files are deleted."""

RATES: Final = (
    Ratio("oneToOne", 1, 1),
    Ratio("sixteenToNine", 16, 9),
    Ratio("threeToOne", 3, 1),
    Ratio("fortyEightToSixtyFive", 48, 65),
    Ratio("twentyOneToNine", 21, 9),
    Ratio("threeToFour", 3, 4),
)
"""The ratios a picture is uploaded as. [SDK UploadAimTemplateMaterialRequestBody]"""


class Uploads:
    """Uploads what is not there. For one thread. Each method raises Refused: gateway.*, cloud.upload_limit, and as reading a file does."""

    def __init__(
        self, client: CloudCalls, records: CloudRecords, contents: CloudContents, now_ms: Callable[[], int]
    ) -> None:
        self._client = client
        self._records = records
        self._contents = contents
        self._now_ms = now_ms

    def card(self, template: Template, layout: LayoutSpec) -> Template:
        """Return a card whose pictures and videos are named as the platform has them."""

        def picture(found: Picture | None, ratio: Ratio | None) -> Picture | None:
            if found is None or found.material.remote:
                return found
            data, media_type = self._contents.picture(found.material.digest, found.crop, LIMITS[IMAGE])
            size = effective_pixels(found.crop, found.material.width, found.material.height)
            rate = ratio.name if ratio in RATES and ratio is not None else nearest(*size)
            return Picture(_named(self._material(IMAGE, data, media_type, rate).cloud_id, media_type))

        def changed(content: Content) -> Content:
            ratio = layout.slot(content.slot).ratio
            match content:
                case ImageContent():
                    backgrounds = tuple((v, picture(p, ratio) or p) for v, p in content.backgrounds)
                    return replace(content, picture=picture(content.picture, ratio), backgrounds=backgrounds)
                case VideoContent(video=MaterialRef(remote="")):
                    return self._video(content)
                case _:
                    return content

        return mapped(replace(template, kept=()), changed)

    def paper(self, given: Mapping[str, Any]) -> str:
        """Return the id of a paper, which a record names as {"name", "digest", ...}."""
        digest = str(given["digest"])

        def hand(record: CloudUpload) -> str:
            data = self._contents.paper(digest)
            told = self._client.hand("upload_aim_msg_signature_file", record.name, data, file_desc="")
            return str(told["file_id"])

        return self._unlisted(CloudUpload(PAPER, digest, "", str(given["name"]), self._now_ms()), hand)

    def account_file(self, digest: str, suffix: str, file_type: str, read: Callable[[str], bytes]) -> str:
        """Return the id of a picture or paper of a service account; `file_type` is what it is for [SDK UploadMediaRequestBody]."""

        def hand(record: CloudUpload) -> str:
            told = self._client.hand("upload_media", record.name, read(digest), {"file_type": file_type})
            return str(told["data"]["resource_id"])

        name = f"KD{digest[:24]}.{suffix}"  # its end has to say what it is
        return self._unlisted(CloudUpload(ACCOUNT, digest, file_type, name, self._now_ms()), hand)

    def _unlisted(self, record: CloudUpload, hand: Callable[[CloudUpload], str]) -> str:
        """Return the id of a file that no list names: one whose answer was lost is uploaded again, and nobody names the first."""
        known = self._records.upload(record.kind, record.digest, record.rate)
        if known is not None and known.cloud_id:
            return known.cloud_id
        self._records.put_upload(record)
        try:
            cloud_id = hand(record)
        except FAILURES as failure:
            raise refused(failure) from failure
        except (KeyError, TypeError) as broken:
            raise refused(broken) from broken
        self._records.put_upload(replace(record, cloud_id=cloud_id, used_ms=self._now_ms()))
        return cloud_id

    def _video(self, content: VideoContent) -> VideoContent:
        assert content.video is not None  # the case that calls this has one
        media_type = content.video.media_type
        data = self._contents.material(content.video.digest)
        video = self._material(VIDEO, data, media_type)
        cover = content.cover
        if cover is not None and not cover.material.remote:
            still, still_type = self._contents.picture(cover.material.digest, cover.crop, LIMITS[THUMBNAIL])
            made = self._material(THUMBNAIL, still, still_type, of=video)
            cover = Picture(_named(made.cloud_id, still_type))
        return replace(content, video=_named(video.cloud_id, media_type), cover=cover)

    def _material(
        self, kind: str, data: bytes, media_type: str, rate: str = "", of: CloudUpload | None = None
    ) -> CloudUpload:
        """Return a material as the platform has it; a cover is one `of` a video."""
        if len(data) > LIMITS[kind]:
            raise Refused(problem("cloud.upload_limit", kind=kind, limit=LIMITS[kind], actual=len(data)))
        digest = hashlib.sha256(data).hexdigest()
        about = rate if of is None else of.material_id
        now_ms = self._now_ms()
        known = self._records.upload(kind, digest, about)
        if known is not None and known.cloud_id and now_ms < known.expires_ms - EARLIER_MS:
            used = replace(known, used_ms=now_ms)
            self._records.put_upload(used)
            return used
        name = f"KD{hashlib.sha256(f'{digest}{about}'.encode()).hexdigest()[:24]}.{SUFFIXES[media_type]}"
        record = CloudUpload(kind, digest, about, name, now_ms)
        self._records.put_upload(record)
        try:
            told = self._listed(kind, name) or self._sent(record, data, media_type, of)
            cloud_id, material_id = str(told["aim_resource_id"]), str(told["material_id"])
        except FAILURES as failure:
            raise refused(failure) from failure
        except (AttributeError, KeyError, TypeError) as broken:
            raise refused(broken) from broken
        made = replace(record, cloud_id=cloud_id, material_id=material_id, used_ms=self._now_ms())
        self._records.put_upload(made)
        return made

    def _listed(self, kind: str, name: str) -> dict[str, Any] | None:
        """Return a material by its name, None where the platform lists none."""
        # This one list counts its pages, from 1. [facts 4.1]
        told = self._client.ask(
            "list_aim_template_materials", resource_type=kind, file_name=name, offset=1, limit=100
        )
        rows = (told.get("data") or told)["results"] or ()
        found = next(
            (row for row in rows if row.get("file_name") == name and row.get("aim_resource_id")), None
        )
        return None if found is None else {**found, "material_id": found["id"]}

    def _sent(
        self, record: CloudUpload, data: bytes, media_type: str, of: CloudUpload | None
    ) -> Mapping[str, Any]:
        body: dict[str, object] = {
            "resource_type": record.kind,
            "file_type": "stream",
            "file_stream": f"data:{media_type};base64,{base64.b64encode(data).decode('ascii')}",
            "file_name": record.name,
        }
        if of is not None:
            body["material_id"] = of.material_id
        elif record.rate:
            body["image_rate"] = record.rate
        told = self._client.ask("upload_aim_template_material", body=body)
        found: Mapping[str, Any] = told.get("data") or told
        return found


def nearest(width: int, height: int) -> str:
    """Return the name of the ratio that a picture comes nearest to, by how much of it would have to go."""
    shape = Fraction(width, height)

    def loss(ratio: Ratio) -> Fraction:
        of = Fraction(ratio.width, ratio.height)
        return 1 - min(shape / of, of / shape)

    return min(RATES, key=loss).name


def _named(cloud_id: str, media_type: str) -> MaterialRef:
    return remote(f"id:{cloud_id}", media_type)
