# SPDX-License-Identifier: Apache-2.0
"""Worst rows: what would go wrong for the recipients of a number file, row by row, before it does. Pure.

A plan (`row_plan`) says what to look at. Most rows are told to be good by one pattern over all their values: plain characters,
and so few of them that every text has room at its widest. What that pattern does not take is added up exactly; only values
that may join with their neighbours are put into the text and counted there. Reading files is others' matter.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, Final

from koodesk.domain.recipient import VALUE_LIMIT
from koodesk.domain.row_plan import ALL, SMS, Pieces, PlannedLink, PlannedText, RowPlan
from koodesk.domain.row_values import EXCERPT, PLAIN, SPACED, ValueFacts, facts_of, plain_halves
from koodesk.domain.sms import Variable, VariableType, count
from koodesk.domain.sms_values import SURELY_GOOD, check_value
from koodesk.domain.text_count import halves, may_join, visible

CODES: Final = (
    "rows.empty",
    "rows.cell_error",
    "rows.value_too_long",
    "rows.syntax",
    "rows.forbidden_mark",
    "rows.spaces",
    "rows.control_mark",
    "rows.direction_mark",
    "rows.overflow",
    "rows.total_overflow",
    "rows.link_too_long",
    "rows.link_bad",
    "rows.sms_part",
    "rows.illegal_value",
)
"""Every kind of problem, in the order in which a row's are named."""

FIRST_ROWS: Final = 1_000
"""Bad rows that are named one by one; all are counted."""

_BETWEEN: Final = "\x1f"
_CACHED: Final = 100_000
_NEVER: Final = re.compile(r"(?!)")
_OPEN_END: Final = re.compile(r"[\w:/?.-]*\\S\+")
"""A pattern for links that takes any characters but spaces once its beginning is there."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One problem of one row.

    `vendor` "" means all that show the parameter; `slot` "sms" is the SMS text. `where` is a path a screen can focus
    ("content:title", "content:button/event.target", "param:name", "sms"). `param` and `value` name the value to look at: the
    one that takes the most room. `reason` is the code of the rule a value of the SMS breaks.
    """

    code: str
    vendor: str
    slot: str
    where: str
    param: str
    value: str
    reason: str = ""


