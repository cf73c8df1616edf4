# SPDX-License-Identifier: Apache-2.0
"""A plain SMS (普通短信) held against the rows of a number file: how many parts each goes as, which is the longest, and which
the platform would refuse. Pure.

What it refuses is told by the rules of values and of length, as they are known: a row that passes is no promise.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from koodesk.domain.problem import Problem
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, Variable, count, parts, places, render
from koodesk.domain.sms_values import SURELY_GOOD, check_value

REMEMBERED: Final = 1000
"""Values whose verdict is kept: dates and shops stand in many rows, and to judge one is slow."""


@dataclass(frozen=True, slots=True)
class PlainText:
    """A text under a signature (its name without 【】). Variables in `fixed` have one value for everybody, by number; each
    other one is filled by the column of its number."""

    content: str
    signature: str
    variables: tuple[Variable, ...] = ()
    fixed: tuple[tuple[str, str], ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        """The variables that rows fill, in order, by number."""
        fixed = dict(self.fixed)
        return tuple(str(n) for n in sorted(set(places(self.content))) if str(n) not in fixed)

    def shown(self, values: Mapping[str, str]) -> str:
        """Return the whole SMS as a phone gets it. A variable without a value is shown by its description, or as it is written."""
        named = {str(one.number): one.description for one in self.variables}
        filled = {**values, **dict(self.fixed)}
        told = {
            n: filled.get(str(n)) or f"{{{named.get(str(n)) or n}}}"
            for n in sorted(set(places(self.content)))
        }
        return f"{bracketed(self.signature)}{render(self.content, told)}"


class PlainFinder:
    """Looks at one row after the other. `longest` and the places are numbers of rows in the order they were looked at, from 0.

    `by_parts` counts the rows that go as so many parts. `too_long` are longer than the platform takes, `bad` have a value
    that it does not take; `first_bad` is the first of either with what is wrong, None for its length.
    """

    def __init__(self, rules: SmsRules, text: PlainText) -> None:
        self._rules: Final = rules
        uses = Counter(str(number) for number in places(text.content))
        fixed = dict(text.fixed)
        without = dict.fromkeys(places(text.content), "")
        self._still: Final = (
            count(bracketed(text.signature))
            + count(render(text.content, without))
            + sum(uses[number] * count(value) for number, value in fixed.items())
        )
        self._uses: Final = tuple((number, times) for number, times in uses.items() if number not in fixed)
        self._types: Final = {str(one.number): one for one in text.variables if str(one.number) in uses}
        self._judged: dict[tuple[str, str], Problem | None] = {}
        self.rows = 0
        self.by_parts: Counter[int] = Counter()
        self.longest = 0
        self.longest_chars = 0
        self.too_long = 0
        self.bad = 0
        self.first_bad: tuple[int, Problem | None] | None = None

    def look(self, values: Mapping[str, str]) -> None:
        """Look at the values of the next row."""
        chars = self._still
        wrong: Problem | None = None
        for number, times in self._uses:
            value = values.get(number, "")
            chars += times * count(value)
            if wrong is None:
                wrong = self._judge(number, value)
        if chars > self.longest_chars:
            self.longest, self.longest_chars = self.rows, chars
        self.by_parts[parts(self._rules, chars)] += 1
        over = chars > self._rules.with_signature_max
        self.too_long += over
        self.bad += wrong is not None
        if self.first_bad is None and (over or wrong is not None):
            self.first_bad = (self.rows, wrong)
        self.rows += 1

    def _judge(self, number: str, value: str) -> Problem | None:
        variable = self._types.get(number)
        if variable is None:
            return None
        quick = SURELY_GOOD.get(variable.type)
        if quick is not None and quick.match(value):
            return None
        known = (number, value)
        if known not in self._judged:
            if len(self._judged) >= REMEMBERED:
                self._judged.clear()
            self._judged[known] = next(iter(check_value(self._rules, variable, value)), None)
        return self._judged[known]
