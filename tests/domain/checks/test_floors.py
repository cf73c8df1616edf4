# SPDX-License-Identifier: Apache-2.0
"""Where OPEN_APP goes when the app is missing."""

from __future__ import annotations

import pytest

from koodesk.domain.click_event import EventType
from koodesk.domain.edits import Edit
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import NOTE, WARNING, Case, assert_found, both, codes, event, to

WHERE = "content:button/event"
HW, XM, OP, VI, SS = Vendor.HUAWEI, Vendor.XIAOMI, Vendor.OPPO, Vendor.VIVO, Vendor.SAMSUNG
PAGE, QUICK, PLAIN = "https://a.example", "hap://app/a", "http://a.example"


def _floor(kind: str, url: str = "", *vendors: Vendor) -> Edit:
    app = event(EventType.OPEN_APP, target="app://x", package_name="a.b", floor_type=kind, floor_url=url)
    return both(to(*(vendors or (HW,))), app)


CASES = (
    Case(_floor("1", PAGE, XM), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=XM),
    Case(_floor("3", QUICK, OP), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=OP),
    Case(_floor("3", QUICK, VI), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=VI),
    Case(_floor("0", "", SS), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=SS),
    Case(_floor("", "", SS), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=SS),
    Case(_floor("2", PAGE, SS), "floor.vendor_refused", f"{WHERE}.floor_type", vendor=SS),
    Case(_floor("2", PAGE, HW, SS), "floor.ignored", f"{WHERE}.floor_type", NOTE, SS),
    Case(_floor("2", "", HW, OP), "floor.url_missing", f"{WHERE}.floor_url"),
    Case(_floor("2", ""), "floor.url_missing", f"{WHERE}.floor_url", WARNING),
    Case(_floor("1", ""), "floor.url_missing", f"{WHERE}.floor_url", WARNING),
    Case(_floor("0", PAGE), "floor.url_unused", f"{WHERE}.floor_url", WARNING),
    Case(
        _floor("1", "https://a.example/app.APK?from=sms"),
        "floor.download_needs_browser",
        f"{WHERE}.floor_type",
        WARNING,
    ),
    Case(_floor("1", PLAIN), "floor.http_needs_browser", f"{WHERE}.floor_url"),
    Case(_floor("3", PLAIN), "floor.http_needs_browser", f"{WHERE}.floor_url"),
    Case(_floor("1", QUICK), "floor.url_bad", f"{WHERE}.floor_url"),
    Case(_floor("3", PAGE), "floor.url_bad", f"{WHERE}.floor_url"),
    Case(_floor("2", "a.example"), "floor.url_bad", f"{WHERE}.floor_url"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


@pytest.mark.parametrize(
    ("kind", "url", "vendors"),
    [
        ("", "", (HW, XM, OP, VI)),
        ("0", "", (HW, XM, OP, VI, SS)),
        ("1", PAGE, (HW, OP, VI, SS)),
        ("1", PAGE, (SS,)),
        ("2", PLAIN, (HW, XM, OP, VI, SS)),
        ("2", "https://a.example/app.apk", (HW,)),
        ("3", QUICK, (HW, XM, SS)),
        ("3", QUICK, (SS,)),
    ],
)
def test_allowed(kind: str, url: str, vendors: tuple[Vendor, ...]) -> None:
    """SAMSUNG beside others does not count."""
    extra = {"sms_signs.missing", "sms_template.missing"}
    assert codes(_floor(kind, url, *vendors)) - extra == set()
