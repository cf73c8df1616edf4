# SPDX-License-Identifier: Apache-2.0
"""A refused fault script names the line that has to be changed."""

from __future__ import annotations

import pytest

from koodesk.domain.fault_place import line_of
from koodesk.domain.fault_script import read_fault_script
from koodesk.domain.problem import Problem, Refused

GOOD = '[[fault]]\non = "send"\ndoes = "reset"\n'


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("seed = -1\n" + GOOD, 1),
        ("# a word\n\nseed = 'x'\n" + GOOD, 3),
        ("sead = 1\n" + GOOD, 1),
        (GOOD + "[[fault]]\non = 'send'\ndoes = 'explode'\n", 6),
        (GOOD + "\n  [[ fault ]]\n  on = 'send'\n  does = 'reset'\n  share = 7\n", 8),
        (GOOD + "[[fault]]\ndoes = 'reset'\n", 4),  # `on` is missing: the rule itself
        (GOOD + "wait = '1s'\n", 4),
        (GOOD + '"from" = "2 hours"\n', 4),
        (GOOD + "until = '1s'\nfrom = '2s'\n", 4),
        ("seed = 1\n[[fault]\n", 2),
        ("seed = 1\nseed = 2\n", 2),
        ("fault = 1\n", 1),
        ("x" * 70_000, 0),
    ],
)
def test_the_line(text: str, line: int) -> None:
    with pytest.raises(Refused) as caught:
        read_fault_script(text, "a.toml")
    assert line_of(text, caught.value.problems[0]) == line


@pytest.mark.parametrize(
    "key",
    ["", "fault[99].on", "fault[0].on.deeper", "fault[x]", "fault[0]", "x" * 100, "a b", "\n", "[[fault]]"],
)
def test_a_place_that_is_nowhere_is_no_line(key: str) -> None:
    found = Problem("data.wrong_type", "a.toml", (("file", "a.toml"), ("key", key)))
    assert line_of("", found) == 0
