# SPDX-License-Identifier: Apache-2.0
"""Starters are good examples."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.checks import check
from koodesk.domain.codec import dumps, loads
from koodesk.domain.problem import Refused, Severity, errors
from tests.domain.strategies import good, pack, red_packet
from tests.starters import starter


def test_only_the_picture_is_left_to_decide() -> None:
    """Without one, that is the only error; with one, nothing but notes."""
    assert [p.code for p in errors(check(starter(red_packet()), pack()))] == ["picture.missing"]
    assert {p.severity for p in check(good(), pack())} == {Severity.NOTE}


def test_every_slot_is_there() -> None:
    """In the layout's order, and the whole can be saved."""
    assert [c.slot for c in good().contents()] == [s.id for s in red_packet().slots]
    assert loads(dumps(good())) == good()


def test_a_layout_without_a_starter() -> None:
    """Said, not guessed."""
    with pytest.raises(Refused) as caught:
        starter(replace(red_packet(), id="Unheard"))
    assert caught.value.problems[0].code == "starter.missing"
