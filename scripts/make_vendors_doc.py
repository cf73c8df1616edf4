# SPDX-License-Identifier: Apache-2.0
"""Write docs/vendors.md: everything the shipped rule pack knows about the vendors, with source and certainty.

    .venv/bin/python scripts/make_vendors_doc.py            # writes the file
    .venv/bin/python scripts/make_vendors_doc.py --check    # ends with 1 when the file is not what would be written

A test runs the check; nothing in the file is typed by hand.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from koodesk.domain.rule_pack import (  # noqa: E402  # the checkout's own package, installed or not
    Confidence,
    Fact,
    LayoutSpec,
    RulePack,
    SlotSpec,
    TextLimit,
)
from koodesk.domain.rule_pack_reader import read_pack_folder  # noqa: E402
from koodesk.domain.vendor import Vendor  # noqa: E402

TARGET: Final = ROOT / "docs" / "vendors.md"
MARKS: Final = {
    Confidence.STATED: "✔",
    Confidence.PARTIAL: "◐",
    Confidence.CONFLICT: "⚠",
    Confidence.UNKNOWN: "∅",
}
Facts = Mapping[Vendor, Fact[object]]


def main() -> int:
    """Write or check the file; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="only tell whether the file is up to date")
    check = parser.parse_args().check
    text = document(read_pack_folder(ROOT / "resources" / "rules"))
    if check:
        same = TARGET.is_file() and TARGET.read_text("utf-8") == text
        if not same:
            print("docs/vendors.md is not up to date: run scripts/make_vendors_doc.py", file=sys.stderr)
        return 0 if same else 1
    TARGET.write_text(text, "utf-8")
    return 0


