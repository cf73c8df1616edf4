# SPDX-License-Identifier: Apache-2.0
"""What is handed in of a video SMS template: the platform's `reslist` and the fields beside it, and the check of the wire.

The first text begins with 【签名】, no other 【】 stands anywhere, and `index` is "frame-element" from 1 on every resource.
Media are named by digest and size here; a gateway to the real cloud puts their Base64 or address in (`source`).
Source: [SDK CreateVmsTemplateRequestBody, ResourceInfo], facts 1.10.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.signature import bracketed
from koodesk.domain.video_sms.rules import VideoSmsRules, check_template
from koodesk.domain.video_sms.template import (
    Channel,
    Element,
    Frame,
    Media,
    ResourceKind,
    Text,
    VideoTemplate,
)

TEXT_TYPE: Final = "txt"
_INDEX: Final = re.compile(r"([1-9]\d{0,2})-([1-9]\d{0,2})")


def reslist(template: VideoTemplate, signature: str) -> list[dict[str, Any]]:
    """Return the resources in the order of display, the first text beginning with the signature in 【】."""
    found: list[dict[str, Any]] = []
    signed = False
    for f, e, element in template.elements():
        index = f"{f + 1}-{e + 1}"
        if isinstance(element, Text):
            text = element.text if signed else f"{bracketed(signature)}{element.text}"
            signed = True
            found.append({"res_type": TEXT_TYPE, "index": index, "source": text})
        else:
            found.append(
                {
                    "res_type": element.type,
                    "index": index,
                    "digest": element.digest,
                    "size": element.size,
                    "duration_ms": element.duration_ms,
                    "param": element.param,
                }
            )
    return found


def body(template: VideoTemplate, signature: str, letters: tuple[str, ...] = ()) -> dict[str, Any]:
    """Return what the reviewer gets. `letters` are the commitment letters the template asks for."""
    return {
        "tpl_name": template.name,
        "title": template.title,
        "sign": signature,
        "expiration_time": template.validity_days,
        "remarks": template.remarks,
        "restags": template.channel.value,
        "has_qr": template.has_qr,
        "params": list(template.params),
        "letters": list(letters),
        "reslist": reslist(template, signature),
    }


def check_body(given: Mapping[str, Any], rules: VideoSmsRules) -> tuple[Problem, ...]:
    """Judge what was handed in as the platform does. Raises KeyError, TypeError or ValueError when it cannot be read."""
    sign = _word(given["sign"])
    problems, template = _read(given, rules, sign)
    return (
        *problems,
        *(p for p in check_template(template, rules, for_submit=True) if p.severity is Severity.ERROR),
    )


def _read(
    given: Mapping[str, Any], rules: VideoSmsRules, sign: str
) -> tuple[tuple[Problem, ...], VideoTemplate]:
    """Return what is wrong with the order and the signature, and the template without its signature."""
    found: list[Problem] = []
    frames: dict[int, dict[int, Element]] = {}
    signed = False
    resources = given["reslist"]
    if not isinstance(resources, list):
        raise TypeError("reslist")
    places = _places(resources, rules, found)
    for (f, e), resource in zip(places, resources, strict=True):
        if e in frames.setdefault(f, {}):
            found.append(problem("video_sms.index_twice", f"frame:{f}", source="SDK", index=f"{f}-{e}"))
            continue
        kind = _word(resource["res_type"])
        if kind == TEXT_TYPE:
            text = _word(resource["source"])
            if not signed:
                signed = True
                if not sign or not text.startswith(bracketed(sign)):
                    where = f"frame:{f}/element:{e}"
                    found.append(problem("video_sms.unsigned", where, source="SDK", signature=sign))
                text = text.removeprefix(bracketed(sign))
            frames[f][e] = Text(text)
        else:
            frames[f][e] = _medium(kind, resource, rules)
    return tuple(found), VideoTemplate(
        title=_word(given["title"]),
        frames=tuple(_frames(frames)),
        name=_word(given["tpl_name"]),
        signature_id=1,
        validity_days=_whole(given["expiration_time"]),
        channel=Channel(given["restags"]),
        remarks=_word(given["remarks"]),
        has_qr=bool(given.get("has_qr", False)),
    )


def _places(
    resources: Sequence[Mapping[str, Any]], rules: VideoSmsRules, found: list[Problem]
) -> list[tuple[int, int]]:
    """Return the frame and element of each resource: its index, which all have or none, or else a frame of its own."""
    given = [resource.get("index") for resource in resources]
    alone = [(place, 1) for place in range(1, len(given) + 1)]
    if all(index is None for index in given):
        return alone
    places: list[tuple[int, int]] = []
    for index in given:
        match = _INDEX.fullmatch(index) if isinstance(index, str) else None
        f, e = (int(match[1]), int(match[2])) if match else (0, 0)
        if index is None:
            found.append(problem("video_sms.index_missing", "", source="SDK"))
        elif not (1 <= f <= rules.frames_max and 1 <= e <= rules.elements_max):
            found.append(problem("video_sms.index_wrong", "", source="SDK", index=str(index)[:20]))
        places.append((f, e))
    if any(not f for f, _ in places):
        return alone
    if places != sorted(places):
        # The order of the list is that of display, and so is the index.
        found.append(problem("video_sms.index_order", "", source="SDK"))
    return places


def _medium(kind: str, resource: Mapping[str, Any], rules: VideoSmsRules) -> Media:
    kinds = {known: of for of, types in rules.types.items() for known in types}
    return Media(
        kinds.get(kind.lower(), ResourceKind.IMAGE),
        _word(resource["digest"]),
        kind,
        _whole(resource["size"]),
        _whole(resource.get("duration_ms", 0)),
        param=_whole(resource.get("param", 0)),
    )


def _word(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(type(value).__name__)
    return value


def _whole(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(type(value).__name__)
    return value


def _frames(found: Mapping[int, Mapping[int, Element]]) -> Iterator[Frame]:
    for number in sorted(found):
        yield Frame(tuple(found[number][place] for place in sorted(found[number])))
