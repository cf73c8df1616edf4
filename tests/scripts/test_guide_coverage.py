# SPDX-License-Identifier: Apache-2.0
"""Nothing of the guide is left out: as many items as it has, each with a test that exists, and the document says so."""

from __future__ import annotations

from dataclasses import replace

import pytest

from scripts.make_guide_coverage import (
    DOCUMENT,
    Guide,
    Place,
    miscounted,
    missing_tests,
    page_names,
    place_of,
    read,
    render,
)

TOPICS: set[str] = set()
"""What may still be open: nothing."""


@pytest.fixture(scope="module")
def guide() -> Guide:
    return read()


def test_the_document_is_up_to_date(guide: Guide) -> None:
    print(f"{len(guide.pending)} of {len(guide.items)} items are open")
    assert DOCUMENT.read_text("utf-8") == render(guide, page_names()), "run scripts/make_guide_coverage.py"


def test_there_are_as_many_items_as_the_guide_has(guide: Guide) -> None:
    assert miscounted(guide) == []
    assert len(guide.items) == sum(guide.counts.values()) == 420


def test_every_test_exists(guide: Guide) -> None:
    assert missing_tests(guide) == []


def test_what_is_open_is_named_by_its_topic(guide: Guide) -> None:
    assert {item.pending for item in guide.pending} <= TOPICS
    for item in guide.pending:
        assert item.place is None
        assert item.test == ""


def test_no_item_stands_twice(guide: Guide) -> None:
    names = [(item.section, item.kind, item.name) for item in guide.items]
    assert sorted(names) == sorted(set(names))


def test_an_item_left_out_is_found(guide: Guide) -> None:
    for place in (0, len(guide.items) // 2, len(guide.items) - 1):
        short = replace(guide, items=guide.items[:place] + guide.items[place + 1 :])
        assert len(miscounted(short)) == 1
    more = replace(guide, items=(*guide.items, replace(guide.items[0], kind="表9-9")))
    assert miscounted(more) == [f"{guide.items[0].section} / 表9-9: 1 of 0"]


@pytest.mark.parametrize(
    "test",
    [
        "",
        "tests/nothing.py::test_it",
        "tests/scripts/test_guide_coverage.py",
        "tests/scripts/test_guide_coverage.py::test_nothing",
        "tests/scripts/test_guide_coverage.py::guide",
    ],
)
def test_a_test_that_is_none_is_found(guide: Guide, test: str) -> None:
    done = next(item for item in guide.items if not item.pending)
    assert len(missing_tests(replace(guide, items=(replace(done, test=test),)))) == 1


def test_places_are_read() -> None:
    assert place_of("sms_apps: add-app > field-name") == Place("sms_apps", "add-app", "field-name")
    assert place_of("editor/RedPacket: slot-button > field-content:button/event").page_id == "editor"
    for text in ("", "sms_apps", "sms_apps: ", ": add-app"):
        with pytest.raises(ValueError, match="no place"):
            place_of(text)
