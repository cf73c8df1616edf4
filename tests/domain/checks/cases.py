# SPDX-License-Identifier: Apache-2.0
"""How the checks are tested: one change to a good card, one problem.

Each subject's file holds a table of cases; `test_register` sees that together they reach every code there is. A case
stands on the starter of a layout with its pictures and videos in place, the red packet's where it names none.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import sha256

from koodesk.domain import starters
from koodesk.domain.checks import check
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import fit
from koodesk.domain.edits import Batch, Edit, SetEvent, SetText, SetVendors
from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import MaterialRef, Picture, Template, VideoContent
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import good, pack
from tests.starters import FOLDER

Change = Edit | Callable[[Template], Template]

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE


def material(name: str, width: int = 2000, height: int = 2000, size: int = 90_000) -> MaterialRef:
    """Return a picture large enough for everybody."""
    return MaterialRef(sha256(name.encode()).hexdigest(), width, height, size, "image/jpeg")


def video(width: int = 1280, height: int = 720, size: int = 1_000_000, seconds: int = 20) -> MaterialRef:
    """Return a video that everybody takes."""
    return MaterialRef("d" * 64, width, height, size, "video/mp4", seconds * 1000)


def _with_video(template: Template, layout: str) -> Template:
    for content in template.contents():
        if not isinstance(content, VideoContent):
            continue
        ratio = pack().layouts[layout].slot(content.slot).ratio_named(content.ratio)
        across, down = (16, 9) if ratio is None else (ratio.width, ratio.height)
        cover = material("cover")
        cropped = Picture(cover, fit(cover.width, cover.height, (across, down)))
        filled = replace(content, video=video(across * 80, down * 80), cover=cropped)
        template = template.with_content(filled)
    return template


@lru_cache(maxsize=64)
def card(layout: str) -> Template:
    """Return the starter of a layout with its pictures and videos in place: nothing but notes."""
    if layout == "RedPacket":
        return good()
    made = starters.starter(pack().layouts[layout], FOLDER, "", material)
    return _with_video(made, layout)


@dataclass(frozen=True)
class Case:
    """A change to the card of a layout, and the problem it has to give.

    `before` is a change that belongs to the good card itself, such as fewer vendors; `rules` are those of the shipped pack,
    or of one with a fact that no layout happens to have.
    """

    change: Change
    code: str
    where: str
    severity: Severity = ERROR
    vendor: Vendor | None = None
    base: str = "RedPacket"
    before: Change | None = None
    rules: Callable[[], RulePack] = pack

    def __str__(self) -> str:
        base = "" if self.base == "RedPacket" else self.base
        return " ".join(filter(None, (self.code, self.where, self.vendor, base)))

    def good(self) -> Template:
        """Return the card without the problem."""
        found = card(self.base)
        return found if self.before is None else _apply(self.before, found)

    def bad(self) -> Template:
        """Return the card with the problem."""
        return _apply(self.change, self.good())

    def found_in(self, template: Template) -> tuple[Problem, ...]:
        """Return the problems of the case that a template has."""
        return tuple(
            p
            for p in check(template, self.rules())
            if (p.code, p.where, p.severity, p.vendor) == (self.code, self.where, self.severity, self.vendor)
        )


def _apply(change: Change, template: Template) -> Template:
    return change.apply(template) if isinstance(change, Edit) else change(template)


def changed(change: Change, base: str = "RedPacket") -> Template:
    """Return a good card with a change."""
    return _apply(change, card(base))


def problems(change: Change, vendor: Vendor | None = None, base: str = "RedPacket") -> tuple[Problem, ...]:
    """Check a good card with a change."""
    return check(changed(change, base), pack(), vendor)


def assert_found(case: Case) -> None:
    """The change gives the problem, and without the change nothing of the kind is there."""
    same = case.found_in(case.bad())
    assert len(same) >= 1, [str(p) for p in check(case.bad(), case.rules())]
    assert same[0] not in check(case.good(), case.rules())


def codes(change: Change, vendor: Vendor | None = None, base: str = "RedPacket") -> set[str]:
    """Return the codes of the problems that are not notes."""
    return {p.code for p in problems(change, vendor, base) if p.severity is not NOTE}


def all_codes(change: Change, base: str = "RedPacket") -> set[str]:
    """Return the codes of all problems, notes too."""
    return {p.code for p in problems(change, None, base)}


def event(kind: EventType, **fields: str) -> SetEvent:
    """Return the edit that gives the button an event."""
    return SetEvent("button", ClickEvent(kind, tuple(sorted((k, v) for k, v in fields.items() if v))))


def to(*vendors: Vendor) -> SetVendors:
    """Return the edit that chooses vendors."""
    return SetVendors(vendors)


def both(*edits: Edit) -> Batch:
    """Return several edits as one."""
    return Batch(edits)


def text(slot: str, words: str) -> SetText:
    """Return the edit of a text."""
    return SetText(slot, words)


def with_fields(**fields: object) -> Callable[[Template], Template]:
    """Return a change no edit would make, such as a parameter given twice."""
    return lambda template: replace(template, **fields)  # type: ignore[arg-type]  # each case names a real field
