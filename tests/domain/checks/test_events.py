# SPDX-License-Identifier: Apache-2.0
"""Click events and their fields."""

from __future__ import annotations

import pytest

from koodesk.domain.click_event import EventType
from koodesk.domain.edits import SetEvent, SetParamExample
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import WARNING, Case, assert_found, both, codes, event, to

T = EventType
WHERE = "content:button/event"
HUAWEI = to(Vendor.HUAWEI)

GOOD: dict[EventType, dict[str, str]] = {
    T.OPEN_URL: {"target": "https://a.example/x"},
    T.OPEN_QUICK: {"target": "hap://app/a.example"},
    T.OPEN_APP: {"target": "app://x", "package_name": "example.app"},
    T.DIAL_PHONE: {"target": "400-800-8888"},
    T.OPEN_SMS: {"target": "10690000", "body": "领取"},
    T.OPEN_EMAIL: {"target": "a@b.example", "subject": "s", "body": "b"},
    T.OPEN_SCHEDULE: {
        "target": "抢红包",
        "description": "d",
        "begin_time": "2025-01-28 20:00:00",
        "end_time": "2025-01-28 20:30:00",
    },
    T.OPEN_MAP: {"target": "门店", "address": "路1号", "longitude": "116.397", "latitude": "39.909"},
    T.OPEN_BROWSER: {"target": "http://a.example/x"},
    T.OPEN_POPUP: {"target": "标题", "content": "内容", "text_button": "好", "mode": "0"},
    T.COPY_PARAMETER: {"target": "CODE-2025"},
    T.VIEW_PIC: {},
}


def _with(kind: EventType, **fields: str) -> SetEvent:
    return event(kind, **{**GOOD[kind], **fields})


def _field(kind: EventType, field: str, value: str, code: str) -> Case:
    return Case(_with(kind, **{field: value}), code, f"{WHERE}.{field}")


CASES = (
    Case(SetEvent("button", None), "event.missing", WHERE),
    Case(SetEvent("picture", None), "event.missing", "content:picture/event"),
    Case(_with(T.DIAL_PHONE), "event.vendor_refused", WHERE, vendor=Vendor.OPPO),
    Case(_with(T.VIEW_PIC), "event.vendor_refused", WHERE, vendor=Vendor.OPPO),
    Case(_with(T.VIEW_PIC), "event.vendor_refused", WHERE, vendor=Vendor.SAMSUNG),
    Case(_with(T.OPEN_EMAIL), "event.vendor_refused", WHERE, vendor=Vendor.VIVO),
    Case(_with(T.OPEN_SCHEDULE), "event.vendor_refused", WHERE, vendor=Vendor.SAMSUNG),
    Case(_with(T.OPEN_URL), "event.vendor_doubtful", WHERE, WARNING, Vendor.OPPO),
    Case(_with(T.VIEW_PIC), "event.view_without_picture", WHERE, base="NativePureText"),
    *(_field(kind, field, "", "event.field_missing") for kind, fields in GOOD.items() for field in fields),
    _field(T.OPEN_URL, "target", "https://a.example/" + "x" * 983, "event.field_too_long"),
    _field(T.OPEN_APP, "package_name", "x" * 51, "event.field_too_long"),
    _field(T.DIAL_PHONE, "target", "1" * 21, "event.field_too_long"),
    _field(T.OPEN_SMS, "body", "x" * 101, "event.field_too_long"),
    _field(T.OPEN_POPUP, "target", "x" * 31, "event.field_too_long"),
    _field(T.OPEN_POPUP, "text_button", "x" * 13, "event.field_too_long"),
    _field(T.COPY_PARAMETER, "target", "x" * 21, "event.field_too_long"),
    _field(T.OPEN_URL, "target", "http://a.example/x", "event.field_bad"),
    _field(T.OPEN_URL, "target", "https://a b", "event.field_bad"),
    _field(T.OPEN_QUICK, "target", "https://a.example", "event.field_bad"),
    _field(T.OPEN_BROWSER, "target", "ftp://a.example", "event.field_bad"),
    _field(T.OPEN_BROWSER, "target", "a.example", "event.field_bad"),
    _field(T.OPEN_BROWSER, "target", "javascript:alert(1)", "event.field_bad"),
    _field(T.DIAL_PHONE, "target", "call me", "event.field_bad"),
    _field(T.OPEN_EMAIL, "target", "nobody", "event.field_bad"),
    _field(T.OPEN_SCHEDULE, "begin_time", "2025/01/28 20:00:00", "event.field_bad"),
    _field(T.OPEN_MAP, "longitude", "east", "event.field_bad"),
    _field(T.OPEN_POPUP, "mode", "1", "event.field_bad"),
    _field(T.OPEN_APP, "floor_type", "4", "event.field_bad"),
    Case(_with(T.OPEN_URL, body="x"), "event.field_unexpected", f"{WHERE}.body", WARNING),
    _field(T.OPEN_SCHEDULE, "begin_time", "2025-02-30 20:00:00", "event.time_bad"),
    _field(T.OPEN_SCHEDULE, "end_time", "2025-01-28 19:59:59", "event.time_order"),
    _field(T.OPEN_MAP, "longitude", "180.1", "event.coordinate_range"),
    _field(T.OPEN_MAP, "latitude", "-91", "event.coordinate_range"),
    Case(
        _with(T.OPEN_MAP, longitude="39.909", latitude="116.397"),
        "event.coordinate_range",
        f"{WHERE}.latitude",
    ),
    _field(T.OPEN_BROWSER, "target", " https://a.example ", "event.field_bad"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


@pytest.mark.parametrize("kind", list(EventType))
def test_every_event_can_be_made_right(kind: EventType) -> None:
    """HUAWEI takes all twelve."""
    assert codes(both(HUAWEI, _with(kind))) == set()


@pytest.mark.parametrize("kind", list(EventType))
def test_oppo_takes_three_and_doubts_one(kind: EventType) -> None:
    """The guide's rule for OPPO, with the SDK's fourth as a warning."""
    expected = {
        T.OPEN_BROWSER: set(),
        T.OPEN_QUICK: set(),
        T.OPEN_APP: set(),
        T.OPEN_URL: {"event.vendor_doubtful"},
    }
    assert codes(both(to(Vendor.OPPO), _with(kind))) == expected.get(kind, {"event.vendor_refused"})


def test_a_link_is_looked_at_with_its_examples() -> None:
    """A parameter may be the whole link; without an example its form is not known yet."""
    whole = event(T.OPEN_URL, target="${name}")
    link = SetParamExample("name", "https://a.example")
    assert "event.field_bad" not in codes(both(link, whole))
    assert "event.field_bad" in codes(whole)
    assert "event.field_bad" not in codes(both(SetParamExample("name", ""), whole))


def test_the_limits_themselves_are_allowed() -> None:
    """A link of 1,000 characters, a day at the poles."""
    assert codes(_with(T.OPEN_BROWSER, target="https://a.example/" + "x" * 982)) == set()
    assert codes(both(HUAWEI, _with(T.OPEN_MAP, longitude="-180", latitude="90"))) == set()
