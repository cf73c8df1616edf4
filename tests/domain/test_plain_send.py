# SPDX-License-Identifier: Apache-2.0
"""The form of a plain SMS, which variables are columns, how long it is, and its payload."""

from __future__ import annotations

import json
import tomllib
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.backend.sending.kinds import action
from koodesk.domain.campaign import CampaignKind, Snapshot, decode, encode, payload, payload_frame
from koodesk.domain.plain_send import (
    PlainSendDraft,
    check_length,
    check_plain_draft,
    check_values,
    columns,
    length,
    measured,
    read_plain_send_rules,
    why_not_plain,
)
from koodesk.domain.quiet_hours import Window
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsTemplateState, Variable, VariableType, count, parts, render
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.proof.ground import snapshot

NOW_MS = 1_780_000_000_000
RULES = read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8")).template
NAME, CODE = Variable(1, VariableType.TEXT, "姓名"), Variable(2, VariableType.CHARDIGIT)
LINK = Variable(3, VariableType.NEWTEXT)
DRAFT = PlainSendDraft("取件", 1, 1)


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({}, ""),
        ({"name": "x" * 30}, ""),
        ({"name": "x" * 31}, "campaign.name.too_long"),
        ({"name": " "}, "campaign.name.empty"),
        ({"rate": -1}, "campaign.rate.range"),
        ({"not_after_ms": NOW_MS}, "campaign.end.before_start"),
        ({"window": Window(480, 1321)}, "campaign.window.too_wide"),
        ({"waves": (1001,)}, "campaign.waves.shares"),
    ],
)
def test_the_form(changed: dict[str, object], code: str) -> None:
    found = check_plain_draft(replace(DRAFT, **changed), NOW_MS, promotion=True)  # type: ignore[arg-type]  # fields of the form
    assert [one.code for one in found][:1] == ([code] if code else [])


def test_a_variable_is_a_column_unless_it_has_one_value_or_is_the_link() -> None:
    assert columns((NAME, CODE, LINK), ()) == ("1", "2")
    assert columns((NAME, CODE, LINK), ("2",)) == ("1",)
    assert columns((), ()) == ()


@pytest.mark.parametrize("state", list(SmsTemplateState))
@pytest.mark.parametrize("variables", [(), (NAME,), (LINK,), (NAME, LINK)])
def test_only_an_adopted_text_without_a_link_goes_out_by_itself(
    state: SmsTemplateState, variables: tuple[Variable, ...]
) -> None:
    codes = [one.code for one in why_not_plain(state, variables)]
    assert ("campaign.plain.link" in codes) is (LINK in variables)
    assert ("sms.template.not_adopted" in codes) is (state is not SmsTemplateState.ADOPTED)


def test_values_for_everybody_are_judged_by_their_type() -> None:
    found = check_values(RULES, (NAME, CODE, LINK), (("2", "取 件"), ("3", "http://a"), ("9", "x")))
    assert [(one.code, one.where) for one in found] == [
        ("sms.value.letters_and_digits", "sms:2"),
        ("campaign.sms_values.unknown", "sms:3"),
        ("campaign.sms_values.unknown", "sms:9"),
    ]
    assert check_values(RULES, (NAME, CODE), (("1", "王先生"), ("2", "A1"))) == ()


def test_the_length_is_exact_but_for_columns() -> None:
    # 【蔚途汽车】 6 + "您好" 2 + "，" 1 + CODE 2 = 11, and a name of 1 to 20.
    found = length(RULES, "您好${1}，${2}", "蔚途汽车", (NAME, CODE), (("2", "A1"),))
    assert (found.chars, found.most_chars, found.parts, found.most_parts) == (12, 31, 1, 1)
    same = length(RULES, "您好${1}，${2}", "蔚途汽车", (NAME, CODE), (("1", "王"), ("2", "A1")))
    assert (same.chars, same.most_chars) == (12, 12)


@pytest.mark.parametrize(("text", "code"), [("字" * 493, ""), ("字" * 494, "too_long"), ("字" * 480, "")])
def test_at_the_limit_and_one_over(text: str, code: str) -> None:
    found = check_length(RULES, length(RULES, text + "x", "蔚途汽车", (), ()))
    assert [one.code for one in found] == ([f"campaign.sms.{code}"] if code else [])


def test_what_may_be_too_long_with_the_longest_values_only_warns() -> None:
    (found,) = check_length(RULES, length(RULES, "字" * 480 + "${1}", "蔚途汽车", (NAME,), ()))
    assert (found.code, found.severity.value) == ("campaign.plain.may_be_too_long", "warning")
    assert check_length(RULES, length(RULES, "字" * 474 + "${1}", "蔚途汽车", (NAME,), ())) == ()


@given(
    st.text("字a，", max_size=80),
    st.text("王李", min_size=1, max_size=20),
    st.text("A1", min_size=1, max_size=20),
)
def test_no_message_has_more_parts_than_was_said(text: str, name: str, code: str) -> None:
    content = f"{text}${{1}}-${{2}}"
    said = length(RULES, content, "蔚途汽车", (NAME, CODE), (("2", code),))
    real = count(bracketed("蔚途汽车")) + count(render(content, {1: name, 2: code}))
    assert said.chars <= real <= said.most_chars
    assert said.parts <= parts(RULES, real) <= said.most_parts
    had = measured(RULES, content, "蔚途汽车", ("1",), (("2", code),))
    assert had({"1": name}) == parts(RULES, real)


def plain_snapshot(**changes: object) -> Snapshot:
    """Return the snapshot of a plain SMS to two people."""
    base = snapshot(
        "u1",
        2,
        card_id=0,
        card_digest="",
        tpl_id="",
        params=("1",),
        sms_template="5",
        sms_text="您好${1}，${2}",
        sms_values=(("2", "A1"),),
        validity_days=0,
        kind=CampaignKind.PLAIN.value,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # fields of a snapshot


def test_the_payload_has_the_contracts_shape() -> None:
    made = plain_snapshot()
    told = json.loads(
        payload(payload_frame(made), [(13800000000, '{"1":"王"}', 0), (13900000000, '{"1":"李"}', 0)])
    )
    assert told == {
        "kind": "plain",
        "campaign": "u1",
        "task_name": made.name,
        "sms_template": "5",
        "sms_sign": made.signature,
        "sms_text": "您好${1}，${2}",
        "values": {"2": "A1"},
        "recipients": [[13800000000, {"1": "王"}], [13900000000, {"1": "李"}]],
    }
    assert decode(encode(made)) == made


def test_the_rules_are_complete_and_say_how_sure_they_are() -> None:
    text = (paths.resources() / "rules" / "plain_sending.toml").read_text("utf-8")
    rules = read_plain_send_rules(text)
    assert rules.filing
    data = tomllib.loads(text)
    assert {one["confidence"] for one in data.values() if isinstance(one, dict)} <= {"stated", "assumption"}
    assert action(CampaignKind.PLAIN, "create") == f"kooMessage:{rules.task}:create"