class RowJudge:
    """Looks at single rows; `values` are always those of the plan's parameters, in its order."""

    def __init__(self, plan: RowPlan) -> None:
        self.plan: Final = plan
        self._texts = tuple(_Text(text) for text in plan.texts)
        self._totals = tuple((_static(t.pieces, len), _uses(t.pieces), t.limits) for t in plan.totals)
        self._links = tuple(_Link(link) for link in plan.links)
        self._sms = None if plan.sms is None else (_static(plan.sms.pieces, count), _uses(plan.sms.pieces))
        self._facts: dict[str, ValueFacts] = {}
        self._legal: dict[tuple[VariableType, str], str] = {}
        self._rooms = self._all_rooms()
        self.quick: Final = self._pattern()
        """Takes the values joined by `BETWEEN` and answers None where they need a closer look."""
        self._plain = re.compile(_BETWEEN.join([SPACED] * len(plan.params))).fullmatch
        self._in_links = tuple({at for link in self._links for at, _ in link.uses})
        self._closed = tuple(link for link in self._links if not link.open)
        self._typed = tuple((t.type, t.param, SURELY_GOOD.get(t.type, _NEVER).match) for t in plan.types)
        self.quick_is_enough: Final = not plan.types and not self._closed

    def fits(self, values: Sequence[str]) -> bool:
        """Tell whether plain values have room everywhere, each at its own width: less quick, and still no look at a text."""
        rooms = self._rooms
        if rooms is None or self._plain(_BETWEEN.join(values)) is None:
            return False
        if any(" " in values[at] for at in self._in_links) or max(map(len, values)) > VALUE_LIMIT:
            return False
        wide = [plain_halves(value) for value in values]
        for room in rooms:
            taken = 0
            for at, times in room.uses:
                taken += times * (wide[at] if room.halves else len(values[at]))
            if taken > room.left:
                return False
        return True

    def good(self, values: Sequence[str]) -> bool:
        """Tell what `quick` and `fits` leave open: whether values of the SMS are legal and links keep their form."""
        for kind, at, surely in self._typed:
            if surely(values[at]) is None and self._illegal(kind, values[at]):
                return False
        return not self._closed or all(not k.fault(_filled(k.pieces, values)) for k in self._closed)

    def look(self, values: Sequence[str], failed: frozenset[int] = frozenset()) -> list[Finding]:
        """Return everything that is wrong with a row. `failed` are cells whose formula failed; their value is empty."""
        plan = self.plan
        facts = [self._facts_of(value) for value in values]
        found: list[Finding] = []
        for at, fact in enumerate(facts):
            codes = ("rows.cell_error",) if at in failed else fact.faults
            where = f"param:{plan.params[at]}"
            found += [self._finding(code, at, values, plan.homes[at], where) for code in codes]
        simple = all(fact.simple for fact in facts)
        for text in self._texts:
            wide, lines = text.measured(values, facts, simple=simple)
            if wide > text.room or lines > text.lines:
                at = max(text.uses, key=lambda use: use[1] * facts[use[0]].halves)[0]
                for vendor, chars, most in text.limits:
                    if wide > 2 * chars or lines > most:
                        found.append(
                            self._finding("rows.overflow", at, values, text.slot, text.where, vendor)
                        )
        for static, uses, limits in self._totals:
            length = static + sum(times * facts[at].length for at, times in uses)
            for vendor, most in limits:
                if length > most:
                    at = _longest(uses, facts)
                    found.append(self._finding("rows.total_overflow", at, values, "", "", vendor))
        for link in self._links:
            code = link.fault(_filled(link.pieces, values))
            for vendor in link.vendors if code else ():
                at = _longest(link.uses, facts)
                found.append(self._finding(code, at, values, link.slot, link.where, vendor))
        if plan.sms is not None and self._sms is not None:
            static, uses = self._sms
            if uses and static + sum(times * facts[at].sms for at, times in uses) > plan.sms.most:
                found.append(self._finding("rows.sms_part", _longest(uses, facts), values, SMS, SMS))
        for typed in plan.types:
            reason = self._illegal(typed.type, values[typed.param]) if facts[typed.param].length else ""
            if reason and "rows.empty" not in facts[typed.param].faults:
                found.append(
                    self._finding("rows.illegal_value", typed.param, values, SMS, SMS, reason=reason)
                )
        if not simple:
            found += self._joints(values, facts)
        return sorted(found, key=lambda one: CODES.index(one.code)) if len(found) > 1 else found

    def _finding(
        self,
        code: str,
        at: int,
        values: Sequence[str],
        slot: str,
        where: str,
        vendor: str = ALL,
        reason: str = "",
    ) -> Finding:
        return Finding(code, vendor, slot, where, self.plan.params[at], values[at][:EXCERPT], reason)

    def _facts_of(self, value: str) -> ValueFacts:
        known = self._facts.get(value)
        if known is None:
            if len(self._facts) >= _CACHED:
                self._facts.clear()
            known = self._facts[value] = facts_of(value)
        return known

    def _illegal(self, kind: VariableType, value: str) -> str:
        """Return the code of the rule a value of an SMS variable breaks, "" for a good one."""
        known = self._legal.get((kind, value))
        if known is None:
            assert self.plan.rules is not None
            if len(self._legal) >= _CACHED:
                self._legal.clear()
            problems = check_value(self.plan.rules, Variable(0, kind), value)
            known = self._legal[kind, value] = problems[0].code if problems else ""
        return known

    def _joints(self, values: Sequence[str], facts: Sequence[ValueFacts]) -> list[Finding]:
        """Find what a value becomes only together with its neighbours: a parameter, or a run of spaces."""
        found: dict[tuple[str, str, int], Finding] = {}
        places = [(t.slot, t.where, t.pieces) for t in self._texts]
        places += [(k.slot, k.where, k.pieces) for k in self._links]
        if self.plan.sms is not None:
            places.append((SMS, SMS, self.plan.sms.pieces))
        for slot, where, pieces in places:
            text = _filled(pieces, values)
            end = 0
            for piece in pieces:
                shown = piece if isinstance(piece, str) else values[piece]
                start, end = end, end + len(shown)
                if isinstance(piece, str) or not shown.strip() or facts[piece].simple:
                    continue
                around = text[max(start - 1, 0) : end + 1]
                for code, mark in (("rows.syntax", "${"), ("rows.spaces", "  ")):
                    if mark in around and mark not in shown:
                        found[code, where, piece] = self._finding(code, piece, values, slot, where)
        return list(found.values())

    def _all_rooms(self) -> tuple[_Room, ...] | None:
        """Return what values have room in; None when lengths do not simply add up, or no value would help."""
        rooms: dict[_Room, None] = {}
        for text in self._texts:
            if not text.limits:
                continue
            if not text.adds_up or text.breaks + 1 > text.lines:
                return None
            rooms[_Room(text.room - text.static, text.uses, halves=True)] = None
        for static, uses, limits in self._totals:
            rooms[_Room(min(most for _, most in limits) - static, uses, halves=False)] = None
        for link in self._links:
            rooms[_Room(link.most - _static(link.pieces, len), link.uses, halves=False)] = None
        if self._sms is not None and self.plan.sms is not None:
            rooms[_Room(self.plan.sms.most - self._sms[0], self._sms[1], halves=False)] = None
        return tuple(rooms)

    def _pattern(self) -> Callable[[str], object]:
        """Build the pattern of plainly good rows: how long each value may be for all texts to have room at their widest.

        The room is shared out by the lengths of the examples.
        """
        longest = [VALUE_LIMIT] * len(self.plan.params)
        weights = [max(len(example), 1) for example in self.plan.examples]
        for room in self._rooms or ():
            whole = (2 if room.halves else 1) * sum(times * weights[at] for at, times in room.uses)
            for at, _ in room.uses:
                longest[at] = min(longest[at], room.left * weights[at] // whole)
        if self._rooms is None or any(length < 1 for length in longest):
            return _NEVER.fullmatch
        return re.compile(_BETWEEN.join(f"{PLAIN}{{1,{length}}}" for length in longest)).fullmatch


class RowFinder:
    """Looks at rows one after the other and keeps counts and the first bad ones.

    `by_problem` counts rows, each once a code. `first` holds (row number, finding) of the first `FIRST_ROWS` bad rows. `show`
    writes a cell that is no text.
    """

    def __init__(self, plan: RowPlan, show: Callable[[object], str] = str) -> None:
        self.judge: Final = RowJudge(plan)
        self.rows = 0
        self.bad_rows = 0
        self.by_problem: Counter[str] = Counter()
        self.first: list[tuple[int, Finding]] = []
        self._show = show

    def look(self, numbered: Iterable[tuple[int, Sequence[Any]]], places: Sequence[int]) -> None:
        """Look at (number, cells) of rows; `places` are where a row has the plan's parameters. Empty rows are no rows."""
        judge = self.judge
        pick = _picker(places)
        quick, fits = judge.quick, judge.fits
        further = None if judge.quick_is_enough else judge.good
        plain = 0
        if not places:
            self.rows += sum(1 for _, row in numbered if _is_row(row))
            return
        for number, row in numbered:
            values = pick(row)
            try:
                good = quick(_BETWEEN.join(values)) is not None or fits(values)
            except TypeError:
                good = False  # a cell that is no text
            if good and (further is None or further(values)):
                plain += 1
                continue
            shown = [value if type(value) is str else self._show(value) for value in values]
            if not any(shown) and not _is_row(row):
                continue
            self.note(number, judge.look(shown))
        self.rows += plain

    def note(self, number: int, findings: Sequence[Finding]) -> None:
        """Count one row with what was found in it."""
        self.rows += 1
        if not findings:
            return
        self.bad_rows += 1
        self.by_problem.update({finding.code for finding in findings})
        if self.bad_rows <= FIRST_ROWS:
            self.first += [(number, finding) for finding in findings]

    def counts(self) -> dict[str, int]:
        """Return the rows of each code that was found, in the order of `CODES`."""
        return {code: self.by_problem[code] for code in CODES if code in self.by_problem}


@dataclass(frozen=True, slots=True)
class _Room:
    """What is left for the values of a text: (parameter, how often) in `uses`, in half 字 or in characters."""

    left: int
    uses: tuple[tuple[int, int], ...]
    halves: bool


class _Text:
    """A planned text with its fixed part measured."""

    def __init__(self, plan: PlannedText) -> None:
        self.slot, self.where, self.pieces, self.limits = plan.slot, plan.where, plan.pieces, plan.limits
        self.uses: Final = _uses(plan.pieces)
        self.static: Final = _static(plan.pieces, _halves)
        self.breaks: Final = _static(plan.pieces, lambda text: text.count("\n"))
        self.room: Final = 2 * min((chars for _, chars, _ in plan.limits), default=1 << 40)
        self.lines: Final = min((lines for _, _, lines in plan.limits), default=1 << 40)
        # A mark at the edge of a fixed part may become one with a value.
        self.adds_up: Final = not any(
            isinstance(piece, str) and piece and (may_join(piece[0]) or may_join(piece[-1]))
            for piece in plan.pieces
        )

    def measured(
        self, values: Sequence[str], facts: Sequence[ValueFacts], *, simple: bool
    ) -> tuple[int, int]:
        """Return the length in half 字 and the lines of the text with values in it."""
        if simple and self.adds_up:
            wide = self.static
            lines = self.breaks + 1
            for at, times in self.uses:
                wide += times * facts[at].halves
                lines += times * facts[at].breaks
            return wide, lines
        text = _filled(self.pieces, values)
        return _halves(text), text.count("\n") + 1


class _Link:
    """A planned link; `open`: any tail without spaces keeps its form."""

    def __init__(self, plan: PlannedLink) -> None:
        self.slot, self.where, self.pieces, self.vendors = plan.slot, plan.where, plan.pieces, plan.vendors
        self.most: Final = plan.most
        self.uses: Final = _uses(plan.pieces)
        self._choices: Final = plan.choices
        self._form: Final = re.compile(plan.pattern).fullmatch if plan.pattern else None
        fixed = [piece for piece in plan.pieces if isinstance(piece, str)]
        head = plan.pieces[0] if isinstance(plan.pieces[0], str) else ""
        begun = self._form is not None and _OPEN_END.fullmatch(plan.pattern) and self._form(head)
        spaced = any(re.search(r"\s", piece) for piece in fixed)
        self.open: Final = not plan.choices and (self._form is None or bool(begun and not spaced))

    def fault(self, text: str) -> str:
        """Return the code of what is wrong with the filled field; an empty one is an empty value's matter."""
        if not text.strip():
            return ""
        if len(text) > self.most:
            return "rows.link_too_long"  # its form no longer matters, and patterns are spared endless texts
        if (self._form is not None and self._form(text) is None) or (
            self._choices and text not in self._choices
        ):
            return "rows.link_bad"
        return ""


def _is_row(row: Sequence[Any]) -> bool:
    return any(cell not in ("", None) for cell in row)


def _picker(places: Sequence[int]) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """Return what takes these cells out of a row, in order."""
    if len(places) > 1:
        return itemgetter(*places)
    return lambda row: [row[at] for at in places]


def _halves(text: str) -> int:
    return halves("".join(map(visible, text)))


def _filled(pieces: Pieces, values: Sequence[str]) -> str:
    return "".join([piece if isinstance(piece, str) else values[piece] for piece in pieces])


def _static(pieces: Pieces, measure: Callable[[str], int]) -> int:
    return sum(measure(piece) for piece in pieces if isinstance(piece, str))


def _uses(pieces: Pieces) -> tuple[tuple[int, int], ...]:
    """Return (parameter, how often it stands there)."""
    return tuple(Counter(piece for piece in pieces if isinstance(piece, int)).items())


def _longest(uses: Sequence[tuple[int, int]], facts: Sequence[ValueFacts]) -> int:
    return max(uses, key=lambda use: use[1] * facts[use[0]].length)[0]
