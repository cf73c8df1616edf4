# SPDX-License-Identifier: Apache-2.0
"""The form of a resolve task: each rule of facts 1.9 at its limit and one over; domains; the life of a link."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.link import DAY_MS, LinkLife, LinkState, expiry
from koodesk.domain.problem import Severity
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.resolve_task import (
    CodeType,
    DomainDraft,
    Generation,
    LinkDraft,
    ResolveDraft,
    check_domain,
    check_resolve_task,
)

RULES = read_resolve_rules((paths.resources() / "rules" / "resolve.toml").read_text("utf-8"))
GROUP = ResolveDraft("双十一", "123456789", CodeType.GROUP, 30, 1000, ("云杉商城",), (LinkDraft(),))
ONE = ResolveDraft(
    "双十一", "123456789", CodeType.INDIVIDUAL, 7, 1, ("云杉商城",), (LinkDraft(values=(("name", "张三"),)),)
)
CUSTOM = replace(GROUP, generation=Generation.CUSTOM, domain="a.cn", links=(LinkDraft(short_code="sale11"),))


def codes(draft: ResolveDraft, params: tuple[str, ...] = ()) -> list[str]:
    return [p.code for p in check_resolve_task(draft, RULES, params)]


def test_sound_forms_have_no_problems() -> None:
    assert codes(GROUP) == []
    assert codes(CUSTOM) == []
    assert codes(ONE, ("name",)) == []


@pytest.mark.parametrize(
    ("draft", "good", "bad", "code"),
    [
        (GROUP, {"name": "名" * 30}, {"name": "名" * 31}, "resolve.name.too_long"),
        (GROUP, {"name": "a"}, {"name": " "}, "resolve.name.empty"),
        (GROUP, {"name": "a b"}, {"name": "a\nb"}, "resolve.name.control"),
        (GROUP, {"days": 1}, {"days": 0}, "resolve.days.range"),
        (GROUP, {"days": 180}, {"days": 181}, "resolve.days.range"),
        (ONE, {"days": 1}, {"days": 0}, "resolve.days.range"),
        (ONE, {"days": 7}, {"days": 8}, "resolve.days.range"),
        (GROUP, {"times": 2}, {"times": 1}, "resolve.times.range"),
        (GROUP, {"times": 10_000_000}, {"times": 10_000_001}, "resolve.times.range"),
        (ONE, {"times": 1}, {"times": 2}, "resolve.times.once"),
        (GROUP, {"signatures": ("a",)}, {"signatures": ()}, "resolve.signatures.none"),
        (
            GROUP,
            {"signatures": tuple("abcde")},
            {"signatures": tuple("abcdef")},
            "resolve.signatures.too_many",
        ),
        (GROUP, {"signatures": ("名" * 18,)}, {"signatures": ("名" * 19,)}, "resolve.signature.length"),
        (GROUP, {"signatures": ("名",)}, {"signatures": ("",)}, "resolve.signature.length"),
        (GROUP, {"signatures": ("云杉",)}, {"signatures": ("【云杉】",)}, "resolve.signature.brackets"),
        (GROUP, {"signatures": ("甲", "乙")}, {"signatures": ("甲", "甲")}, "resolve.signature.twice"),
        (GROUP, {"links": (LinkDraft(),)}, {"links": ()}, "resolve.links.none"),
        (GROUP, {"links": (LinkDraft(),)}, {"links": (LinkDraft(),) * 2}, "resolve.links.too_many"),
        (ONE, {"links": ONE.links * 100}, {"links": ONE.links * 101}, "resolve.links.too_many"),
        (GROUP, {"domain": "a.cn"}, {"domain": "a"}, "resolve.domain.pattern"),
        (GROUP, {"domain": "a1.b2.cn"}, {"domain": "a-b.cn"}, "resolve.domain.pattern"),
        (
            GROUP,
            {"domain": "a" * 97 + ".cn"},
            {"domain": "a" * 98 + ".cn"},
            "resolve.domain.too_long",
        ),
        (CUSTOM, {"domain": "a.cn"}, {"domain": ""}, "resolve.domain.needed"),
        (CUSTOM, {"links": (LinkDraft("abc"),)}, {"links": (LinkDraft("ab"),)}, "resolve.code.length"),
        (
            CUSTOM,
            {"links": (LinkDraft("a" * 10),)},
            {"links": (LinkDraft("a" * 11),)},
            "resolve.code.length",
        ),
        (CUSTOM, {"links": (LinkDraft("Ab3"),)}, {"links": (LinkDraft("A-3"),)}, "resolve.code.pattern"),
        (CUSTOM, {"links": (LinkDraft("Ab3"),)}, {"links": (LinkDraft("双十一"),)}, "resolve.code.pattern"),
        (CUSTOM, {}, {"links": (LinkDraft(),)}, "resolve.code.needed"),
        (GROUP, {}, {"links": (LinkDraft("abc"),)}, "resolve.code.not_custom"),
        (
            GROUP,
            {"links": (LinkDraft(cust_flag="x" * 64),)},
            {"links": (LinkDraft(cust_flag="x" * 65),)},
            "resolve.flag.too_long",
        ),
        (
            GROUP,
            {"links": (LinkDraft(custom_url="https://a.cn/".ljust(256, "x")),)},
            {"links": (LinkDraft(custom_url="https://a.cn/".ljust(257, "x")),)},
            "jump_url.too_long",
        ),
        (
            GROUP,
            {"links": (LinkDraft(custom_url="http://a.cn"),)},
            {"links": (LinkDraft(custom_url="javascript:alert(1)"),)},
            "jump_url.scheme",
        ),
    ],
)
def test_each_rule_at_its_limit_and_one_over(
    draft: ResolveDraft, good: dict[str, object], bad: dict[str, object], code: str
) -> None:
    params = ("name",) if draft is ONE else ()
    assert codes(replace(draft, **good), params) == []  # type: ignore[arg-type]  # fields of the draft
    assert codes(replace(draft, **bad), params) == [code]  # type: ignore[arg-type]  # fields of the draft


def test_a_template_with_parameters_needs_individual_links() -> None:
    assert codes(GROUP, ("name",)) == ["resolve.type.params"]


def test_an_individual_link_has_every_parameter_and_no_other() -> None:
    (missing,) = check_resolve_task(replace(ONE, links=(LinkDraft(),)), RULES, ("name",))
    assert (missing.code, missing.where) == ("resolve.param.missing", "link:1/param:name")
    (unknown,) = check_resolve_task(ONE, RULES, ())
    assert (unknown.code, unknown.where) == ("resolve.param.unknown", "link:1/param:name")


def test_the_jump_url_of_a_custom_code_is_ignored_and_said_to_be() -> None:
    link = LinkDraft("sale11", custom_url="javascript:alert(1)")
    (found,) = check_resolve_task(replace(CUSTOM, links=(link,)), RULES, ())
    assert (found.code, found.severity) == ("resolve.url.ignored", Severity.WARNING)


def test_a_code_stands_once_in_a_request() -> None:
    links = tuple(LinkDraft(code, values=(("name", "x"),)) for code in ("abc", "ABC", "abc"))
    task = replace(ONE, generation=Generation.CUSTOM, domain="a.cn", links=links)
    (found,) = check_resolve_task(task, RULES, ("name",))
    assert (found.code, found.where) == ("resolve.code.twice", "link:3/short_code")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("shop.cn", ""),
        ("a.b.c.cn", ""),
        ("a" * 97 + ".cn", ""),
        ("", "resolve.domain.empty"),
        ("a" * 98 + ".cn", "resolve.domain.too_long"),
        ("shop", "resolve.domain.pattern"),
        ("shop.", "resolve.domain.pattern"),
        (".cn", "resolve.domain.pattern"),
        ("shop..cn", "resolve.domain.pattern"),
        ("https://shop.cn", "resolve.domain.pattern"),
        ("shop.cn/x", "resolve.domain.pattern"),
        ("商城.cn", "resolve.domain.pattern"),
        ("xn--a.cn", "resolve.domain.pattern"),
        ("shop.cn\n", "resolve.domain.pattern"),
        ("10.0.0.1", "resolve.domain.pattern"),
        ("km2g.cn", "resolve.domain.not_yours"),
        ("KM2N.cn", "resolve.domain.not_yours"),
        ("a.localhost", "resolve.domain.not_yours"),
        ("desk.internal", "resolve.domain.not_yours"),
    ],
)
def test_domains(name: str, code: str) -> None:
    found = check_domain(DomainDraft(name, Generation.CUSTOM), RULES)
    assert [p.code for p in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("life", "at", "state"),
    [
        (LinkLife(1, 0, 100), 99, LinkState.ACTIVE),
        (LinkLife(1, 0, 100), 100, LinkState.EXPIRED),
        (LinkLife(1, 1, 100), 99, LinkState.USED_UP),
        (LinkLife(2, 1, 100), 99, LinkState.ACTIVE),
        (LinkLife(2, 0, 100, frozen=True), 99, LinkState.FROZEN),
        (LinkLife(2, 2, 100, frozen=True), 100, LinkState.EXPIRED),
    ],
)
def test_a_links_life(life: LinkLife, at: int, state: LinkState) -> None:
    assert life.at(at) is state


@given(st.integers(0, 2**42), st.integers(1, 180))
def test_a_link_ends_after_so_many_times_24_hours_to_the_millisecond(created: int, days: int) -> None:
    end = expiry(created, days)
    assert end - created == days * DAY_MS == days * 86_400_000
    assert LinkLife(1, 0, end).at(end - 1) is LinkState.ACTIVE
    assert LinkLife(1, 0, end).at(end) is LinkState.EXPIRED
