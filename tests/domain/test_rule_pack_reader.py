# SPDX-License-Identifier: Apache-2.0
"""The pack that ships says what the facts sheet says, and a pack with one slip in it is refused by file and key."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.domain.click_event import EventType
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import Confidence, Fact, SlotKind
from koodesk.domain.rule_pack_reader import PACK_CODES, read_pack, read_pack_folder
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import RESOURCES, pack, red_packet

RULES = RESOURCES / "rules"
LAYOUT = "layouts/RedPacket.toml"
_ONE_LAYOUT = re.compile(rb"layouts = \[[^]]*\]")


def files() -> dict[str, bytes]:
    """Return the files of the pack that ships."""
    names = ("pack.toml", "vendors.toml", "events.toml", "floors.toml", "limits.toml", LAYOUT)
    found = {name: (RULES / name).read_bytes() for name in names}
    return found | {"pack.toml": _ONE_LAYOUT.sub(b'layouts = ["RedPacket"]', found["pack.toml"])}


def test_red_packet_is_laid_out_as_the_platform_numbers_it() -> None:
    """Facts 2.6: picture, merchant, title, body, button at positions 1 to 5."""
    slots = red_packet().slots
    assert [(s.position, s.id, s.kind) for s in slots] == [
        (1, "picture", SlotKind.IMAGE),
        (2, "merchant", SlotKind.TEXT),
        (3, "title", SlotKind.TEXT),
        (4, "body", SlotKind.TEXT),
        (5, "button", SlotKind.BUTTON),
    ]
    assert [s.id for s in slots if s.event_required] == ["picture", "button"]
    picture = slots[0]
    assert picture.ratio is not None
    assert (picture.ratio.name, picture.ratio.width, picture.ratio.height) == ("oneToOne", 1, 1)
    assert picture.min_pixels[Vendor.VIVO].value == (320, 320)
    assert picture.backgrounds == (Vendor.OPPO, Vendor.VIVO)


def test_red_packet_vendors() -> None:
    """Facts 2.1: all but MEIZU; 2.2: the dynamic button is HUAWEI's alone."""
    layout = red_packet()
    assert [v for v in Vendor if layout.takes(v)] == [v for v in Vendor if v is not Vendor.MEIZU]
    assert [s.vendors for s in layout.sub_types if s.value == 2] == [(Vendor.HUAWEI,)]


def test_text_limits_of_red_packet_are_unknown_not_guessed() -> None:
    """Facts 7: no vendor publishes one."""
    for slot in red_packet().slots:
        if slot.kind is SlotKind.TEXT:
            assert set(slot.limits) == {v for v in Vendor if red_packet().takes(v)}
            assert all(f.value is None and f.confidence is Confidence.UNKNOWN for f in slot.limits.values())


# Facts 3.1, a column a vendor in the console's order: y taken, n refused, ? taken and doubtful.
EVENTS = {
    "OPEN_URL": "yy?yyy",
    "OPEN_QUICK": "yyyyyy",
    "OPEN_APP": "yyyyyy",
    "DIAL_PHONE": "yynyyy",
    "OPEN_SMS": "yynyyy",
    "OPEN_EMAIL": "yynnyy",
    "OPEN_SCHEDULE": "yynyyn",
    "OPEN_MAP": "yynnyy",
    "OPEN_BROWSER": "yyyyyy",
    "OPEN_POPUP": "yynyyy",
    "COPY_PARAMETER": "yynyyy",
    "VIEW_PIC": "yynynn",
}


@pytest.mark.parametrize("kind", list(EventType))
def test_events_by_vendor(kind: EventType) -> None:
    """The table of facts 3.1, conflicts kept."""

    def mark(fact: Fact[bool]) -> str:
        return "n" if not fact.value else "?" if fact.confidence is Confidence.CONFLICT else "y"

    facts = pack().events[kind].vendors
    assert "".join(mark(facts[v]) for v in Vendor) == EVENTS[kind.value]


def test_view_pic_on_oppo_keeps_the_conflict() -> None:
    """Refused, and still marked as something sources disagree about."""
    assert pack().events[EventType.VIEW_PIC].vendors[Vendor.OPPO].confidence is Confidence.CONFLICT


def test_floors_by_vendor() -> None:
    """The table of facts 3.3."""
    rows = {f.type: "".join("y" if f.vendors[v].value else "n" for v in Vendor) for f in pack().floors}
    assert rows == {0: "yyyyyn", 1: "ynyyyy", 2: "yyyyyn", 3: "yynnyy"}


def test_every_fact_has_a_source_and_a_date() -> None:
    """Each number can be looked up again."""
    facts: list[Fact[object]] = [*pack().numbers.values()]
    for layout in pack().layouts.values():
        facts += [*layout.vendors.values(), *layout.param_vendors.values()]
        for slot in layout.slots:
            facts += [*slot.limits.values(), *slot.min_pixels.values()]
            assert slot.source
    for event in pack().events.values():
        facts += [*event.vendors.values()]
        assert all(f.source for f in event.fields)
    assert len(facts) > 90
    assert all(f.source and f.date for f in facts)
    assert pack().limit("tpl_name.max") == 17
    assert pack().numbers["tpl_name.max"].date == "2025-01-06"


def test_unknown_numbers_cannot_be_asked_for() -> None:
    """A limit nobody published is not a number."""
    with pytest.raises(KeyError):
        pack().limit("button.text.max")


