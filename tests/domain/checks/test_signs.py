# SPDX-License-Identifier: Apache-2.0
"""The SMS fields VIVO needs."""

from __future__ import annotations

import pytest

from koodesk.domain.edits import SetSmsExample, SetSmsSigns, SetSmsTemplate
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import Case, assert_found, both, codes, to

CASES = (
    Case(SetSmsSigns(()), "sms_signs.missing", "sms_signs", vendor=Vendor.VIVO),
    Case(SetSmsSigns(("a", "b", "c", "d")), "sms_signs.too_many", "sms_signs"),
    Case(SetSmsSigns(("a", " ")), "sms_sign.missing", "sms_signs:1"),
    Case(SetSmsSigns(("x" * 21,)), "sms_sign.too_long", "sms_signs:0"),
    Case(SetSmsSigns(("【云杉】",)), "sms_sign.brackets", "sms_signs:0"),
    Case(SetSmsSigns(("a", "a")), "sms_sign.taken", "sms_signs:1"),
    Case(SetSmsTemplate(" "), "sms_template.missing", "sms_template", vendor=Vendor.VIVO),
    *(
        Case(SetSmsTemplate(text), "sms_template.bad_placeholder", "sms_template")
        for text in (
            "[文字1-2]",
            "[文本1]",
            "[文本 1-2]",
            "[文本1-2",
            "文本1-2]",
            "[]",
            "[[文本1-2]]",
            "[文本1－2]",
        )
    ),
    *(
        Case(SetSmsTemplate(text), "sms_template.bad_range", "sms_template")
        for text in ("[文本2-1]", "[数字1-100]", "[字母0-0]")
    ),
    Case(SetSmsTemplate("x" * 371), "sms_template.too_long", "sms_template"),
    Case(SetSmsTemplate("x" * 173 + "[文本1-99][数字1-99]"), "sms_template.too_long", "sms_template"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


@pytest.mark.parametrize("text", ["x" * 370, "x" * 172 + "[文本1-99][数字1-99]", "[字母0-9]，[文本5-5]"])
def test_placeholders_count_by_their_longest(text: str) -> None:
    """Fixed text and maxima together, up to 370."""
    assert codes(both(SetSmsTemplate(text), SetSmsExample(""))) == set()


def test_without_vivo_they_may_stay_empty() -> None:
    """The other vendors do not read them."""
    assert codes(both(to(Vendor.HUAWEI), SetSmsSigns(()), SetSmsTemplate(""))) == set()


def test_three_signatures_of_twenty() -> None:
    """The limits themselves."""
    assert codes(both(SetSmsSigns(("x" * 20, "云杉 Mall", "云杉-2")), SetSmsExample(""))) == set()
