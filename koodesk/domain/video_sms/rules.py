# SPDX-License-Identifier: Apache-2.0
"""What the platform takes as a video SMS template: the limits as data, and the check of a template against them.

Source: facts 1.10 and 1.3; `resources/rules/video_sms.toml` has each value with where it is from.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.papers import PaperRule
from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, Severity, problem
from koodesk.domain.video_sms.template import Channel, Element, Media, ResourceKind, Text, VideoTemplate

BRACKETS: Final = "【】"
LETTERS: Final = ("params_letter", "link_letter", "qr_letter")
"""The three commitment letters of table 3-4 that a template may ask for, by their ids in the filing."""

_PARAM_LIKE: Final = re.compile(r"#[pP]_[^#\n]{0,12}#?")
_WRITTEN: Final = re.compile(r"#p_(?:0|[1-9]\d{0,8})#")
"""How a parameter is written: `#p_01#` would be a name of its own to whoever fills it in."""


@dataclass(frozen=True, slots=True)
class VideoSmsRules:
    """Limits of templates and signatures; lengths in characters, sizes in bytes. `budget_bytes` is Koodesk's own."""

    name_max: int
    title_max: int
    remarks_max: int
    validity_max: int
    resources_min: int
    resources_max: int
    frames_max: int
    elements_max: int
    double_frames_max: int
    params_max: int
    text_max: int
    types: Mapping[ResourceKind, tuple[str, ...]]
    one_carrier: tuple[Carrier, ...]
    video_max_ms: int
    videos_max: int
    pictures_max: int
    budget_bytes: int
    signature_min: int
    signature_max: int
    signature_pattern: str
    authorization: PaperRule
    other: PaperRule
    link: re.Pattern[str]


