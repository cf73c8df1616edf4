# SPDX-License-Identifier: Apache-2.0
"""What a rejection may be about, and how it comes back to the editor."""

from __future__ import annotations

from typing import Any

import pytest

from koodesk.domain.problem import Severity

pytestmark = pytest.mark.gui


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("sms_template", {"name": "a", "content": "b", "note": ""}, ["name", "content"]),
        ("sms_signature", {"name": "a", "licence": {"name": "l.pdf"}}, ["name", "paper:licence"]),
        ("filing", {"papers": [{"paper": "licence", "name": "l.pdf"}]}, ["paper:licence"]),
        (
            "video_template",
            {"reslist": [{"index": "1-1"}, {"index": "2-1"}, {"index": "x"}]},
            ["title", "frame:1/element:1", "frame:2/element:1"],
        ),
        (
            "card",
            {
                "pages": [{"contents": [{"id": "3", "kind": "text", "text": "满减"}]}],
                "params": [{"name": "金额"}],
            },
            ["name", "content:3", "param:金额"],
        ),
        ("pub", {"name": "a", "about": "b"}, ["name", "about"]),
        ("card", {"pages": "no list of pages"}, []),
        ("card", {"pages": [{"contents": [{}]}]}, []),
    ],
)
def test_places(look: None, kind: str, body: dict[str, Any], expected: list[str]) -> None:
    from koodesk.ui.pages.review_places import places_of

    assert [where for _, where in places_of(kind, body)] == expected


def test_a_rejected_slot_is_said_in_the_editor(look: None) -> None:
    from types import SimpleNamespace

    from koodesk.domain.review_state import Reason, VendorVerdict, Verdict
    from koodesk.domain.vendor import Vendor
    from koodesk.ui.reasons import said_of

    reasons = (
        Reason("review.person", "content:3", text="图片不清晰", vendor=Vendor.OPPO),
        Reason("review.person", "content:3", text="图片不清晰", vendor=Vendor.VIVO),
        Reason("review.person", "content:4", text="太长", vendor=Vendor.OPPO),
    )
    row: Any = SimpleNamespace(
        changed_since_review=False,
        verdicts=(
            VendorVerdict(Vendor.OPPO, Verdict.REJECTED),
            VendorVerdict(Vendor.HUAWEI, Verdict.APPROVED),
        ),
        progress=SimpleNamespace(reasons=reasons),
    )
    found = said_of(row)
    assert [(p.code, p.where, p.vendor, p.severity) for p in found] == [
        ("review.said", "content:3", None, Severity.WARNING),
        ("review.said", "content:4", Vendor.OPPO, Severity.WARNING),
    ]
    assert said_of(SimpleNamespace(**{**vars(row), "changed_since_review": True})) == ()
