# SPDX-License-Identifier: Apache-2.0
"""Worst rows: one good and one bad row for every rule, and the quick way held against the obvious one."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.row_plan import RowPlan, SmsText, SmsVariable, compile_plan, from_data, to_data
from koodesk.domain.row_values import PLAIN, facts_in_full, facts_of
from koodesk.domain.rows import CODES, FIRST_ROWS, RowFinder, RowJudge
from koodesk.domain.sms import VariableType
from koodesk.domain.template import Override, Template, TextContent
from koodesk.domain.text_count import count_end, halves
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor
from tests.domain.row_cards import Told, card, obvious, rules
from tests.domain.strategies import pack

LINK = "https://example.com/c/"


def plan_of(template: Template, sms: SmsText | None = None) -> RowPlan:
    """Compile, and send through JSON as to another process."""
    plan = compile_plan(template, pack(), sms, rules())
    assert from_data(json.loads(json.dumps(to_data(plan)))) == plan
    return plan


def told(plan: RowPlan, *rows: Sequence[object]) -> list[tuple[int, str, str, str]]:
    """Look at rows of the plan's parameters; return (row, code, vendor, slot)."""
    finder = RowFinder(plan)
    finder.look(enumerate(rows, 2), range(len(plan.params)))
    return [(no, f.code, f.vendor, f.slot) for no, f in finder.first]


# --- one rule after the other ------------------------------------------------------------------------------------

TITLE = card(title="${name}，您好", body="正文 ${code} 拒收请回复R")
URL = card(title="标题", body="拒收请回复R", target=f"{LINK}${{code}}")
WHOLE_URL = card(title="标题", body="拒收请回复R", target="${code}", params={"code": f"{LINK}1"})
SMS_CARD = card(title="标题", body="拒收请回复R")
LONG_TEXT = card(
    body="${name}",
    layout="PureText",
    vendors=[Vendor.HUAWEI, Vendor.OPPO],
    params={"name": "张三"},
)

CASES: list[tuple[str, Template, SmsText | None, list[str], list[str]]] = [
    ("rows.empty", TITLE, None, ["张三", "A1"], ["张三", ""]),
    ("rows.empty", TITLE, None, ["张三", "A1"], [" \u3000", "A1"]),
    ("rows.cell_error", TITLE, None, ["N/A", "A1"], ["#N/A", "A1"]),
    ("rows.value_too_long", URL, None, ["x" * 100], ["x" * 101]),
    ("rows.syntax", TITLE, None, ["$5 {a}", "A1"], ["${code}", "A1"]),
    ("rows.forbidden_mark", TITLE, None, ["＜张＞", "A1"], ["<张>", "A1"]),
    ("rows.spaces", TITLE, None, ["a b", "A1"], ["a  b", "A1"]),
    ("rows.control_mark", TITLE, None, ["张三", "A1"], ["张\u200b三", "A1"]),
    ("rows.control_mark", TITLE, None, ["张三", "A1"], ["张三\t", "A1"]),
    ("rows.direction_mark", TITLE, None, ["张三", "A1"], ["张\u202e三", "A1"]),
    ("rows.link_too_long", URL, None, ["x" * 100], ["x" * 979]),
    ("rows.link_bad", URL, None, ["x"], ["x y"]),
    ("rows.link_bad", WHOLE_URL, None, [f"{LINK}x"], ["http://example.com/x"]),
    (
        "rows.sms_part",
        SMS_CARD,
        SmsText("${name}" + "字" * 60 + "${1}"[:0]),
        ["十" * 10],
        ["十" * 11],
    ),
    (
        "rows.illegal_value",
        SMS_CARD,
        SmsText("您有${2}元${1}", "", (SmsVariable("2", VariableType.MONEY, "code"),)),
        ["12.50"],
        ["￥12"],
    ),
]


@pytest.mark.parametrize(("code", "template", "sms", "good", "bad"), CASES)
def test_one_good_and_one_bad_row_for_each_rule(
    code: str, template: Template, sms: SmsText | None, good: list[str], bad: list[str]
) -> None:
    plan = plan_of(template, sms)
    assert told(plan, good) == []
    assert code in {found for _, found, _, _ in told(plan, bad)}


def test_every_code_but_those_with_a_test_of_their_own_is_in_the_table() -> None:
    assert {case[0] for case in CASES} == {*CODES} - {"rows.overflow", "rows.total_overflow"}


