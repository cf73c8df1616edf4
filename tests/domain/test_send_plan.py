# SPDX-License-Identifier: Apache-2.0
"""Send plans: what a plan may say, what it may not, and which files of a watched folder are whole."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.campaign import NAME_LIMIT, CampaignKind
from koodesk.domain.problem import Refused
from koodesk.domain.quiet_hours import Window
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_plan import LONGEST_PLAN, Seen, SendPlan, read_send_plan, settled

LEAST = 'template = "新年红包"\nsms_template = 3\n'
VIDEO = 'kind = "video"\ntemplate = 7\n'
PLAIN = 'kind = "plain"\ntemplate = "到店"\n'


def test_a_whole_plan() -> None:
    plan = read_send_plan(
        """
        kind = "smart"
        name = "{file} {date}"
        template = "新年红包"
        sms_template = "新年短信"
        audience = "号码.xlsx"
        consent = " 会员协议 "
        fallback = "basic"
        fallback_template = 4
        validity_days = 3
        start_at = 2026-12-01T09:00:00+08:00
        not_after = 2026-12-02T01:00:00Z
        hours = "09:00-20:30"
        rate = 100
        budget = "120.5"
        domain = "go.example.com"
        jump_url = "https://example.com/a"
        [sms_values]
        2 = "CODE"
        """
    )
    assert plan == SendPlan(
        kind=CampaignKind.SMART,
        template="新年红包",
        name="{file} {date}",
        sms_template="新年短信",
        audience="号码.xlsx",
        consent="会员协议",
        fallback=Fallback.BASIC,
        fallback_template="4",
        validity_days=3,
        start_at_ms=1_796_086_800_000,
        not_after_ms=1_796_173_200_000,
        hours=Window(540, 1230),
        rate=100,
        budget=12_050_000,
        sms_values=(("2", "CODE"),),
        domain="go.example.com",
        jump_url="https://example.com/a",
    )


def test_the_least_a_plan_says() -> None:
    assert read_send_plan(LEAST) == SendPlan(CampaignKind.SMART, "新年红包", sms_template="3")
    assert read_send_plan(VIDEO) == SendPlan(CampaignKind.VIDEO, "7")
    plain = read_send_plan(PLAIN + '[sms_values]\n2 = "A1"\n')
    assert plain == SendPlan(CampaignKind.PLAIN, "到店", sms_values=(("2", "A1"),))


@pytest.mark.parametrize(
    ("text", "code", "key"),
    [
        ("template = ", "plan.not_toml", ""),
        ("x" * (LONGEST_PLAN + 1), "plan.too_long", ""),
        ("", "data.key_missing", "template"),
        ('template = "a"', "data.key_missing", "sms_template"),
        ('template = ""\nsms_template = 1', "data.key_missing", "template"),
        ("template = true\nsms_template = 1", "data.wrong_type", "template"),
        (LEAST + 'kind = "letter"', "data.unknown_name", "kind"),
        (LEAST + "price = 3", "data.key_unknown", "price"),
        (LEAST + "validity_days = 0", "data.out_of_range", "validity_days"),
        (LEAST + "validity_days = 8", "data.out_of_range", "validity_days"),
        (LEAST + "rate = -1", "data.out_of_range", "rate"),
        (LEAST + 'budget = "a lot"', "plan.budget", "budget"),
        (LEAST + 'budget = "-1"', "plan.budget", "budget"),
        (LEAST + "start_at = 2026-12-01T09:00:00", "plan.instant", "start_at"),
        (LEAST + 'start_at = "2026-12-01"', "plan.instant", "start_at"),
        (LEAST + "start_at = 2026-12-01", "plan.instant", "start_at"),
        (LEAST + 'hours = "9-20"', "plan.hours", "hours"),
        (LEAST + 'hours = "20:00-09:00"', "plan.hours", "hours"),
        (LEAST + 'hours = "09:00-09:00"', "plan.hours", "hours"),
        (LEAST + 'hours = "09:00-24:01"', "plan.hours", "hours"),
        (LEAST + 'name = "{who}"', "plan.name_place", "name"),
        (LEAST + 'audience = "../号码.xlsx"', "plan.audience", "audience"),
        (LEAST + 'audience = "/etc/passwd"', "plan.audience", "audience"),
        (LEAST + "audience = 'a\\b.xlsx'", "plan.audience", "audience"),
        (LEAST + 'audience = ".."', "plan.audience", "audience"),
        (LEAST + 'fallback = "basic"', "plan.fallback", "fallback_template"),
        (LEAST + "fallback_template = 4", "plan.fallback", "fallback_template"),
        (LEAST + '[sms_values]\n0 = "x"', "plan.variable", "sms_values.0"),
        (LEAST + '[sms_values]\nname = "x"', "plan.variable", "sms_values.name"),
        (LEAST + "[sms_values]\n1 = 2", "data.wrong_type", "sms_values.1"),
        (VIDEO + "sms_template = 1", "plan.smart_only", "sms_template"),
        (VIDEO + '[sms_values]\n1 = "x"', "plan.smart_only", "sms_values"),
        (PLAIN + "sms_template = 1", "plan.smart_only", "sms_template"),
        (PLAIN + 'fallback = "sms"', "plan.smart_only", "fallback"),
        (PLAIN + "validity_days = 1", "plan.smart_only", "validity_days"),
        (PLAIN + "expiration_hours = 7", "data.key_unknown", "expiration_hours"),
        (PLAIN + '[sms_values]\nx = "x"', "plan.variable", "sms_values.x"),
        (VIDEO + "validity_days = 1", "plan.smart_only", "validity_days"),
        (VIDEO + "expiration_hours = 73", "data.out_of_range", "expiration_hours"),
        (LEAST + "expiration_hours = 2", "data.key_unknown", "expiration_hours"),
    ],
)
def test_what_is_wrong_is_named(text: str, code: str, key: str) -> None:
    with pytest.raises(Refused) as refused:
        read_send_plan(text, "新年.toml")
    (found,) = refused.value.problems
    params = dict(found.params)
    assert (found.code, params["file"]) == (code, "新年.toml")
    assert params.get("key", "") == key


@given(st.text(max_size=200))
def test_any_text_is_a_plan_or_refused(text: str) -> None:
    with suppress(Refused):  # and nothing else
        assert read_send_plan(LEAST + text).template


@given(st.text(max_size=60), st.integers(0, 4_000_000_000_000))
def test_a_name_fits(stem: str, now_ms: int) -> None:
    plan = read_send_plan(LEAST + 'name = "{file}{date}"')
    assert len(plan.task_name(f"{stem}.xlsx", now_ms)) <= NAME_LIMIT


def test_a_files_name_is_never_a_place() -> None:
    plan = read_send_plan(LEAST + 'name = "{file}|{date}"')
    assert plan.task_name("{date}.xlsx", 1_795_881_600_000) == "{date}|2026-11-29"  # midnight in Beijing


def seen(name: str, size: int = 10, changed_ns: int = 1) -> Seen:
    return Seen(name, size, changed_ns)


@pytest.mark.parametrize(
    ("before", "now", "ready"),
    [
        ([], [seen("a.xlsx")], ()),
        ([seen("a.xlsx")], [seen("a.xlsx")], ("a.xlsx",)),
        ([seen("a.xlsx")], [seen("a.xlsx", size=11)], ()),
        ([seen("a.xlsx")], [seen("a.xlsx", changed_ns=2)], ()),
        ([seen("a.xlsx", size=0)], [seen("a.xlsx", size=0)], ()),
        ([seen("~$a.xlsx")], [seen("~$a.xlsx")], ()),
        ([seen(".a.xlsx")], [seen(".a.xlsx")], ()),
        ([seen("plan.toml")], [seen("plan.toml")], ()),
        ([seen("a.xlsx.part")], [seen("a.xlsx.part")], ()),
        ([seen("b.XLSX"), seen("a.xlsx")], [seen("b.XLSX"), seen("a.xlsx")], ("a.xlsx", "b.XLSX")),
        ([seen("a.xlsx")], [], ()),
    ],
)
def test_which_files_are_whole(before: list[Seen], now: list[Seen], ready: tuple[str, ...]) -> None:
    assert settled({one.name: one for one in before}, {one.name: one for one in now}) == ready
