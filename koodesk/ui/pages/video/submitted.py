# SPDX-License-Identifier: Apache-2.0
"""What a reviewer reads of a video SMS signature and template: the form's fields, every frame with its texts and files, and
the letters. What came over the wire is data: whatever it is, it is shown as far as it can be read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from koodesk.domain.video_sms.reslist import TEXT_TYPE, reslist
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.ui.i18n import tr
from koodesk.ui.times import size
from koodesk.ui.widgets.numbers import seconds_of

Facts = list[tuple[str, str]]


def paper_names() -> dict[str, str]:
    """Return what the papers of the video SMS filing are called where the other filings have none such."""
    return {
        "port_register": tr("端口客户信息登记书"),
        "params_letter": tr("动参承诺函"),
        "link_letter": tr("短链承诺函"),
        "qr_letter": tr("二维码承诺函"),
    }


def _kinds() -> dict[str, str]:
    pictures, sounds, films = tr("图片"), tr("音频"), tr("视频")
    return {
        **dict.fromkeys(("jpg", "jpeg", "png", "gif"), pictures),
        **dict.fromkeys(("mp3", "wav"), sounds),
        **dict.fromkeys(("mp4", "3gp"), films),
    }


def _dicts(value: object) -> Iterable[dict[str, Any]]:
    return (one for one in value if isinstance(one, dict)) if isinstance(value, list) else ()


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def resource_words(resource: dict[str, Any]) -> str:
    """Say one resource: its text, or its kind, type, size and length."""
    kind = str(resource.get("res_type", ""))
    if kind == TEXT_TYPE:
        return str(resource.get("source", ""))
    parts = [_kinds().get(kind, tr("未知类型")), kind, size(_number(resource.get("size")))]
    duration = _number(resource.get("duration_ms"))
    return " · ".join([*parts, *([seconds_of(duration)] if duration else [])])


def _frames(body: dict[str, Any]) -> Facts:
    frames: dict[str, list[str]] = {}
    for place, resource in enumerate(_dicts(body.get("reslist")), 1):
        frame = str(resource.get("index") or place).partition("-")[0]
        frames.setdefault(frame, []).append(resource_words(resource))
    return [(tr("第 {number} 帧", number=frame), "\n".join(said)) for frame, said in frames.items()]


def template_facts(body: dict[str, Any]) -> Facts:
    """Return the fields of 提交审核 and every frame in the order of display."""
    days = _number(body.get("expiration_time"))
    named = body.get("letters")
    names = paper_names()
    letters = tr("、").join(names.get(str(one), str(one)) for one in named) if isinstance(named, list) else ""
    params = body.get("params")
    resources = list(_dicts(body.get("reslist")))
    media = sum(_number(one.get("size")) for one in resources if one.get("res_type") != TEXT_TYPE)
    return [
        (tr("模板名称"), str(body.get("tpl_name", ""))),
        (tr("主题"), str(body.get("title", ""))),
        (tr("签名"), f"【{body.get('sign', '')}】"),
        (tr("通道配置"), str(body.get("restags", ""))),
        (tr("有效期"), tr("{days} 天", days=days) if days else tr("永久有效")),
        *_frames(body),
        (tr("文件合计"), size(media)),
        (tr("动态参数"), tr("、").join(map(str, params)) if isinstance(params, list) and params else "—"),
        (tr("含二维码"), tr("是") if body.get("has_qr") else tr("否")),
        (tr("需要的承诺函"), letters or tr("不需要")),
        (tr("模板备注"), str(body.get("remarks") or "—")),
    ]


def is_what_was_handed_in(template: VideoTemplate, body: dict[str, Any]) -> bool:
    """Tell whether a template of the desk has the very contents of a body, so that it may be drawn for the reviewer."""
    return template.title == body.get("title") and reslist(template, str(body.get("sign"))) == body.get(
        "reslist"
    )