def test_overflow_is_told_by_vendor_and_slot() -> None:
    # "${name}，您好" leaves 14 of HUAWEI's and OPPO's 17, 11 of MEIZU's 14, 27 of VIVO's 30, 37 of XIAOMI's 40.
    plan = plan_of(TITLE)
    longer = {name: [["十" * (n + extra), "A1"] for extra in (0, 1)] for name, n in
              (("MEIZU", 11), ("HUAWEI", 14), ("VIVO", 27), ("XIAOMI", 37))}  # fmt: skip
    for name, (fits, over) in longer.items():
        before = {vendor for _, code, vendor, _ in told(plan, fits) if code == "rows.overflow"}
        after = {vendor for _, code, vendor, _ in told(plan, over) if code == "rows.overflow"}
        assert name in after - before
    assert {slot for *_, slot in told(plan, longer["HUAWEI"][1])} == {"title"}


def test_narrow_characters_take_half() -> None:
    plan = plan_of(card(title="${name}", body="拒收请回复R", vendors=[Vendor.HUAWEI]))
    assert told(plan, ["a" * 34]) == []
    assert told(plan, ["a" * 35]) == [(2, "rows.overflow", "HUAWEI", "title")]


@pytest.mark.parametrize(
    ("title", "fits", "over"),
    [
        # One picture of two people, whichever side brings the mark that joins them.
        ("十" * 15 + "👩${name}", "\u200d👩十", "\u200d👩十十"),
        ("十" * 16 + "👩\u200d${name}", "👩", "👩十"),
        ("十" * 16 + "e${name}", "\u0301a", "\u0301aa"),
    ],
)
def test_a_value_may_be_one_character_with_its_neighbour(title: str, fits: str, over: str) -> None:
    plan = plan_of(card(title=title, body="拒收请回复R", params={"name": "x"}, vendors=[Vendor.HUAWEI]))
    assert told(plan, [fits]) == []
    assert told(plan, [over]) == [(2, "rows.overflow", "HUAWEI", "title")]


def test_all_texts_together() -> None:
    # Texts of 100 characters each are no value's fault; the total is.
    body = "字" * 300
    plan = plan_of(card(body=f"{body}${{name}}", layout="PureText", vendors=[Vendor.HUAWEI, Vendor.OPPO]))
    static = 0
    for piece in plan.totals[0].pieces:
        static += len(piece) if isinstance(piece, str) else 0
    assert told(plan, ["十" * (350 - static)]) == []
    assert told(plan, ["十" * (351 - static)]) == [
        (2, "rows.total_overflow", "HUAWEI", ""),
        (2, "rows.total_overflow", "OPPO", ""),
    ]


def test_where_no_limit_is_published_nothing_is_claimed() -> None:
    plan = plan_of(card(title="${name}", layout="RedPacket", vendors=[Vendor.HUAWEI, Vendor.SAMSUNG]))
    assert plan.params == ("name",)
    assert told(plan, ["十" * 100]) == []


def test_a_vendor_that_shows_parameters_as_written_has_no_rows() -> None:
    layout = pack().layouts["StandardImageAndText"]
    fact = replace(layout.param_vendors[Vendor.HUAWEI], value=False)
    changed = replace(layout, param_vendors={**layout.param_vendors, Vendor.HUAWEI: fact})
    rule_pack = replace(pack(), layouts={**pack().layouts, layout.id: changed})
    row = ["十" * 100, "A1"]
    both = [Vendor.HUAWEI, Vendor.OPPO]
    template = card(title="${name}", body="${code} 拒收请回复R", vendors=both)
    assert {v for _, _, v, _ in told(compile_plan(template, rule_pack), row)} == {"OPPO"}
    assert {v for _, _, v, _ in told(compile_plan(template, pack()), row)} == {"HUAWEI", "OPPO"}
    alone = compile_plan(replace(template, vendors=(Vendor.HUAWEI,)), rule_pack)
    assert alone.params == ()
    assert told(alone, row) == []


def test_repeated_slots_and_second_texts() -> None:
    notice = card(layout="Notification1", vendors=[Vendor.HUAWEI, Vendor.VIVO])
    pairs = [c for c in notice.contents() if isinstance(c, TextContent) and c.slot == "pair"]
    changed = notice.with_content(replace(pairs[1], child="${name}"))
    # HUAWEI takes 20, VIVO 69; the first text of a pair has no limit.
    assert told(plan_of(changed), ["十" * 21]) == [(2, "rows.overflow", "HUAWEI", "pair")]
    assert plan_of(changed).texts[0].where == f"content:{pairs[1].id}/child"
    assert told(plan_of(notice.with_content(replace(pairs[1], text="${name}"))), ["十" * 100]) == []


