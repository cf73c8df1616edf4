# SPDX-License-Identifier: Apache-2.0
"""A rule pack's paths and plain values in the reader's words: which layout or event, which rule of it, whose phones.

Names come from the pack in use, the words of fields from here. What is not known here shows itself as the pack has it: a
newer pack may name what this version does not.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from koodesk.domain.rule_pack import Confidence, LayoutSpec, RulePack
from koodesk.domain.rule_pack_diff import UNKNOWN
from koodesk.domain.vendor import Vendor
from koodesk.editor.words import list_of, named
from koodesk.ui.i18n import tr
from koodesk.ui.times import size

NOTHING: Final = "—"
TELLING: Final = frozenset(
    {"source", "note", "date", "id", "name_zh", "name_en", "hint_zh", "hint_en", "use_when_zh", "use_when_en"}
    | {"advice_zh", "advice_en", "child_zh", "child_en", "vendor_names"}
)
"""Fields that say something about a rule and judge nothing."""
_VENDORS: Final = frozenset(v.value for v in Vendor)
_LIMIT: Final = re.compile(r"lines=(\d+) chars=(\d+)")
_PAIR: Final = re.compile(r"(\d+)x(\d+)")
_RATIO: Final = re.compile(r"name=\w+ width=(\d+) height=(\d+)")
_SUPPORTS: Final = ("vendors", "param_vendors")


@dataclass(frozen=True, slots=True)
class Place:
    """Where in a pack: `subject` the layout, event or general part, `rule` what of it, `vendor` whose phones or empty.

    `telling` says that it is a source, a note or a name: nothing is judged by it.
    """

    subject: str
    rule: str
    vendor: str
    telling: bool


def place(where: str, pack: RulePack) -> Place:
    """Say where a path of `rule_pack_diff` or `rule_pack_summary` leads."""
    path = where.split("/")
    telling = path[-1] in TELLING or path[0] == "vendor_names"
    if path[0] == "pack" or (len(path) == 1 and path[0] in ("id", "date")):
        return Place(tr("规则包"), _fields().get(path[0], path[0]), "", True)
    vendor = next((p for p in path if p in _VENDORS), "")
    rest = [p for p in path[2:] if p not in _VENDORS and p != "value"]
    match path:
        case ["layouts", layout, *_]:
            spec = pack.layouts.get(layout)
            subject = named(spec.name_zh, spec.name_en) if spec else layout
            rule = _layout_rule(rest, spec) if len(path) > 2 else tr("整个版式")
        case ["events", event, *_]:
            known = next((e for e in pack.events.values() if e.type.value == event), None)
            subject = named(known.name_zh, known.name_en) if known else event
            rule = _event_rule(rest, known) if len(path) > 2 else tr("整个事件")
        case ["floors", kind, *_]:
            floor = next((f for f in pack.floors if str(f.type) == kind), None)
            subject = tr("打开应用的兜底")
            name = named(floor.name_zh, floor.name_en) if floor else kind
            rule = _joined(name, *(_word(p) for p in rest))
        case ["numbers", name, *_]:
            subject = tr("通用限制")
            rule = _joined(_numbers().get(name, name), *(_word(p) for p in rest))
        case ["sectors", name, *_]:
            sector = next((s for s in pack.sectors if s.id == name), None)
            subject = tr("行业要求")
            rule = _joined(named(sector.name_zh, sector.name_en) if sector else name, *map(_word, rest))
        case _:
            subject, rule = tr("用语"), _joined(*(_word(p) for p in path if p not in _VENDORS))
    return Place(subject, rule, named(*pack.vendor_names[Vendor(vendor)]) if vendor else "", telling)


def value(where: str, text: str, pack: RulePack) -> str:
    """Write a plain value of a pack the way people do."""
    path = where.split("/")
    if not text:
        return NOTHING
    if "confidence" in path:
        return confidence_words().get(text, text)
    if path[-1] == "value" and text == UNKNOWN:
        return tr("未公布")
    if text in ("yes", "no") and path[-1] not in TELLING:
        if any(p in _SUPPORTS for p in path):
            return tr("支持") if text == "yes" else tr("不支持")
        return tr("是") if text == "yes" else tr("否")
    found = _LIMIT.fullmatch(text)
    if found:
        return tr("{lines} 行 × 约 {chars} 字", lines=found[1], chars=found[2])
    if ratio := _RATIO.fullmatch(text):
        return f"{ratio[1]}:{ratio[2]}"
    if pixels := _PAIR.fullmatch(text):
        return f"{pixels[1]} × {pixels[2]}"
    if path[0] == "numbers" and path[1].endswith(".bytes") and text.isdecimal():
        return size(int(text))
    words = text.split(", ")
    if all(w in _VENDORS for w in words):
        return list_of(tuple(named(*pack.vendor_names[Vendor(w)]) for w in words))
    return source_words(text) if path[-1] == "source" else text


def confidence_words() -> dict[str, str]:
    """Return what each confidence is called."""
    return {
        Confidence.STATED.value: tr("官方写明"),
        Confidence.PARTIAL.value: tr("较旧或推得"),
        Confidence.CONFLICT.value: tr("来源不一致"),
        Confidence.UNKNOWN.value: tr("没有公布"),
    }


def source_words(tag: str) -> str:
    """Say which document a source tag stands for (docs/decisions/0010); a tag nobody knows shows itself."""
    first, _, rest = tag.partition(" ")
    known = {
        "SDK": tr("官方 SDK"),
        "API": tr("接口参考"),
        "seed": tr("最佳实践"),
        "hc": tr("帮助中心"),
        "api-2022": tr("2022 年接口字段"),
    }
    if tag == "not found":
        return tr("未找到")
    if first.startswith("faq"):
        return _joined(tr("帮助页 {page}", page=first), rest)
    return " ".join(filter(None, (known[first], rest))) if first in known else tag


def slot_name(layout: LayoutSpec | None, where: str) -> str:
    """Return the name of the slot a problem of a card is about, empty for the card's own fields."""
    if layout is None or not where.startswith("content:"):
        return ""
    content = where.removeprefix("content:").split("/")[0]
    slot, _, item = re.split("[@~]", content)[0].partition("-")
    spec = next((s for s in layout.slots if s.id == slot), None)
    return f"{named(spec.name_zh, spec.name_en)} {item}".rstrip() if spec else ""


