# SPDX-License-Identifier: Apache-2.0
"""Words of this editor: what an element is, how large and how long, and where a problem stands."""

from __future__ import annotations

from typing import Final

from koodesk.domain.carrier import Carrier
from koodesk.domain.video_sms.edits import place_of
from koodesk.domain.video_sms.template import Channel, Element, Media, ResourceKind, Text, VideoTemplate
from koodesk.editor.words import tr
from koodesk.preview.video_sms_phone import PhoneKind

ICONS: Final = {
    ResourceKind.TEXT: "type",
    ResourceKind.IMAGE: "image",
    ResourceKind.AUDIO: "music",
    ResourceKind.VIDEO: "film",
}
"""The icon of each kind of element."""

CHARTS: Final = {
    ResourceKind.VIDEO: "chart_1",
    ResourceKind.IMAGE: "chart_2",
    ResourceKind.AUDIO: "chart_3",
    ResourceKind.TEXT: "chart_4",
}
"""The colour role of each kind in the budget bar."""

_KILO: Final = 1024


def kind_word(kind: ResourceKind) -> str:
    """Return what an element is called."""
    return {
        ResourceKind.TEXT: tr("文本"),
        ResourceKind.IMAGE: tr("图片"),
        ResourceKind.AUDIO: tr("音频"),
        ResourceKind.VIDEO: tr("视频"),
    }[kind]


def carrier_word(carrier: Carrier) -> str:
    """Return what a carrier is called."""
    return {
        Carrier.CMCC: tr("中国移动"),
        Carrier.CUCC: tr("中国联通"),
        Carrier.CTCC: tr("中国电信"),
    }.get(carrier, tr("未知运营商"))


def phone_word(kind: PhoneKind) -> str:
    """Return what a system's phone is called."""
    return {PhoneKind.ANDROID: tr("安卓"), PhoneKind.IPHONE: tr("苹果"), PhoneKind.HARMONY: tr("鸿蒙")}[kind]


def channel_word(channel: Channel) -> str:
    """Return what a channel is called."""
    return {
        Channel.THREE_ORDINARY: tr("三网一般"),
        Channel.THREE_RESISTANT: tr("三网抗诉"),
        Channel.ONE_ORDINARY: tr("单网一般"),
        Channel.ONE_RESISTANT: tr("单网抗诉"),
    }[channel]


def size_word(size: int) -> str:
    """Return a size in bytes as a person reads it: B, KB or MB of 1024."""
    if size < _KILO:
        return f"{size} B"
    if size < _KILO * _KILO:
        return f"{size / _KILO:.0f} KB"
    return f"{size / _KILO / _KILO:.2f} MB"


def length_word(duration_ms: int) -> str:
    """Return a length as `0:15`, with tenths below ten seconds."""
    if duration_ms < 10_000:
        return tr("{seconds} 秒", seconds=f"{duration_ms / 1000:.1f}")
    seconds = round(duration_ms / 1000)
    return f"{seconds // 60}:{seconds % 60:02d}"


def summary(element: Element, room: int = 40) -> str:
    """Return one line about an element: the beginning of a text, the measures of a medium."""
    if isinstance(element, Text):
        line = " ".join(element.text.split())
        return line if len(line) <= room else line[: room - 1] + "…"
    parts = [element.type.upper()]
    if element.duration_ms:
        parts.append(length_word(element.duration_ms))
    if element.width:
        parts.append(f"{element.width}×{element.height}")
    parts.append(size_word(element.size))
    return " · ".join(parts)


def brief(element: Element) -> str:
    """Return the shortest line about an element, for a list."""
    if isinstance(element, Text):
        return summary(element)
    size = size_word(element.size)
    return f"{length_word(element.duration_ms)} · {size}" if element.duration_ms else size


def element_name(template: VideoTemplate, where: str) -> str:
    """Return what a part of the message is called: "模板主题", "第 2 帧 · 视频"; empty for what is no part."""
    if where == "title":
        return tr("模板主题")
    place = place_of(where)
    if place is None or not place.frame < len(template.frames):
        return ""
    name = tr("第 {number} 帧", number=place.frame + 1)
    elements = template.frames[place.frame].elements
    if "/" not in where or place.element >= len(elements):
        return name
    return f"{name} · {kind_word(elements[place.element].kind)}"


def weight(element: Element) -> int:
    """Return the bytes of an element: those of the file, or of the text in UTF-8."""
    return element.size if isinstance(element, Media) else len(element.text.encode())


def step_words(code: str) -> str:
    """Return what a step of the history is called; a plain word for one without words of its own."""
    return {
        "set_text": tr("修改文字"),
        "set_media": tr("更换素材"),
        "set_cover": tr("选择封面"),
        "insert": tr("插入内容"),
        "remove": tr("删除内容"),
        "move": tr("调整顺序"),
        "join": tr("合并为一帧"),
        "split": tr("拆为两帧"),
        "set_title": tr("修改主题"),
        "set_name": tr("修改名称"),
        "set_remarks": tr("修改备注"),
        "set_signature": tr("选择签名"),
        "set_validity": tr("修改有效期"),
        "set_channel": tr("选择通道"),
        "set_has_qr": tr("修改二维码声明"),
        "use_contents": tr("使用公共模板"),
    }.get(code, tr("修改"))