def test_a_vendors_variant_is_what_its_recipients_see() -> None:
    template = card(title="标题", body="拒收请回复R", vendors=[Vendor.HUAWEI, Vendor.OPPO])
    title = next(c for c in template.contents() if isinstance(c, TextContent) and c.slot == "title")
    own = Override(Vendor.OPPO, replace(title, text="${name}"), content_mark(title))
    plan = plan_of(replace(template, overrides=(own,)))
    assert told(plan, ["十" * 18]) == [(2, "rows.overflow", "OPPO", "title")]


def test_a_hidden_text_matters_to_nobody() -> None:
    template = card(title="标题", body="拒收请回复R ${name}")
    body = next(c for c in template.contents() if isinstance(c, TextContent) and c.slot == "body")
    assert plan_of(template).params == ("name",)
    assert plan_of(template.with_content(replace(body, visible=False))).params == ()


@pytest.mark.parametrize(
    ("title", "value", "code"),
    [
        ("$${name}", "{code}", "rows.syntax"),
        ("a ${name}", " b", "rows.spaces"),
        ("${name} b", "a ", "rows.spaces"),
    ],
)
def test_what_a_value_becomes_with_its_neighbours(title: str, value: str, code: str) -> None:
    plan = plan_of(card(title=title, body="拒收请回复R", params={"name": "x"}))
    assert told(plan, [value]) == [(2, code, "", "title")]
    assert told(plan, [value.strip(" {")]) == []


def test_a_parameter_that_stands_nowhere_is_not_looked_at() -> None:
    plan = plan_of(card(title="${name}", body="拒收请回复R"))
    assert (plan.columns, plan.params) == (("name", "code"), ("name",))


# --- the SMS -----------------------------------------------------------------------------------------------------


def test_parts_are_compared_with_those_of_the_examples() -> None:
    long = card(title="标题", body="拒收请回复R", params={"name": "十" * 8})
    # 62 + 8 fit into one part of 70; 63 + 8 need two parts, which go up to 134.
    for static, most in ((62, 8), (63, 71)):
        plan = plan_of(long, SmsText("字" * static + "${name}"))
        assert told(plan, ["十" * most]) == []
        assert told(plan, ["十" * (most + 1)])[0][1] == "rows.sms_part"


def test_link_and_signature_count() -> None:
    text = "字" * (70 - 17 - 5 - 2) + "${name}${1}"
    plan = plan_of(SMS_CARD, SmsText(text, "云杉网"))
    assert plan.sms is not None
    assert told(plan, ["十二"]) == []
    assert told(plan, ["十二三"]) == [(2, "rows.sms_part", "", "sms")]


@pytest.mark.parametrize(
    ("text", "variables"),
    [
        ("${nobody}${1}", ()),
        ("${1}${2}", ()),
        ("${1}", (SmsVariable("2", VariableType.TEXT, "name"),)),
        ("${1}${2}", (SmsVariable("2", VariableType.TEXT, "nobody"),)),
    ],
)
def test_a_place_that_nothing_fills_is_refused(text: str, variables: tuple[SmsVariable, ...]) -> None:
    with pytest.raises(Refused, match=r"rows\.sms_place"):
        compile_plan(SMS_CARD, pack(), SmsText(text, "", variables), rules())


def test_a_fixed_value_is_not_the_rows_matter() -> None:
    variables = (SmsVariable("1", VariableType.NEWTEXT), SmsVariable("2", VariableType.TEXT, value="北京"))
    plan = plan_of(SMS_CARD, SmsText("${2}${1}", "", variables))
    assert (plan.params, plan.types) == ((), ())


def test_an_illegal_value_names_its_rule() -> None:
    plan = plan_of(SMS_CARD, SmsText("${code}${1}", "", (SmsVariable("code", VariableType.CHARDIGIT),)))
    (finding,) = RowJudge(plan).look(["A-1"])
    assert (finding.code, finding.reason, finding.param) == (
        "rows.illegal_value",
        "sms.value.letters_and_digits",
        "code",
    )


def test_an_unknown_layout_is_refused() -> None:
    with pytest.raises(Refused, match=r"layout\.unknown"):
        compile_plan(replace(TITLE, layout="None"), pack())


# --- many rows ---------------------------------------------------------------------------------------------------


def test_rows_are_counted_and_the_first_thousand_named() -> None:
    finder = RowFinder(plan_of(TITLE))
    rows = [["张三", "A1"], ["", ""], ["<", "A1"]] * 1_500
    finder.look(enumerate(rows, 2), (0, 1))
    # A row without any value is no row.
    assert (finder.rows, finder.bad_rows) == (3_000, 1_500)
    assert finder.counts() == {"rows.forbidden_mark": 1_500}
    assert len({no for no, _ in finder.first}) == FIRST_ROWS
    assert finder.first[0][0] == 4