def document(pack: RulePack) -> str:
    """Return the text of docs/vendors.md for a pack."""
    notes = Notes()
    parts = [
        "# What each vendor takes",
        (
            f"Rule pack `{pack.id}` of {pack.date}, written by `scripts/make_vendors_doc.py`: do not edit. "
            "`koodesk rules check PACK --against` says what another pack changes."
        ),
        (
            "Each value has the tag of its source (docs/decisions/0010) and a mark: ✔ stated by an official source, "
            "◐ official but old, partial or derived, ⚠ sources conflict (see the note), ∅ looked for and not found. "
            "A number behind a mark leads to the notes at the end. “–” means that the vendor does not take the layout, "
            "or that the pack does not speak of it. Vendors are in the order of the console; HONOR is not one of them."
        ),
        "## Layouts",
        *_layouts(pack, notes),
        "## Parameters in texts",
        "Whether a recipient's values are put in place of parameters on the vendor's phones.",
        _table(
            ("layout", *Vendor),
            ([_layout(s), *_cells(s.param_vendors, notes, s)] for s in pack.layouts.values()),
        ),
        "## Slots and text limits",
        (
            "Positions are those of one item in each repeated group. A limit is lines × about as many Chinese characters; "
            "longer text is cut on the phone."
        ),
        *(line for spec in pack.layouts.values() for line in _slots(spec, notes)),
        "## Pictures",
        _table(("layout", "slot", "ratio", "", *Vendor), _pixels(pack, notes)),
        "## Click events",
        _table(
            ("event", *Vendor),
            ([f"{e.type.value} {e.name_zh}", *_cells(e.vendors, notes)] for e in pack.events.values()),
        ),
        "## Fields of the events",
        _table(
            ("event", "field", "at most", "required", "parameters", "source"),
            (
                [
                    e.type.value,
                    f"{f.name} {f.name_zh}",
                    str(f.max_length),
                    _yes(f.required),
                    _yes(f.params_allowed),
                    f.source,
                ]
                for e in pack.events.values()
                for f in e.fields
            ),
        ),
        "## Floors of OPEN_APP",
        _table(
            ("floor", *Vendor),
            ([f"{f.type} {f.name_zh}", *_cells(f.vendors, notes)] for f in pack.floors),
        ),
        "## Single numbers",
        _table(
            ("number", "value", "source", "as of"),
            (
                [f"`{name}`", f"{_value(f)} {notes.mark(f)}", f.source, f.date]
                for name, f in pack.numbers.items()
            ),
        ),
        "## Notes",
        notes.text(),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


class Notes:
    """The notes of facts, numbered in order of appearance, each text once."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def mark(self, fact: Fact[object]) -> str:
        """Return a fact's mark, with the number of its note where it has one."""
        return MARKS[fact.confidence] + self.number(fact.note)

    def number(self, note: str) -> str:
        """Return the number of a note as a superscript, empty where there is none."""
        if not note:
            return ""
        return f"<sup>{self._numbers.setdefault(note, len(self._numbers) + 1)}</sup>"

    def text(self) -> str:
        """Return the numbered notes."""
        return "\n".join(f"{number}. {note}" for note, number in self._numbers.items()) or "None."


def _layouts(pack: RulePack, notes: Notes) -> Iterator[str]:
    for purpose in dict.fromkeys(s.purpose for s in pack.layouts.values()):
        specs = [s for s in pack.layouts.values() if s.purpose is purpose]
        yield f"### {purpose.value} ({len(specs)})"
        yield _table(
            ("layout", "family", *Vendor, "slots known", "source"),
            (
                [
                    _layout(s),
                    s.family,
                    *_cells(s.vendors, notes),
                    MARKS[s.confidence] + notes.number(s.note),
                    s.source,
                ]
                for s in specs
            ),
        )


def _slots(spec: LayoutSpec, notes: Notes) -> Iterator[str]:
    yield f"### {spec.id} {spec.name_zh}"
    yield "\n".join(_choices(spec))
    yield _table(("position", "slot", "kind", *Vendor), _slot_rows(spec, notes))


def _choices(spec: LayoutSpec) -> Iterator[str]:
    for group in spec.groups:
        inside = ", ".join(s.id for s in spec.slots_of(group.id))
        yield (
            f"- group `{group.id}` {group.name_zh} ({inside}): {group.least}–{group.most} "
            f"[{group.source}] {MARKS[group.confidence]}"
        )
    for sub_type in spec.sub_types:
        hides = f"; hides {', '.join(sub_type.hides)}" if sub_type.hides else ""
        vendors = ", ".join(sub_type.vendors)
        yield f"- sub_type {sub_type.value} {sub_type.name_zh}: {vendors}{hides} [{sub_type.source}]"
    for style in spec.styles:
        out = f"leaves out {', '.join(style.leaves_out)}" if style.leaves_out else "uses every slot"
        yield f"- style {style.value} {style.name_zh}: {out} [{style.source}]"


def _slot_rows(spec: LayoutSpec, notes: Notes) -> Iterator[list[str]]:
    for slot in spec.slots:
        kind = slot.kind.value + ("" if slot.required else ", optional")
        name = f"{slot.id} {slot.name_zh}"
        yield [str(slot.position), name, kind, *_cells(slot.limits, notes, spec)]
        if slot.child_zh:
            yield ["", f"{slot.id} {slot.child_zh}", "second text", *_cells(slot.child_limits, notes, spec)]
    if spec.total_chars:
        yield ["", "all texts together", "text", *_cells(spec.total_chars, notes, spec)]


def _pixels(pack: RulePack, notes: Notes) -> Iterator[list[str]]:
    for spec in pack.layouts.values():
        for slot in spec.slots:
            if not slot.ratios and not slot.min_pixels and not slot.best_pixels:
                continue
            rows: Sequence[tuple[str, Facts]] = (("least", slot.min_pixels), ("best", slot.best_pixels))
            for name, facts in rows:
                if facts or name == "least":
                    yield [
                        spec.id,
                        f"{slot.id} {slot.name_zh}",
                        _ratios(slot),
                        name,
                        *_cells(facts, notes, spec),
                    ]


def _ratios(slot: SlotSpec) -> str:
    return " / ".join(f"{r.width}:{r.height}" for r in slot.ratios)


def _layout(spec: LayoutSpec) -> str:
    return f"{spec.id} {spec.name_zh}"


def _cells(facts: Facts, notes: Notes, spec: LayoutSpec | None = None) -> list[str]:
    """Return a cell a vendor; with a layout, vendors that do not take it have none."""
    return [_cell(facts.get(v), notes) if spec is None or spec.takes(v) else "–" for v in Vendor]


def _cell(fact: Fact[object] | None, notes: Notes) -> str:
    if fact is None:
        return "–"
    source = "" if fact.confidence is Confidence.UNKNOWN else f" [{fact.source}]"
    return f"{_value(fact)} {notes.mark(fact)}{source}"


def _value(fact: Fact[object]) -> str:
    match fact.value:
        case None:
            return "unknown"
        case bool(flag):
            return _yes(flag)
        case TextLimit(lines=lines, chars=chars):
            return f"{lines} × {chars}"
        case (width, height):
            return f"{width}×{height}"
        case other:
            return str(other)


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [list(head), ["---"] * len(head), *(list(row) for row in rows)]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
