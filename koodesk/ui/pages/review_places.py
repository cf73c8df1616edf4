# SPDX-License-Identifier: Apache-2.0
"""What a rejection may be about: the places of what was submitted, named as its form or editor names them.

A place is the `where` of a problem, so that the rejection lands on that slot or field.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from koodesk.ui.i18n import tr

Place = tuple[str, str]
"""Words, and the `where`."""

_SHOWN: Final = 24


def _short(text: object) -> str:
    plain = " ".join(str(text).split())
    return plain if len(plain) <= _SHOWN else f"{plain[:_SHOWN]}…"


def places_of(kind: str, body: Mapping[str, Any]) -> tuple[Place, ...]:
    """Return the places of a submission in its own order; a body nobody can read has none."""
    try:
        if kind == "card":
            return tuple(_card(body))
        if kind == "video_template":
            return tuple(_video(body))
        if kind == "filing":
            return tuple(
                (str(one.get("name") or one.get("paper")), f"paper:{one.get('paper')}")
                for one in body.get("papers", ())
            )
        return tuple(_fields(body))
    except (AttributeError, TypeError, KeyError, ValueError):
        return ()


def _card(body: Mapping[str, Any]) -> list[Place]:
    kinds = {"text": tr("文字"), "image": tr("图片"), "video": tr("视频"), "button": tr("按钮")}
    found: list[Place] = [(tr("模板名称"), "name")]
    for page in body.get("pages", ()):
        for content in page.get("contents", ()):
            words = content.get("text") or content.get("name") or content.get("slot") or ""
            kind = kinds.get(str(content.get("type") or content.get("kind")), "")
            name = " · ".join(filter(None, (kind, _short(words)))) or str(content.get("id"))
            found.append((name, f"content:{content['id']}"))
    found += [(tr("参数 {name}", name=p["name"]), f"param:{p['name']}") for p in body.get("params", ())]
    return found


def _video(body: Mapping[str, Any]) -> list[Place]:
    found: list[Place] = [(tr("主题"), "title")]
    for resource in body.get("reslist", ()):
        frame, _, element = str(resource.get("index", "")).partition("-")
        if frame.isdecimal() and element.isdecimal():
            words = tr("第 {frame} 帧第 {element} 个素材", frame=frame, element=element)
            found.append((words, f"frame:{frame}/element:{element}"))
    return found


def _fields(body: Mapping[str, Any]) -> list[Place]:
    names = {
        "name": tr("名称"),
        "content": tr("模板内容"),
        "variables": tr("变量"),
        "note": tr("申请说明"),
        "source": tr("签名来源"),
        "licence": tr("营业执照"),
        "attorney": tr("授权委托书"),
        "authorization": tr("签名授权函"),
        "uplink_url": tr("上行短信接收地址"),
        "type": tr("类型"),
    }
    papers = ("licence", "attorney", "authorization", "other")
    return [
        (names.get(key, key), f"paper:{key}" if key in papers else key)
        for key, value in body.items()
        if value not in ("", None, [], {})
    ]