def read_video_rules(text: str) -> VideoSmsRules:
    """Read `video_sms.toml`. Raises KeyError or ValueError when the data is not complete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    template, resources, media, signature = (
        data[name] for name in ("template", "resources", "media", "signature")
    )

    def paper(name: str) -> PaperRule:
        rule = signature[name]
        return PaperRule(tuple(rule["types"]), int(rule["max_bytes"]), rule["source"])

    return VideoSmsRules(
        name_max=int(template["name_max"]),
        title_max=int(template["title_max"]),
        remarks_max=int(template["remarks_max"]),
        validity_max=int(template["validity_max"]),
        resources_min=int(resources["least"]),
        resources_max=int(resources["most"]),
        frames_max=int(resources["frames_max"]),
        elements_max=int(resources["elements_max"]),
        double_frames_max=int(resources["double_frames_max"]),
        params_max=int(resources["params_max"]),
        text_max=int(data["text"]["text_max"]),
        one_carrier=tuple(Carrier(name) for name in data["channel"]["one"]),
        types=MappingProxyType(
            {kind: tuple(data["types"][kind.value]) for kind in ResourceKind if kind is not ResourceKind.TEXT}
        ),
        video_max_ms=int(media["video_max_ms"]),
        videos_max=int(media["videos_max"]),
        pictures_max=int(media["pictures_max"]),
        budget_bytes=int(data["budget"]["bytes"]),
        signature_min=int(signature["name_min"]),
        signature_max=int(signature["name_max"]),
        signature_pattern=signature["name_pattern"],
        authorization=paper("authorization"),
        other=paper("other"),
        link=re.compile(data["links"]["pattern"]),
    )


def carriers_of(channel: Channel, rules: VideoSmsRules) -> tuple[Carrier, ...]:
    """Return the carriers that review a template of a channel, and that it reaches."""
    return THREE_CARRIERS if channel.three else rules.one_carrier


def check_template(
    template: VideoTemplate, rules: VideoSmsRules, *, for_submit: bool = False
) -> tuple[Problem, ...]:
    """Return everything wrong with a template; with `for_submit` the fields of the dialog 提交审核 are asked for too."""
    found = [
        *_title(template, rules),
        *_frames(template, rules),
        *_texts(template, rules),
        *_media(template, rules),
        *_params(template, rules),
        *_form(template, rules, for_submit),
    ]
    if template.size > rules.budget_bytes:
        found.append(
            problem(
                "video_sms.over_budget",
                "",
                severity=Severity.WARNING,
                source="Koodesk",
                limit=rules.budget_bytes,
                actual=template.size,
            )
        )
    return tuple(found)


def places(template: VideoTemplate) -> Iterator[tuple[str, Element]]:
    """Yield every element with its place as problems name it."""
    for f, e, element in template.elements():
        yield f"frame:{f + 1}/element:{e + 1}", element


def letters_needed(template: VideoTemplate, rules: VideoSmsRules) -> tuple[str, ...]:
    """Return which letters of the filing the template asks for (table 3-4): for parameters, links and QR codes."""
    texts = [element.text for _, _, element in template.elements() if isinstance(element, Text)]
    needed = (bool(template.params), any(rules.link.search(text) for text in texts), template.has_qr)
    return tuple(letter for letter, yes in zip(LETTERS, needed, strict=True) if yes)


def letter_problems(
    needed: Iterable[str], present: Iterable[str], *, severity: Severity = Severity.ERROR
) -> tuple[Problem, ...]:
    """Return a problem for each letter that is needed and not in the filing."""
    there = frozenset(present)
    return tuple(
        problem(
            "video_sms.letter_needed", f"paper:{letter}", severity=severity, source="seed t3-4", letter=letter
        )
        for letter in needed
        if letter not in there
    )


def _title(template: VideoTemplate, rules: VideoSmsRules) -> Iterator[Problem]:
    yield from length_problems(
        "video_sms.title", template.title, "title", least=1, most=rules.title_max, source="SDK"
    )
    if any(char in template.title for char in BRACKETS):
        yield problem("video_sms.title.brackets", "title", source="SDK")
    yield from unseen_characters(template.title, "title")


def _frames(template: VideoTemplate, rules: VideoSmsRules) -> Iterator[Problem]:
    count = sum(1 for _ in template.elements())
    if count < rules.resources_min:
        yield problem("video_sms.empty", "", source="SDK", limit=rules.resources_min)
    if count > rules.resources_max:
        yield problem(
            "video_sms.too_many_resources", "", source="SDK", limit=rules.resources_max, actual=count
        )
    frames = len(template.frames)
    if frames > rules.frames_max:
        yield problem(
            "video_sms.too_many_frames",
            f"frame:{rules.frames_max + 1}",
            source="SDK",
            limit=rules.frames_max,
            actual=frames,
        )
    doubles = 0
    for number, frame in enumerate(template.frames, 1):
        where, size = f"frame:{number}", len(frame.elements)
        if not size:
            yield problem("video_sms.frame_empty", where, source="SDK", frame=number)
        if size > rules.elements_max:
            yield problem(
                "video_sms.frame_full",
                where,
                source="SDK",
                frame=number,
                limit=rules.elements_max,
                actual=size,
            )
        if size > 1:
            doubles += 1
            if not any(isinstance(element, Text) for element in frame.elements):
                yield problem("video_sms.frame_without_text", where, source="SDK", frame=number)
            if doubles == rules.double_frames_max + 1:
                yield problem(
                    "video_sms.too_many_doubles",
                    where,
                    source="SDK",
                    limit=rules.double_frames_max,
                    actual=sum(len(f.elements) > 1 for f in template.frames),
                )


def _texts(template: VideoTemplate, rules: VideoSmsRules) -> Iterator[Problem]:
    some = False
    for where, element in places(template):
        if not isinstance(element, Text):
            continue
        some = True
        if not element.text.strip():
            yield problem("video_sms.text_blank", where, source="SDK")
        most, actual = rules.text_max, len(element.text)
        if actual > most:
            severity = Severity.WARNING
            yield problem(
                "video_sms.text_long", where, severity=severity, source="Koodesk", limit=most, actual=actual
            )
        if any(char in element.text for char in BRACKETS):
            yield problem("video_sms.text.brackets", where, source="SDK")
        yield from unseen_characters(element.text, where, lines=True)
    if not some and any(frame.elements for frame in template.frames):
        yield problem("video_sms.no_text", "", source="SDK")


def _media(template: VideoTemplate, rules: VideoSmsRules) -> Iterator[Problem]:
    videos: list[str] = []
    pictures: list[str] = []
    for where, element in places(template):
        if not isinstance(element, Media):
            continue
        allowed = rules.types.get(element.kind, ())
        if element.type.lower() not in allowed:
            yield problem(
                "video_sms.media_type",
                where,
                source="API CreateTemplate",
                actual=element.type,
                allowed=", ".join(allowed),
            )
        if element.kind is ResourceKind.VIDEO:
            videos.append(where)
            if element.duration_ms > rules.video_max_ms:
                limit, actual = rules.video_max_ms // 1000, round(element.duration_ms / 1000, 1)
                yield problem(
                    "video_sms.video_too_long", where, source="seed 3.1", limit=limit, actual=actual
                )
        elif element.kind is ResourceKind.IMAGE:
            pictures.append(where)
    most, actual = rules.videos_max, len(videos)
    if actual > most:
        yield problem("video_sms.too_many_videos", videos[most], source="seed 3.1", limit=most, actual=actual)
    most, actual = rules.pictures_max, len(pictures)
    if actual > most:
        where = pictures[most]
        yield problem("video_sms.too_many_pictures", where, source="seed 3.1", limit=most, actual=actual)
    if videos and pictures:
        # "30 s of video or 10 pictures" [seed 3.1]: whether both together are refused is not said.
        yield problem(
            "video_sms.video_and_pictures", pictures[0], severity=Severity.WARNING, source="seed 3.1"
        )


def _params(template: VideoTemplate, rules: VideoSmsRules) -> Iterator[Problem]:
    kind_of: dict[int, ResourceKind] = {}
    for where, element in places(template):
        numbers: tuple[int, ...] = (
            element.params if isinstance(element, Text) else (element.param,) * bool(element.param)
        )
        for number in numbers:
            if not 1 <= number <= rules.params_max:
                yield problem(
                    "video_sms.param_range",
                    where,
                    source="SDK",
                    param=f"#p_{number}#",
                    limit=rules.params_max,
                )
            elif kind_of.setdefault(number, element.kind) is not element.kind:
                yield problem("video_sms.param_two_kinds", where, source="SDK", param=f"#p_{number}#")
        if isinstance(element, Text):
            for like in _PARAM_LIKE.findall(element.text):
                if not _WRITTEN.fullmatch(like):
                    yield problem("video_sms.param_malformed", where, source="SDK", text=like)


def _form(template: VideoTemplate, rules: VideoSmsRules, for_submit: bool) -> Iterator[Problem]:
    if for_submit or template.name:
        yield from length_problems(
            "video_sms.name", template.name, "name", least=1, most=rules.name_max, source="SDK"
        )
    yield from unseen_characters(template.name, "name")
    yield from length_problems(
        "video_sms.remarks", template.remarks, "remarks", least=0, most=rules.remarks_max, source="SDK"
    )
    yield from unseen_characters(template.remarks, "remarks", lines=True)
    if not 0 <= template.validity_days <= rules.validity_max:
        yield problem(
            "video_sms.validity",
            "validity_days",
            source="SDK",
            limit=rules.validity_max,
            actual=template.validity_days,
        )
    if for_submit and not template.signature_id:
        yield problem("video_sms.signature.missing", "signature", source="seed 3.3.2")
