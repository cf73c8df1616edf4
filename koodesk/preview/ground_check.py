# SPDX-License-Identifier: Apache-2.0
"""The check of a card's grounds: what lies under the safe areas of its backgrounds, for every vendor that shows the card.

It needs the pictures themselves, so it stands beside `domain.checks` and not in it: the editor and the command line add what
it finds. What was measured once of a picture and its crop is remembered. `QImage` only; one instance belongs to one thread
at a time.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final

from koodesk.domain.crop import Crop
from koodesk.domain.layout_contents import in_sight
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import LayoutSpec, Ratio, RulePack, SafeArea, SlotSpec
from koodesk.domain.template import Content, ImageContent, Picture, Template
from koodesk.domain.variants import override_of, seen_by
from koodesk.domain.vendor import Vendor
from koodesk.preview.phone_spec import PhoneSpec
from koodesk.preview.pictures import PictureSource
from koodesk.preview.safe_areas import Ink, Reading, inks_on, problems_of, read_areas
from koodesk.preview.sampling import samples_of_picture

_REMEMBERED: Final = 64
"""Readings kept: a card has one background, and a crop is tried out in a few places."""

_Key = tuple[str, Crop | None, tuple[int, int], tuple[SafeArea, ...], tuple[Ink, ...]]


class GroundCheck:
    """Finds words that do not read on their background, and backgrounds that are busy where they should be calm."""

    def __init__(self, phones: Mapping[Vendor, PhoneSpec], pictures: PictureSource) -> None:
        """Take the phones that say where words stand and in which colour; `pictures` may read files."""
        self._phones: Final = phones
        self._pictures: Final = pictures
        self._readings: Final[OrderedDict[_Key, tuple[Reading, ...]]] = OrderedDict()

    def problems(
        self, template: Template, pack: RulePack, vendors: Sequence[Vendor] = ()
    ) -> tuple[Problem, ...]:
        """Return what is amiss for some vendors, or for the card's own when none is named. Warnings and notes only.

        What all of them show alike is said once and of no vendor. A picture that is not there, or only on the platform,
        is not measured; nor is the background that phones draw when the card has none.
        """
        layout = pack.layouts.get(template.layout)
        if layout is None or not any(slot.safe_areas for slot in layout.slots):
            return ()
        found = {
            vendor: self._seen_by(vendor, template, layout)
            for vendor in vendors or template.vendors
            if vendor in self._phones and layout.takes(vendor) and layout.id in self._phones[vendor].layouts
        }
        told: dict[Problem, None] = {}
        for vendor, problems in found.items():
            for problem in problems:
                content_id = problem.where.partition(":")[2]
                # Measured alike or not, what one vendor shows of its own is mended there.
                own = any(override_of(template, v, content_id) is not None for v in found)
                shared = not own and all(problem in others for others in found.values())
                told[problem if shared else replace(problem, vendor=vendor)] = None
        return tuple(told)

    def _seen_by(self, vendor: Vendor, template: Template, layout: LayoutSpec) -> tuple[Problem, ...]:
        contents = in_sight(seen_by(template, vendor), layout)
        shown = frozenset(c.slot for c in contents)
        phone = self._phones[vendor]
        found: list[Problem] = []
        for content_id, picture, slot, ratio in _grounds(contents, layout):
            # A phone may stand in either theme: the words have to read in both.
            inks = dict.fromkeys(
                ink
                for dark in (False, True)
                for ink in inks_on(phone, layout, slot.id, dark=dark, shown=shown)
            )
            # Where a style shows no words there is no band of words.
            areas = tuple(area for area in slot.safe_areas if inks or area.kind != "plain")
            readings = self._read(picture, (ratio.width, ratio.height), areas, tuple(inks))
            found += problems_of(readings, f"content:{content_id}")
        return tuple(found)

    def _read(
        self, picture: Picture, ratio: tuple[int, int], areas: tuple[SafeArea, ...], inks: tuple[Ink, ...]
    ) -> tuple[Reading, ...]:
        """Measure, or remember; a picture that is not there is asked for again the next time."""
        key = (picture.material.digest, picture.crop, ratio, areas, inks)
        if key in self._readings:
            self._readings.move_to_end(key)
            return self._readings[key]
        samples = samples_of_picture(picture, self._pictures, ratio)
        if samples is None:
            return ()
        self._readings[key] = read_areas(samples, areas, inks)
        if len(self._readings) > _REMEMBERED:
            self._readings.popitem(last=False)
        return self._readings[key]


def _grounds(
    contents: Iterable[Content], layout: LayoutSpec
) -> Iterator[tuple[str, Picture, SlotSpec, Ratio]]:
    """Yield the pictures with safe areas whose bytes are here: the content's id, the picture, its slot and its ratio."""
    slots = {slot.id: slot for slot in layout.slots if slot.safe_areas}
    for content in contents:
        slot = slots.get(content.slot)
        picture = content.picture if isinstance(content, ImageContent) else None
        if slot is None or slot.ratio is None or picture is None or picture.material.remote:
            continue
        yield content.id, picture, slot, slot.ratio