SLIPS: tuple[tuple[str, str, str, str, str], ...] = (
    ("pack.toml", "format = 2", "format = 3", "pack.newer", "format"),
    ("pack.toml", "format = 2", "", "data.key_missing", "format"),
    ("pack.toml", "2024-10-12", "2024-13-12", "pack.bad_date", "date"),
    ("pack.toml", '["RedPacket"]', '["RedPacket", "RedPacket"]', "pack.duplicate", "layouts"),
    ("pack.toml", '["RedPacket"]', '["RedPacket", "Video"]', "pack.file_missing", ""),
    ("pack.toml", '["RedPacket"]', "[]", "pack.file_unknown", ""),
    ("pack.toml", "id =", "surprise = 1\nid =", "data.key_unknown", "surprise"),
    ("pack.toml", "id =", "id id", "pack.unreadable", ""),
    ("vendors.toml", "[OPPO]", "[HONOR]", "data.key_missing", "OPPO"),
    ("vendors.toml", 'zh = "华为"', 'zh = ""', "data.key_missing", "HUAWEI.zh"),
    ("limits.toml", 'source = "seed", ', "", "data.key_missing", "numbers.params.count.source"),
    ("limits.toml", "value = 17,", "", "pack.value_missing", "numbers.tpl_name.max.value"),
    ("limits.toml", "value = 17,", 'value = "17",', "data.wrong_type", "numbers.tpl_name.max.value"),
    ("limits.toml", "value = 17,", "value = -1,", "data.out_of_range", "numbers.tpl_name.max.value"),
    (
        "limits.toml",
        '{ source = "not found"',
        '{ value = 8, source = "not found"',
        "pack.unknown_with_value",
        "numbers.button.text.max.value",
    ),
    ("limits.toml", '"stated"', '"sure"', "data.unknown_name", "numbers.tpl_name.max.confidence"),
    ("floors.toml", "type = 1", "type = 0", "pack.duplicate", "floors[1].type"),
    ("floors.toml", "OPPO = {", "HONOR = {", "data.unknown_name", "floors[0].vendors.HONOR"),
    ("events.toml", '"VIEW_PIC"', '"OPEN_URL"', "pack.duplicate", "events[11].type"),
    ("events.toml", '"VIEW_PIC"', '"EXPLODE"', "data.unknown_name", "events[11].type"),
    ("events.toml", "https://\\S+", "https://(", "pack.bad_pattern", "events[0].fields[0].pattern"),
    (
        "events.toml",
        "max_length = 1000",
        "max_length = 0",
        "data.out_of_range",
        "events[0].fields[0].max_length",
    ),
    ("events.toml", "required = true", "required = 1", "data.wrong_type", "events[0].fields[0].required"),
    (LAYOUT, 'id = "RedPacket"', 'id = "Video"', "data.unknown_name", "id"),
    (LAYOUT, "position = 2", "position = 1", "pack.duplicate", "slots"),
    (LAYOUT, 'kind = "image"', 'kind = "hologram"', "data.unknown_name", "slots[0].kind"),
    (LAYOUT, "value = [320, 320]", "value = [320]", "data.wrong_type", "slots[0].min_pixels.VIVO.value"),
    (LAYOUT, '["OPPO", "VIVO"]', '["OPPO", "HONOR"]', "data.unknown_name", "slots[0].backgrounds"),
    (LAYOUT, "params_allowed = false", "", "data.key_missing", "slots[0].params_allowed"),
    (LAYOUT, 'purpose = "marketing"', 'purpose = "fun"', "data.unknown_name", "purpose"),
    (LAYOUT, "value = 2", "value = 1", "pack.duplicate", "sub_types"),
    (LAYOUT, 'source = "API CreatePersonalTemplate"', 'source = ""', "data.key_missing", "source"),
)


@pytest.mark.parametrize(("file", "old", "new", "code", "key"), SLIPS)
def test_one_slip_is_refused(file: str, old: str, new: str, code: str, key: str) -> None:
    """Half a rule book is worse than none."""
    changed = files()
    text = changed[file].decode()
    assert old in text
    changed[file] = text.replace(old, new, 1).encode()
    with pytest.raises(Refused) as caught:
        read_pack(changed)
    (found,) = caught.value.problems
    assert (found.code, found.param("key") or "") == (code, key)
    assert found.code in PACK_CODES
    assert found.param("file")


@pytest.mark.parametrize(
    "data", [b"\xff", b"a = " + b"[" * 100_000, b"#" * 1_100_000], ids=["utf8", "deep", "large"]
)
def test_files_that_are_no_toml(data: bytes) -> None:
    """Unreadable, absurdly deep, absurdly large."""
    with pytest.raises(Refused) as caught:
        read_pack({**files(), "limits.toml": data})
    (found,) = caught.value.problems
    assert (found.code, found.where) == ("pack.unreadable", "limits.toml")


def test_a_folder_without_a_pack(tmp_path: Path) -> None:
    """A missing folder is a code that names the file."""
    with pytest.raises(Refused) as caught:
        read_pack_folder(tmp_path / "none")
    (found,) = caught.value.problems
    assert (found.code, found.param("file")) == ("pack.unreadable", "pack.toml")


def provoked() -> Iterator[Refused]:
    """Yield every refusal of the table, for those who make sentences of them."""
    for file, old, new, _, _ in SLIPS:
        with pytest.raises(Refused) as caught:
            read_pack({**files(), file: files()[file].decode().replace(old, new, 1).encode()})
        yield caught.value
