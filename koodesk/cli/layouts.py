# SPDX-License-Identifier: Apache-2.0
"""`koodesk layouts [--json]`: the layouts of the rule pack in use, with their vendors, slots and choices."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from typing import Any

from koodesk.cli.output import DONE, emit, language, say
from koodesk.domain.rule_pack import Fact, LayoutSpec, SlotSpec
from koodesk.domain.rule_pack_diff import plain
from koodesk.domain.vendor import Vendor
from koodesk.rule_packs import default_shelf


def add_parser(subparsers: Any) -> None:
    """Declare the command."""
    parser = subparsers.add_parser("layouts", help="list the layouts, with vendors and slots")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(args: argparse.Namespace) -> int:
    """Print every layout; nothing is left out in JSON, a line each for a person."""
    found = default_shelf().in_use()
    layouts = tuple(found.pack.layouts.values())
    if args.json:
        pack = {"id": found.pack.id, "date": found.pack.date, "origin": found.origin.value}
        emit({"pack": pack, "layouts": [as_data(spec) for spec in layouts]})
        return DONE
    say(found.problems)
    zh = language() == "zh"
    for spec in layouts:
        vendors = " ".join(v.value for v in Vendor if spec.takes(v))
        print(f"{spec.id:<28}{spec.purpose.value:<11}{vendors:<42}{spec.name_zh if zh else spec.name_en}")
    return DONE


def as_data(spec: LayoutSpec) -> dict[str, Any]:
    """Return a layout as a JSON object: names, vendors with how well that is known, slots, groups and choices."""
    return {
        "id": spec.id,
        "name_zh": spec.name_zh,
        "name_en": spec.name_en,
        "family": spec.family,
        "purpose": spec.purpose.value,
        "use_when_zh": spec.use_when_zh,
        "use_when_en": spec.use_when_en,
        "vendors": [v.value for v in Vendor if spec.takes(v)],
        "vendor_facts": _facts(spec.vendors),
        "param_vendors": _facts(spec.param_vendors),
        "total_chars": _facts(spec.total_chars),
        "groups": [
            {
                "id": g.id,
                "name_zh": g.name_zh,
                "name_en": g.name_en,
                "least": g.least,
                "most": g.most,
                "slots": [s.id for s in spec.slots_of(g.id)],
                "source": g.source,
                "confidence": g.confidence.value,
            }
            for g in spec.groups
        ],
        "sub_types": [
            {
                "value": s.value,
                "name_zh": s.name_zh,
                "name_en": s.name_en,
                "vendors": [v.value for v in s.vendors],
                "hides": list(s.hides),
                "moving": s.moving,
                "source": s.source,
            }
            for s in spec.sub_types
        ],
        "styles": [
            {
                "value": s.value,
                "name_zh": s.name_zh,
                "name_en": s.name_en,
                "leaves_out": list(s.leaves_out),
                "source": s.source,
            }
            for s in spec.styles
        ],
        "slots": [_slot(s) for s in spec.slots],
        "source": spec.source,
        "confidence": spec.confidence.value,
        "note": spec.note,
    }


def _slot(slot: SlotSpec) -> dict[str, Any]:
    return {
        "id": slot.id,
        "position": slot.position,
        "kind": slot.kind.value,
        "role": slot.role,
        "name_zh": slot.name_zh,
        "name_en": slot.name_en,
        "group": slot.group,
        "required": slot.required,
        "event_required": slot.event_required,
        "event_allowed": slot.event_allowed,
        "params_allowed": slot.params_allowed,
        "second_text": bool(slot.child_zh),
        "ratios": [r.name for r in slot.ratios],
        "switches": [s.value for s in slot.switches],
        "choices": list(slot.choices),
        "backgrounds": [v.value for v in slot.backgrounds],
        "limits": _facts(slot.limits),
        "child_limits": _facts(slot.child_limits),
        "min_pixels": _facts(slot.min_pixels),
        "best_pixels": _facts(slot.best_pixels),
        "source": slot.source,
    }


def _facts(facts: Mapping[Vendor, Fact[Any]]) -> dict[str, dict[str, Any]]:
    """Return facts by vendor; a value that is not known is null."""
    return {
        vendor.value: {
            "value": _value(fact.value),
            "source": fact.source,
            "confidence": fact.confidence.value,
            "note": fact.note,
        }
        for vendor, fact in facts.items()
    }


def _value(value: Any) -> Any:
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, tuple):
        return list(value)
    if hasattr(value, "lines"):
        return {"lines": value.lines, "chars": value.chars}
    return plain(value)
