# SPDX-License-Identifier: Apache-2.0
"""A car maker's video SMS, and what it takes to clear it for a send."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from koodesk.domain.video_sms import reslist
from koodesk.domain.video_sms.template import Channel, Frame, Media, ResourceKind, Text, VideoTemplate
from tests.engine.client import Client, hand_in, paper, to_working_hours
from tests.engine.inside import DAY_MS, HOUR_MS, Inside

SIGN = "北辰汽车"
LETTERS = ("params_letter", "link_letter", "qr_letter")
THREE = ("cmcc", "cucc", "ctcc")

CMCC, CUCC, CTCC = 13_800_000_000, 13_000_000_000, 18_900_000_000
"""The first number of a segment of each carrier."""

NOBODYS = 19_200_000_000
"""The first number of a segment that is none of the three carriers'."""

VIDEO = Media(ResourceKind.VIDEO, "a" * 64, "mp4", 1_500_000, 12_000, 640, 360)
CAR = VideoTemplate(
    title="北辰X5上市",
    frames=(Frame((VIDEO,)), Frame((Text("#p_1#，北辰X5于#p_2#到店，诚邀试驾。拒收请回复R"),))),
    name="北辰X5上市",
    validity_days=30,
)


def filing(letters: Sequence[str] = LETTERS, leave_out: str = "") -> dict[str, Any]:
    """A filing with every required paper and some letters."""
    required = ("licence", "material_letter", "signature_letter", "port_register")
    papers = [paper(f"{name}.{'jpg' if name == 'licence' else 'pdf'}") for name in required]
    papers[0]["type"] = "jpg"
    named = [{"paper": name, **one} for name, one in zip(required, papers, strict=True) if name != leave_out]
    named += [{"paper": name, **paper(f"{name}.pdf")} for name in letters]
    return {"kind": "video_sms", "papers": named}


def signature(**changes: Any) -> dict[str, Any]:
    """A signature that passes."""
    return {"name": SIGN, "third_party": False, "authorization": None, "other": None, **changes}


def template(car: VideoTemplate = CAR, **changes: Any) -> dict[str, Any]:
    """A template as it is handed in."""
    return {**reslist.body(car, SIGN), **changes}


def carriers(body: dict[str, Any]) -> tuple[str, ...]:
    """The carriers its channel reaches."""
    return THREE if Channel(body["restags"]).three else THREE[:1]


def clear(inside: Inside, car: VideoTemplate = CAR) -> str:
    """Have everything approved and return the template's tpl_id; it is Monday ten o'clock again, weeks later."""
    inside.reviewed("filing", "filing:video_sms", filing())
    inside.reviewed("video_signature", "video_signature:1", signature())
    return approve(inside, car)


def approve(inside: Inside, car: VideoTemplate = CAR, ref: str = "video:1") -> str:
    """Have one more template approved and return its tpl_id."""
    body = template(car)
    found = inside.reviewed("video_template", ref, body, carriers(body))
    assert found["state"] == "approved", found["reasons"]
    return str(found["tpl_id"])


def clear_over_http(client: Client) -> str:
    """Do as `clear`, with a running engine."""
    hand_in(client, "filing", "filing:video_sms", filing())
    client.call("POST", "/clock", {"forward_ms": 7 * DAY_MS})
    hand_in(client, "video_signature", "video_signature:1", signature())
    client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    body = template()
    found = hand_in(client, "video_template", "video:1", body, carriers(body))
    client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    to_working_hours(client)
    assert client.call("GET", f"/reviews/{found['id']}")["state"] == "approved"
    return str(found["tpl_id"])


def row(number: int, **changes: Any) -> list[Any]:
    """A recipient whose parameters are all there."""
    return [number, {"p_1": "林晓", "p_2": "上海", **changes}]


def batch(tpl_id: str, recipients: Sequence[Any] | int, **changes: Any) -> dict[str, Any]:
    """A batch for recipients, or for so many numbers of 移动."""
    rows = [row(CMCC + i) for i in range(recipients)] if isinstance(recipients, int) else list(recipients)
    return {
        "kind": "video",
        "campaign": "v-1",
        "task_name": "北辰X5上市",
        "template": tpl_id,
        "expiration_hours": 72,
        "recipients": rows,
        **changes,
    }


def one_network(car: VideoTemplate = CAR) -> VideoTemplate:
    """The same for a channel of one carrier."""
    return replace(car, channel=Channel.ONE_ORDINARY)
