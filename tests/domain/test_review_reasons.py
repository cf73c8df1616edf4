# SPDX-License-Identifier: Apache-2.0
"""The common reasons of a rejection that ship."""

from __future__ import annotations

import pytest

from koodesk import paths
from koodesk.domain.review_reasons import read_common_reasons
from koodesk.domain.review_state import ReviewKind

GOOD = '[[reason]]\nid = "a"\nkinds = ["card"]\nzh = "甲"\nen = "a"\nsource = "Koodesk"\n'


def test_the_data_that_ships() -> None:
    found = read_common_reasons((paths.resources() / "rules" / "review_reasons.toml").read_text("utf-8"))
    assert {kind for one in found for kind in one.kinds} <= set(ReviewKind)
    assert any(not one.kinds for one in found), "something fits everything"
    for kind in ("card", "filing", "sms_template", "sms_signature", "video_template"):
        assert any(kind in one.kinds for one in found), kind


@pytest.mark.parametrize("wrong", [GOOD + GOOD, GOOD.replace("甲", ""), GOOD.replace("甲", "字" * 201)])
def test_data_that_breaks_its_rules(wrong: str) -> None:
    assert read_common_reasons(GOOD)
    with pytest.raises(ValueError, match="reason"):
        read_common_reasons(wrong)