def test_a_row_counts_once_a_code_however_many_vendors_cut_it() -> None:
    finder = RowFinder(plan_of(TITLE))
    finder.look([(2, ["十" * 60, "A1"])], (0, 1))
    assert finder.counts() == {"rows.overflow": 1}
    assert len(finder.first) == 5


def test_cells_that_are_no_texts_and_rows_without_values() -> None:
    finder = RowFinder(plan_of(TITLE), lambda cell: "" if cell is None else f"{cell:g}")
    finder.look([(2, ["138", 5.0, "A1"]), (3, ["138", None, None]), (4, [None, None, None])], (1, 2))
    assert (finder.rows, finder.bad_rows, finder.counts()) == (2, 1, {"rows.empty": 1})


def test_a_card_without_values_has_no_bad_rows() -> None:
    finder = RowFinder(plan_of(card(title="标题", body="拒收请回复R", params={})))
    finder.look([(2, ["13800138000"]), (3, [""])], ())
    assert (finder.rows, finder.bad_rows) == (1, 0)


# --- quick and obvious -------------------------------------------------------------------------------------------

PIECES = (
    "新春红包", "，", "abc", "9", " ", "  ", "<", "&", "$", "{", "}", "${", "${name}", "${code}", "${nobody}", "#N/A",
    "\n", "\t", "\u202e", "\u200b", "\u200d", "\ufe0f", "\u0301", "👩", "👩‍👩‍👧", "🇨", "🇳", "👍🏽", "𠮷", "\u3000", "é",
    "https://", LINK, "ﾊ", "…", "\ufffe",
)  # fmt: skip
values = st.one_of(
    st.lists(st.sampled_from(PIECES), max_size=6).map("".join),
    st.integers(0, 120).map(lambda n: "十" * n),
    st.integers(0, 120).map(lambda n: "x9" * (n // 2)),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)
words = st.lists(st.sampled_from([*PIECES, "${name}", "${code}"]), max_size=8).map("".join)


def sides(told: Sequence[Told], vendors: Sequence[str]) -> set[Told]:
    """Spread what holds for every vendor over them, as the obvious way names them."""
    return {
        (code, vendor or name, where)
        for code, vendor, where in told
        for name in (vendors if code.startswith("rows.link") and not vendor else ("",))
    }


@given(
    st.sampled_from(["StandardImageAndText", "PureText", "Notification1", "RedPacketPersonal", "Carousel"]),
    words,
    words,
    words,
    words,
    st.fixed_dictionaries({"name": values, "code": values}),
    st.sampled_from([None, *VariableType]),
    st.dictionaries(st.sampled_from(["name", "code"]), values, max_size=2),
)
def test_the_quick_way_says_what_the_obvious_one_says(
    layout: str,
    title: str,
    body: str,
    target: str,
    message: str,
    row: Mapping[str, str],
    kind: VariableType | None,
    examples: Mapping[str, str],
) -> None:
    params = {"name": examples.get("name", "张三"), "code": examples.get("code", "A100")}
    template = card(title, body, target, layout=layout, params=params)
    # A place that nothing fills is refused; there is a test of that.
    message = re.sub(r"\$\{([^${}]+)\}", lambda m: m[0] if m[1] in params else "x", message)
    sms, typed = SmsText(f"{message}${{code}}", "云杉"), {}
    if kind not in (None, VariableType.NEWTEXT):
        sms = replace(sms, variables=(SmsVariable("code", kind),))
        typed = {"code": kind}
    plan = plan_of(template, sms)
    finder = RowFinder(plan)
    finder.look([(2, ["1", *(row[name] for name in plan.params)])], range(1, len(plan.params) + 1))
    said = [(f.code, f.vendor, f.where) for _, f in finder.first]
    names = [v.value for v in template.vendors if pack().layouts[layout].takes(v)]
    assert sides(said, names) == obvious(template, row, sms, typed)
    judged = [(f.code, f.vendor, f.where) for f in RowJudge(plan).look([row[name] for name in plan.params])]
    assert judged == said


@given(values)
def test_facts_of_a_value_are_the_same_both_ways(value: str) -> None:
    assert facts_of(value) == facts_in_full(value)


def test_every_plain_character_is_what_its_list_says() -> None:
    plain = re.compile(PLAIN)
    for char in map(chr, [*range(0xD800), *range(0xE000, 0x11000)]):
        if plain.fullmatch(char):
            assert facts_of(char) == facts_in_full(char), f"U+{ord(char):04X}"
            assert facts_of(char).simple


@given(values, st.integers(1, 40))
def test_halves_and_the_cut_agree(text: str, most: int) -> None:
    assert (halves(text) > 2 * most) == (count_end(text, most) < len(text.rstrip("\n")))
