# SPDX-License-Identifier: Apache-2.0
"""Fixes: for a problem of `checks`, the edit that puts it right, where there is one that guesses nothing.

A fix is an ordinary edit: it can be previewed by applying it to the template in hand, and undone like any other. What
only the marketer can decide (a title, a link, which vendor to leave out for an event) has no fix.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from typing import Final

from koodesk.domain.checks import check
from koodesk.domain.checks.signs import BRACKETS
from koodesk.domain.checks.wording import OPT_OUT, TRIAL_WORD
from koodesk.domain.crop import fit, inside, refit
from koodesk.domain.edits import (
    AddParam,
    Batch,
    Edit,
    RemoveParam,
    SetBackground,
    SetCrop,
    SetEvent,
    SetName,
    SetOverride,
    SetParamExample,
    SetScene,
    SetSmsExample,
    SetSmsSigns,
    SetSmsTemplate,
    SetText,
    SetVendors,
)
from koodesk.domain.fixes_of_components import FIXES, Fix, content_at
from koodesk.domain.params import is_name
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import ButtonContent, ImageContent, Template, TextContent
from koodesk.domain.variants import override_of, seen_by
from koodesk.domain.vendor import Vendor

_WIDE: Final = str.maketrans({"<": "＜", ">": "＞", "&": "＆"})


def fix(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Return the edit that removes a problem from a template, None when there is none to offer."""
    make = _FIXES.get(problem.code)
    edit = None if make is None else _made(make, problem, template, pack)
    if edit is None:
        return None
    try:
        changed = edit.apply(template)
    except Refused:
        return None
    return None if changed is template else edit


def _made(make: Fix, problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    """Return the edit of the content that has the problem: the vendor's own where it has one, else the master's."""
    kind, _, rest = problem.where.partition(":")
    content_id, vendor = rest.partition("/")[0], problem.vendor
    if kind != "content" or vendor is None or override_of(template, vendor, content_id) is None:
        return make(problem, template, pack)
    own = seen_by(template, vendor)
    edit = make(problem, own, pack)
    try:
        return None if edit is None else SetOverride(vendor, edit.apply(own).content(content_id))
    except Refused:
        return None


def fix_all(template: Template, pack: RulePack, vendor: Vendor | None = None) -> Batch:
    """Return the edit that makes every fix there is, for one vendor or for all; without edits when there is none.

    After each fix the card is checked again: a fix may mend two problems, and one problem less may show another fix.
    """
    edits: list[Edit] = []
    tried: set[tuple[str, str, Vendor | None]] = set()
    changed = template
    while True:
        found = (p for p in check(changed, pack, vendor) if (p.code, p.where, p.vendor) not in tried)
        offered = next(((p, e) for p in found if (e := fix(p, changed, pack)) is not None), None)
        if offered is None:
            return Batch(tuple(edits))
        problem, edit = offered
        # A fix that leaves its problem there is not made a second time.
        tried.add((problem.code, problem.where, problem.vendor))
        edits.append(edit)
        changed = edit.apply(changed)


def _rewritten(problem: Problem, template: Template, change: Callable[[str], str]) -> Edit | None:
    """Return the edit that changes the text at the problem's place; links are not rewritten."""
    plain: dict[str, Callable[[], Edit]] = {
        "name": lambda: SetName(change(template.name)),
        "scene": lambda: SetScene(change(template.scene)),
        "sms_example": lambda: SetSmsExample(change(template.sms_example)),
        "sms_template": lambda: SetSmsTemplate(change(template.sms_template)),
        "sms_signs": lambda: SetSmsSigns(tuple(change(s) for s in template.sms_signs)),
    }
    if problem.where in plain:
        return plain[problem.where]()
    kind, _, name = problem.where.partition(":")
    if kind == "param":
        found = next((p for p in template.params if p.name == name), None)
        return None if found is None else SetParamExample(name, change(found.example))
    content = content_at(problem, template)
    if isinstance(content, TextContent | ButtonContent) and "/" not in problem.where:
        return SetText(content.id, change(content.text))
    return None


def _opt_out(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: text.rstrip() + OPT_OUT)


def _trial_word(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: TRIAL_WORD + text)


def _wide_marks(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: text.translate(_WIDE))


def _one_space(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, lambda text: re.sub(" {2,}", " ", text))


def _no_hidden_marks(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    def seen(mark: str) -> bool:
        return mark == "\n" or unicodedata.category(mark) not in ("Cc", "Cf")

    return _rewritten(problem, template, lambda text: "".join(filter(seen, text)))


def _right_crop(problem: Problem, template: Template, pack: RulePack) -> Edit | None:
    content = content_at(problem, template)
    layout = pack.layouts.get(template.layout)
    if layout is None or not isinstance(content, ImageContent) or content.picture is None:
        return None
    slot = next((s for s in layout.slots if s.id == content.slot), None)
    if slot is None or slot.ratio is None:
        return None
    ratio, crop, material = (
        (slot.ratio.width, slot.ratio.height),
        content.picture.crop,
        content.picture.material,
    )
    if crop is None or not inside(crop, material.width, material.height):
        return SetCrop(content.id, fit(material.width, material.height, ratio))
    return SetCrop(content.id, refit(crop, material.width, material.height, ratio))


def _no_background(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    content = content_at(problem, template)
    vendor = problem.where.rpartition(".")[2]
    if content is None or vendor not in list(Vendor):
        return None
    return SetBackground(content.id, Vendor(vendor), None)


def _no_field(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    content = content_at(problem, template)
    if not isinstance(content, ImageContent | ButtonContent) or content.event is None:
        return None
    return SetEvent(content.id, content.event.with_field(problem.where.rpartition(".")[2], ""))


def _add_param(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    name = str(problem.param("name"))
    return AddParam(name) if is_name(name) else None


def _remove_param(problem: Problem, _: Template, __: RulePack) -> Edit | None:
    return RemoveParam(str(problem.param("name")))


def _without_vendor(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return SetVendors(tuple(v for v in template.vendors if v is not problem.vendor))


def _clean_signs(_: Problem, template: Template, __: RulePack) -> Edit | None:
    bare = ("".join(c for c in sign if c not in BRACKETS).strip() for sign in template.sms_signs)
    return SetSmsSigns(tuple(dict.fromkeys(sign for sign in bare if sign)))


def _trimmed(problem: Problem, template: Template, _: RulePack) -> Edit | None:
    return _rewritten(problem, template, str.strip)


_FIXES: Final[dict[str, Fix]] = {
    **FIXES,
    "background.refused": _no_background,
    "background.unused": _no_background,
    "event.field_unexpected": _no_field,
    "floor.url_unused": _no_field,
    "param.undefined": _add_param,
    "param.unused": _remove_param,
    "picture.crop_outside": _right_crop,
    "picture.ratio": _right_crop,
    "sms_sign.brackets": _clean_signs,
    "sms_sign.missing": _clean_signs,
    "sms_sign.taken": _clean_signs,
    "text.edge_space": _trimmed,
    "text.control_mark": _no_hidden_marks,
    "text.forbidden_mark": _wide_marks,
    "text.invisible_mark": _no_hidden_marks,
    "text.opt_out_missing": _opt_out,
    "text.spaces": _one_space,
    "use.trial_word_missing": _trial_word,
    "vendor.layout_refused": _without_vendor,
}

FIXABLE: Final = tuple(_FIXES)
"""The codes that may have a fix."""
