# SPDX-License-Identifier: Apache-2.0
"""SMS templates: the length rule with its official examples, variables, opt-out, rendering, states."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import sms
from koodesk.domain.problem import Problem, Refused, Severity, errors
from koodesk.domain.review_state import Verdict
from koodesk.domain.signature import SmsType
from koodesk.domain.sms import (
    SmsEstimate,
    SmsTemplateDraft,
    SmsTemplateEvent,
    SmsTemplateState,
    Variable,
    VariableType,
)
from koodesk.domain.sms_rules import read_sms_rules

RULES = read_sms_rules(
    (Path(__file__).resolve().parents[2] / "resources" / "rules" / "sms.toml").read_text("utf-8")
).template
LINK = Variable(1, VariableType.NEWTEXT)


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [p.code for p in problems]


def check(
    content: str, variables: tuple[Variable, ...] = (), kind: SmsType = SmsType.NOTIFY, sign: str = "华为云"
) -> list[str]:
    return codes(errors(sms.check_content(RULES, content, kind, variables, sign)))


# --- the length rule -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("chars", "parts"),
    [(0, 0), (1, 1), (68, 1), (70, 1), (71, 2), (134, 2), (135, 3), (201, 3), (202, 4), (500, 8)],
)
def test_parts_as_in_the_official_examples(chars: int, parts: int) -> None:
    assert sms.parts(RULES, chars) == parts


@pytest.mark.parametrize(
    ("text", "chars"),
    [("【华为云】", 5), ("123456", 6), ("ａ，。 !", 5), ("", 0), ("中文abc１２", 7), ("😀", 2), ("𠮷", 2)],
)
def test_every_character_counts_one(text: str, chars: int) -> None:
    assert sms.count(text) == chars


@given(st.integers(min_value=1, max_value=5000))
def test_parts_hold_the_text_and_no_part_is_empty(chars: int) -> None:
    parts = sms.parts(RULES, chars)
    room = RULES.single_max if parts == 1 else parts * RULES.part_max
    assert chars <= room
    assert parts == 1 or chars > max((parts - 1) * RULES.part_max, RULES.single_max)


@given(st.text(max_size=200), st.text(max_size=200))
def test_counting_adds_up(left: str, right: str) -> None:
    assert sms.count(left + right) == sms.count(left) + sms.count(right)


def test_the_signature_counts_with_its_brackets() -> None:
    assert sms.estimate(RULES, "一" * 65, "华为云") == SmsEstimate(70, 1, 70, 1)
    assert sms.estimate(RULES, "一" * 66, "华为云") == SmsEstimate(71, 2, 71, 2)


def test_an_empty_content_is_nothing() -> None:
    assert sms.estimate(RULES, "", "华为云") == SmsEstimate(0, 0, 0, 0)


def test_variables_span_from_the_shortest_to_the_longest_value() -> None:
    variables = (LINK, Variable(2, VariableType.PHONE))
    found = sms.estimate(RULES, "看${1}问${2}", "华为云", variables)
    assert found.chars == 2 + 5 + RULES.link_chars + 1
    assert found.most_chars == 2 + 5 + RULES.link_chars + 15


def test_the_link_alone_is_exact() -> None:
    found = sms.estimate(RULES, "看${1}", "华为云", (LINK,))
    assert (found.chars, found.parts) == (found.most_chars, found.most_parts)


@given(st.text(alphabet="中a ", max_size=120), st.text(alphabet="中1", min_size=1, max_size=20))
def test_the_real_message_lies_within_the_estimate(fixed: str, value: str) -> None:
    content = fixed + "${1}"
    variables = (Variable(1, VariableType.TEXT, "x"),)
    found = sms.estimate(RULES, content, "云", variables)
    real = sms.count("【云】" + sms.render(content, {1: value}))
    assert found.chars <= real <= found.most_chars
    assert found.parts <= sms.parts(RULES, real) <= found.most_parts


# --- content and variables -------------------------------------------------------------------------------------


def test_a_plain_notice_is_fine() -> None:
    assert check("您的订单已发货。") == []


def test_variables_start_at_one_without_gaps() -> None:
    assert check("${2}", (Variable(2, VariableType.MONEY),)) == ["sms.variable.gap"]
    two = (Variable(1, VariableType.MONEY), Variable(2, VariableType.MONEY))
    assert check("${2}先于${1}", two) == []


@pytest.mark.parametrize("shape", ["${0}", "${21}", "${a}", "${}", "${01}", "${1", "${ 1}", "${100}"])
def test_only_one_to_twenty_are_variables(shape: str) -> None:
    assert check(f"您好{shape}") == ["sms.variable.shape"]


def test_twenty_variables_are_the_most() -> None:
    variables = tuple(Variable(n, VariableType.MONEY) for n in range(1, 21))
    assert check("".join(f"${{{n}}}" for n in range(1, 21)), variables) == []


def test_every_variable_has_a_type_and_every_type_a_variable() -> None:
    assert check("${1}") == ["sms.variable.no_type"]
    assert check("您好", (Variable(1, VariableType.MONEY),)) == ["sms.variable.not_used"]
    assert check("${1}", (LINK, LINK)) == ["sms.variable.twice", "sms.variable.link_twice"]


def test_other_text_needs_a_description() -> None:
    assert check("${1}", (Variable(1, VariableType.TEXT),)) == ["sms.variable.no_description"]
    assert check("${1}", (Variable(1, VariableType.TEXT, "客户姓名"),)) == []


def test_one_link_a_message() -> None:
    assert check("${1}${2}", (LINK, Variable(2, VariableType.NEWTEXT))) == ["sms.variable.link_twice"]
    assert check("${1}和${1}", (LINK,)) == ["sms.variable.link_twice"]


def test_two_variables_are_noted_as_api_only() -> None:
    variables = (LINK, Variable(2, VariableType.MONEY))
    (note,) = sms.check_content(RULES, "${1}${2}", SmsType.NOTIFY, variables, "华为云")
    assert (note.code, note.severity) == ("sms.content.api_only", Severity.NOTE)


def test_promotion_carries_the_opt_out_and_no_other_one() -> None:
    assert check("大促开始", kind=SmsType.PROMOTION) == ["sms.content.no_opt_out"]
    assert check("大促开始，拒收请回复R", kind=SmsType.PROMOTION) == []
    assert check("大促开始，回T退订", kind=SmsType.PROMOTION) == ["sms.content.no_opt_out"]
    both = "回T退订，拒收请回复R"
    assert check(both, kind=SmsType.PROMOTION) == ["sms.content.other_opt_out"]


def test_content_and_signature_together_are_500() -> None:
    assert check("一" * 495) == []
    assert check("一" * 496) == ["sms.content.too_long_with_signature"]
    assert check("一" * 501) == ["sms.content.too_long"]
    assert check("") == ["sms.content.missing"]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("a\u202eb", "text.bidi_mark"),
        ("a\x00b", "text.control_character"),
        ("a\u200bb", "text.control_character"),
    ],
)
def test_what_cannot_be_seen_is_refused(text: str, code: str) -> None:
    assert code in check(text)
    draft = SmsTemplateDraft(text, SmsType.NOTIFY, 1, "您好")
    assert code in codes(sms.check_template(RULES, draft, "华为云"))


@pytest.mark.parametrize("name", ["<b>x</b>", "=1+1", "@SUM(A1)", "'; DROP TABLE x;--", "&amp;"])
def test_what_looks_like_code_is_a_name_like_any_other(name: str) -> None:
    draft = SmsTemplateDraft(name, SmsType.NOTIFY, 1, "您好")
    assert sms.check_template(RULES, draft, "华为云") == ()


def test_names_and_notes_have_limits_and_names_are_unique() -> None:
    draft = SmsTemplateDraft("名" * 30, SmsType.NOTIFY, 1, "您好", note="用" * 100)
    assert sms.check_template(RULES, draft, "云") == ()
    assert codes(sms.check_template(RULES, replace(draft, name="名" * 31), "云")) == ["sms.name.too_long"]
    assert codes(sms.check_template(RULES, replace(draft, name=" "), "云")) == ["sms.name.missing"]
    assert codes(sms.check_template(RULES, replace(draft, note="用" * 101), "云")) == ["sms.note.too_long"]
    assert codes(sms.check_template(RULES, draft, "云", (draft.name,))) == ["sms.name.taken"]


# --- rendering -------------------------------------------------------------------------------------------------


def test_a_value_that_looks_like_a_variable_stays_text() -> None:
    assert sms.render("${1}-${2}", {1: "${2}", 2: "x"}) == "${2}-x"


def test_a_missing_value_is_refused_by_number() -> None:
    with pytest.raises(Refused) as refused:
        sms.render("${1}${2}${2}", {1: "a"})
    assert [p.param("number") for p in refused.value.problems] == [2]


@given(st.dictionaries(st.integers(min_value=1, max_value=20), st.text(max_size=20), min_size=1))
def test_rendering_puts_every_value_in_its_place(values: dict[int, str]) -> None:
    content = "|".join(f"${{{n}}}" for n in values)
    assert sms.render(content, values) == "|".join(values.values())


# --- states ----------------------------------------------------------------------------------------------------


def test_every_pair_of_state_and_event_is_a_move_or_a_refusal() -> None:
    for state, event in itertools.product(SmsTemplateState, SmsTemplateEvent):
        if (state, event) in sms.MOVES:
            assert isinstance(sms.advance(state, event), SmsTemplateState)
        else:
            with pytest.raises(Refused):
                sms.advance(state, event)


def test_only_a_refused_template_can_be_changed() -> None:
    changeable = [s for s in SmsTemplateState if (s, SmsTemplateEvent.EDIT) in sms.MOVES]
    assert changeable == [SmsTemplateState.NOT_SUBMITTED, SmsTemplateState.REJECTED]


@pytest.mark.parametrize(
    ("state", "variables", "why"),
    [
        (SmsTemplateState.ADOPTED, (LINK,), []),
        (SmsTemplateState.REVIEWING, (LINK,), ["sms.template.not_adopted"]),
        (SmsTemplateState.ADOPTED, (), ["sms.template.no_link"]),
        (SmsTemplateState.ADOPTED, (Variable(1, VariableType.MONEY),), ["sms.template.no_link"]),
    ],
)
def test_what_can_carry_a_smart_message(
    state: SmsTemplateState, variables: tuple[Variable, ...], why: list[str]
) -> None:
    assert codes(sms.why_not_sendable(state, variables)) == why


def test_verdicts_become_events() -> None:
    assert sms.event_of(Verdict.WAITING) is None
    assert sms.event_of(Verdict.APPROVED) is SmsTemplateEvent.ADOPT
    assert sms.event_of(Verdict.REJECTED) is SmsTemplateEvent.REJECT