def _joined(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def _word(field: str) -> str:
    return _fields().get(field, field)


def _layout_rule(rest: Sequence[str], spec: LayoutSpec | None) -> str:
    match rest:
        case ["slots", slot, *fields]:
            known = next((s for s in spec.slots if s.id == slot), None) if spec else None
            name = named(known.name_zh, known.name_en) if known else slot
            if known and fields[:1] == ["child_limits"]:
                fields = ["limits", *fields[1:]]
                name = f"{name} / {named(known.child_zh, known.child_en)}"
            return _joined(name, *(_word(f) for f in fields))
        case ["groups", group, *fields]:
            found = next((g for g in spec.groups if g.id == group), None) if spec else None
            return _joined(named(found.name_zh, found.name_en) if found else group, *map(_word, fields))
        case [("sub_types" | "styles") as kind, number, *fields]:
            of: Sequence[Any] = getattr(spec, kind) if spec else ()
            item = next((i for i in of if str(i.value) == number), None)
            name = named(item.name_zh, item.name_en) if item else f"{_word(kind)} {number}"
            return _joined(name, *(_word(f) for f in fields))
        case ["vendors", *fields]:
            return _joined(tr("版式支持"), *(_word(f) for f in fields))
    return _joined(*(_word(p) for p in rest))


def _event_rule(rest: Sequence[str], event: Any) -> str:
    if rest[:1] == ["fields"] and len(rest) > 1:
        known = next((f for f in event.fields if f.name == rest[1]), None) if event else None
        name = named(known.name_zh, known.name_en) if known else rest[1]
        return _joined(name, *(_word(p) for p in rest[2:]))
    return _joined(*(_word(p) for p in rest))


def _fields() -> dict[str, str]:
    return {
        "id": tr("编号"),
        "date": tr("规则日期"),
        "source": tr("来源"),
        "confidence": tr("可靠程度"),
        "note": tr("资料说明"),
        "vendors": tr("支持的厂商"),
        "param_vendors": tr("动态参数"),
        "limits": tr("文字长度"),
        "total_chars": tr("全部文字的字数"),
        "min_pixels": tr("最小像素"),
        "best_pixels": tr("建议像素"),
        "backgrounds": tr("可换背景的厂商"),
        "position": tr("位置"),
        "kind": tr("组件类型"),
        "required": tr("是否必填"),
        "event_required": tr("必须有点击事件"),
        "event_allowed": tr("可以有点击事件"),
        "params_allowed": tr("可以用动态参数"),
        "ratio": tr("图片比例"),
        "ratios": tr("可选的图片比例"),
        "choices": tr("可选的文字"),
        "switches": tr("开关"),
        "safe_areas": tr("安全区"),
        "group": tr("所属的组"),
        "least": tr("最少个数"),
        "most": tr("最多个数"),
        "sub_types": tr("按钮样式"),
        "styles": tr("样式"),
        "hides": tr("隐藏的组件"),
        "leaves_out": tr("不显示的组件"),
        "purpose": tr("用途"),
        "family": tr("类别"),
        "max_length": tr("最多字数"),
        "pattern": tr("格式"),
        "words": tr("识别的词"),
        "refused_families": tr("不能用的版式类别"),
        "gift_words": tr("红包的词"),
        "superlatives": tr("夸大的词"),
        "vendor_names": tr("厂商名称"),
        **dict.fromkeys(("name_zh", "name_en", "child_zh", "child_en"), tr("名称")),
        **dict.fromkeys(("hint_zh", "hint_en"), tr("提示")),
        **dict.fromkeys(("use_when_zh", "use_when_en"), tr("适用场景")),
        **dict.fromkeys(("advice_zh", "advice_en"), tr("建议")),
    }


def _numbers() -> dict[str, str]:
    return {
        "tpl_name.max": tr("模板名称最多字数"),
        "scene.max": tr("使用场景最多字数"),
        "sms_example.max": tr("短信示例最多字数"),
        "sms_signs.count": tr("短信签名最多个数"),
        "sms_sign.max": tr("短信签名最多字数"),
        "sms_template.max": tr("短信内容最多字数"),
        "sms_template.placeholder.max": tr("短信变量最多字数"),
        "pages.count": tr("最多页数"),
        "params.count": tr("动态参数最多个数"),
        "param.name.max": tr("参数名最多字数"),
        "param.example.max": tr("参数示例最多字数"),
        "picture.bytes": tr("图片最大"),
        "video.bytes": tr("视频最大"),
        "video.seconds": tr("视频建议最长秒数"),
        "cover.bytes": tr("视频封面最大"),
        "floor_url.max": tr("兜底链接最多字数"),
        "ecommerce.pictures.count": tr("电商图片最多张数"),
        "material.address.max": tr("素材地址最多字数"),
        "button.text.max": tr("按钮文字最多字数"),
    }
