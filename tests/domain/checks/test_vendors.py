# SPDX-License-Identifier: Apache-2.0
"""Vendors and what they take of layout and parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from koodesk.domain.checks import check
from koodesk.domain.edits import AddParam
from koodesk.domain.problem import Problem, Severity
from koodesk.domain.rule_pack import Confidence, Fact, RulePack
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import (
    ERROR,
    NOTE,
    WARNING,
    Case,
    assert_found,
    both,
    codes,
    problems,
    text,
    to,
)
from tests.domain.strategies import good, pack, red_packet

HUAWEI, OPPO, VIVO, SAMSUNG = Vendor.HUAWEI, Vendor.OPPO, Vendor.VIVO, Vendor.SAMSUNG


def _pack(**facts: Mapping[Vendor, Fact[bool]]) -> RulePack:
    """Return a pack whose RedPacket has other facts about vendors."""
    layout = replace(red_packet(), **facts)  # type: ignore[arg-type]  # the callers name the two mappings
    return replace(pack(), layouts={"RedPacket": layout})


def _opposed() -> RulePack:
    """Return a pack that does not know whether OPPO takes the layout, and in which SAMSUNG takes no parameters."""
    unknown: Fact[bool] = Fact(None, "x", Confidence.UNKNOWN)
    refused = Fact(False, "x", Confidence.STATED)
    return _pack(
        vendors={**red_packet().vendors, OPPO: unknown},
        param_vendors={**red_packet().param_vendors, SAMSUNG: refused},
    )


def _beside(vendor: Vendor, code: str, severity: Severity, where: str = "vendors", **more: Any) -> Case:
    """A vendor chosen beside HUAWEI, which alone gives nothing of the kind."""
    return Case(to(HUAWEI, vendor), code, where, severity, vendor, before=to(HUAWEI), **more)


CASES = (
    Case(to(), "vendors.missing", "vendors"),
    _beside(Vendor.MEIZU, "vendor.layout_refused", ERROR),
    _beside(VIVO, "vendor.layout_partial", NOTE),
    _beside(VIVO, "vendor.layout_doubtful", NOTE, base="RedPacketPersonal"),
    _beside(OPPO, "vendor.layout_unknown", WARNING, rules=_opposed),
    _beside(VIVO, "vendor.params_doubtful", NOTE, "params"),
    _beside(SAMSUNG, "vendor.params_unknown", NOTE, "params"),
    _beside(SAMSUNG, "vendor.params_refused", ERROR, "params", rules=_opposed),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


def _one(found: tuple[Problem, ...], code: str) -> Problem:
    return next(p for p in found if p.code == code)


def test_partial_layouts_and_doubtful_parameters_are_notes() -> None:
    """VIVO's high-end phones lack the layout; sources disagree on its parameters; SAMSUNG's are not published."""
    found = check(good(), pack())
    assert (_one(found, "vendor.layout_partial").severity, _one(found, "vendor.layout_partial").vendor) == (
        NOTE,
        "VIVO",
    )
    assert (_one(found, "vendor.params_doubtful").severity, _one(found, "vendor.params_doubtful").vendor) == (
        NOTE,
        "VIVO",
    )
    assert (_one(found, "vendor.params_unknown").severity, _one(found, "vendor.params_unknown").vendor) == (
        NOTE,
        "SAMSUNG",
    )


def test_without_parameters_nobody_asks_who_replaces_them() -> None:
    """An unused parameter in the list is no use either."""
    found = problems(both(text("title", "您的红包到了"), AddParam("x", "1")))
    assert not [p for p in found if p.code.startswith("vendor.params")]


def test_one_vendor_is_looked_at_as_if_it_were_chosen() -> None:
    """`check(..., vendor)` gives that vendor's rules and the shared ones, no other vendor's."""
    found = problems(to(Vendor.HUAWEI), Vendor.MEIZU)
    assert {p.vendor for p in found} <= {None, Vendor.MEIZU}
    assert "vendor.layout_refused" in {p.code for p in found}
    assert codes(to(Vendor.HUAWEI)) == set()
