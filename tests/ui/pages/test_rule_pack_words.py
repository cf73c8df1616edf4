# SPDX-License-Identifier: Apache-2.0
"""A pack's paths and values in people's words: every one that ships has its words, and strangers show themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from koodesk.domain.problem import Severity, problem
from koodesk.domain.rule_pack_diff import Effect, Tree, _tree
from koodesk.domain.rule_pack_summary import summary
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import pack

pytest.importorskip("PySide6")
from koodesk.backend.views.rules import CardEffect
from koodesk.ui.pages import rule_pack_words as words
from koodesk.ui.pages.rule_pack_effects import rows, sort
from koodesk.ui.pages.rule_pack_notes import note_words

RAW = re.compile(r"[a-z]+_[a-z_]+|\b[a-z]+\.[a-z]+\b")
"""A field's or a number's own name: what nobody should have to read."""


def leaves(tree: Tree, path: tuple[str, ...] = ()) -> Iterator[tuple[str, str]]:
    if isinstance(tree, str):
        yield "/".join(path), tree
    else:
        for name, inner in tree.items():
            yield from leaves(inner, (*path, name))


def test_every_place_of_the_shipped_pack_has_words() -> None:
    bare = {
        where
        for where, _ in leaves(_tree(pack(), pack().date))
        for place in (words.place(where, pack()),)
        if not place.subject or RAW.search(place.subject) or RAW.search(place.rule)
    }
    # The parts of a safe area are numbers and names of one picture; ratios are named by the API.
    assert {
        w for w in bare if "/safe_areas/" not in w and "/ratios/" not in w and "/choices" not in w
    } == set()


@pytest.mark.parametrize(
    ("where", "subject", "rule", "vendor", "telling"),
    [
        ("layouts/RedPacket/vendors/VIVO/value", "红包", "版式支持", "vivo", False),
        ("layouts/Notification1/slots/title/limits/OPPO/value", "一般通知", "标题 · 文字长度", "OPPO", False),
        (
            "layouts/Notification1/slots/pair/child_limits/OPPO/source",
            "一般通知",
            "信息项 / 内容 · 文字长度 · 来源",
            "OPPO",
            True,
        ),
        ("layouts/Notification1/groups/pairs/most", "一般通知", "信息项 · 最多个数", "", False),
        ("numbers/tpl_name.max/value", "通用限制", "模板名称最多字数", "", False),
        ("numbers/tpl_name.max/confidence", "通用限制", "模板名称最多字数 · 可靠程度", "", False),
        ("events/OPEN_URL/fields/target/max_length", "打开链接", "目标网址 · 最多字数", "", False),
        ("date", "规则包", "规则日期", "", True),
        ("layouts/NextYear/slots/title/limits/OPPO/value", "NextYear", "title · 文字长度", "OPPO", False),
        ("layouts/NextYear", "NextYear", "整个版式", "", False),
        ("numbers/next.max/value", "通用限制", "next.max", "", False),
    ],
)
def test_a_path_says_what_of_what_for_whom(
    where: str, subject: str, rule: str, vendor: str, telling: bool
) -> None:
    assert words.place(where, pack()) == words.Place(subject, rule, vendor, telling)


@pytest.mark.parametrize(
    ("where", "text", "shown"),
    [
        ("layouts/RedPacket/vendors/VIVO/value", "no", "不支持"),
        ("layouts/RedPacket/slots/title/required", "yes", "是"),
        ("layouts/RedPacket/slots/title/limits/OPPO/value", "lines=1 chars=15", "1 行 × 约 15 字"),
        ("layouts/RedPacket/slots/title/limits/OPPO/value", "unknown", "未公布"),
        ("layouts/RedPacket/slots/picture/min_pixels/OPPO/value", "320x180", "320 × 180"),
        ("layouts/RedPacket/slots/picture/ratio", "name=oneToOne width=1 height=1", "1:1"),
        ("layouts/RedPacket/slots/picture/backgrounds", "OPPO, HUAWEI", "OPPO、华为"),
        ("numbers/picture.bytes/value", "2097152", "2.0 MB"),
        ("numbers/tpl_name.max/value", "17", "17"),
        ("numbers/tpl_name.max/confidence", "conflict", "来源不一致"),
        ("numbers/tpl_name.max/source", "API CreatePersonalTemplate", "接口参考 CreatePersonalTemplate"),
        ("numbers/tpl_name.max/source", "faq0107", "帮助页 faq0107"),
        ("numbers/tpl_name.max/source", "a new paper", "a new paper"),
        ("numbers/tpl_name.max/value", "", "—"),
        ("numbers/tpl_name.max/note", "no", "no"),
    ],
)
def test_a_value_is_written_the_way_people_do(where: str, text: str, shown: str) -> None:
    assert words.value(where, text, pack()) == shown


def test_what_the_other_source_says_is_said_in_chinese() -> None:
    notes = {s.note for s in summary(pack()).conflicts if s.note}
    assert notes
    assert {n for n in notes if note_words(n) == n} == set()
    assert note_words("another pack's own words") == "another pack's own words"


def test_a_problem_is_named_by_its_slot_and_item() -> None:
    layout = pack().layouts["Notification1"]
    assert words.slot_name(layout, "content:title/text") == "标题"
    assert words.slot_name(layout, "content:pair-3@2") == "信息项 3"
    assert words.slot_name(layout, "name") == words.slot_name(None, "content:title") == ""


def test_one_problem_of_several_vendors_is_one_and_moved_numbers_are_no_new_problem() -> None:
    def long(vendor: Vendor, limit: int) -> object:
        return problem(
            "text.too_long", "content:title", vendor=vendor, limit=limit, severity=Severity.WARNING
        )

    name = problem("name.too_long", "name", limit=3, actual=6)
    gone = problem("vendor.layout_refused", vendor=Vendor.MEIZU)
    found = sort(
        Effect(
            (name, long(Vendor.OPPO, 5), long(Vendor.VIVO, 5), long(Vendor.HUAWEI, 9)),  # type: ignore[arg-type]
            (gone, long(Vendor.OPPO, 15), long(Vendor.VIVO, 15)),  # type: ignore[arg-type]
        )
    )
    assert [(f.problem.code, f.vendors) for f in found.new] == [
        ("name.too_long", ()),
        ("text.too_long", (Vendor.HUAWEI,)),
    ]
    assert [(f.problem.code, f.vendors) for f in found.gone] == [("vendor.layout_refused", (Vendor.MEIZU,))]
    ((old, new),) = found.moved
    assert (old.vendors, new.vendors) == ((Vendor.OPPO, Vendor.VIVO),) * 2
    assert (old.problem.param("limit"), new.problem.param("limit")) == (15, 5)
    assert (found.count(Severity.ERROR), found.count(Severity.WARNING)) == (1, 1)


def test_cards_with_new_errors_come_first() -> None:
    error, warning = problem("name.too_long"), problem("name.trial", severity=Severity.WARNING)
    cards = (
        CardEffect(1, "甲", "RedPacket", Effect((), (error,))),
        CardEffect(2, "乙", "RedPacket", Effect((warning,), ())),
        CardEffect(3, "丙", "RedPacket", Effect((error,), ())),
    )
    assert [r.card.card_id for r in rows(cards)] == [3, 2, 1]
