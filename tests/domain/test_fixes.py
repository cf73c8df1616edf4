# SPDX-License-Identifier: Apache-2.0
"""A fix that is offered works, and changes nothing but the place it is for."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import edits
from koodesk.domain.checks import ALL_CODES, check
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import Edit, SetOverride, SetText, SetUse, edit_line, read_edit_line
from koodesk.domain.fixes import FIXABLE, fix, fix_all, fixes_in_turn
from koodesk.domain.problem import Problem, Refused
from koodesk.domain.template import ButtonContent, Content, Override, Template, TextContent, Use
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor
from tests.domain.checks.cases import Case, both, card, changed, event, text, to
from tests.domain.checks.test_register import all_cases
from tests.domain.strategies import edits_of, good, pack, templates, texts

FIXABLE_CASES = [c for c in all_cases() if c.code in FIXABLE]

CARD_FIELDS = {
    "param.undefined": "params",
    "param.unused": "params",
    "sms_sign.brackets": "sms_signs",
    "sms_sign.missing": "sms_signs",
    "sms_sign.taken": "sms_signs",
    "variant.lost": "overrides",
    "variant.unused": "overrides",
}
"""Fixes that change another field of the card than the one their problem stands at."""


def same(one: Problem, other: Problem) -> bool:
    """Tell whether two problems say the same of the same place."""
    said = ("name", "mark", "placeholder")
    return (one.code, one.where, one.vendor, *(one.param(p) for p in said)) == (
        other.code,
        other.where,
        other.vendor,
        *(other.param(p) for p in said),
    )


def _content_of(problem: Problem) -> str:
    kind, _, rest = problem.where.partition(":")
    return rest.partition("/")[0] if kind == "content" else ""


def _but_one_field(before: Content, after: Content) -> bool:
    """Tell whether two contents differ in one field at most: words, picture, event, ..."""
    differs = [f.name for f in fields(before) if getattr(before, f.name) != getattr(after, f.name)]
    return type(before) is type(after) and len(differs) <= 1


def assert_touches_its_place_only(problem: Problem, before: Template, after: Template) -> None:
    """The card is the same but for the field, the content or the vendor's own content that the problem is about."""
    content_id = _content_of(problem)
    card_field = CARD_FIELDS.get(problem.code)
    if card_field is None and not content_id:
        card_field = "params" if problem.where.startswith("param:") else problem.where.partition(":")[0]
    if card_field is not None:
        assert replace(after, **{card_field: getattr(before, card_field)}) == before
        return
    own = {(o.vendor, o.content.id) for o in before.overrides}
    if (problem.vendor, content_id) in own:
        assert replace(after, overrides=before.overrides) == before
        others = [o for o in before.overrides if (o.vendor, o.content.id) != (problem.vendor, content_id)]
        kept = [o for o in after.overrides if (o.vendor, o.content.id) != (problem.vendor, content_id)]
        assert kept == others
        return
    assert [c.id for c in after.contents()] == [c.id for c in before.contents()]
    for was, now in zip(before.contents(), after.contents(), strict=True):
        assert was == now or (was.id == content_id and _but_one_field(was, now)), problem
    assert replace(after, pages=before.pages) == before


def assert_fixes_work(template: Template) -> None:
    """Each offered fix applies, removes its problem, touches nothing else, and can be kept as a line."""
    for problem in check(template, pack()):
        edit = fix(problem, template, pack())
        if edit is None:
            continue
        after = edit.apply(template)
        assert after != template
        assert not any(same(problem, left) for left in check(after, pack())), problem
        assert_touches_its_place_only(problem, template, after)
        assert read_edit_line(edit_line(edit)) == edit


@given(templates())
def test_any_offered_fix_works(template: Template) -> None:
    """However odd the template."""
    assert_fixes_work(template)


@pytest.mark.parametrize("case", FIXABLE_CASES, ids=str)
def test_fixes_of_the_cases(case: Case) -> None:
    """What the checks' own tables provoke."""
    assert_fixes_work(case.bad())


@pytest.mark.parametrize("code", FIXABLE)
def test_a_failing_card_becomes_a_passing_one(code: str) -> None:
    """For every fixable code: a card with the problem, one edit, a card without it, the rest as it was."""
    offered: list[tuple[Template, Problem, Edit]] = []
    for case in FIXABLE_CASES:
        if case.code == code:
            bad = case.bad()
            found = ((p, fix(p, bad, case.rules())) for p in case.found_in(bad))
            offered += [(bad, p, edit) for p, edit in found if edit is not None]
    assert offered, "no case shows the fix"
    for bad, problem, edit in offered:
        after = edit.apply(bad)
        assert code in {p.code for p in check(bad, pack())}
        assert not any(same(problem, left) for left in check(after, pack()))
        assert_touches_its_place_only(problem, bad, after)


def test_every_fixable_code_is_a_code() -> None:
    """No fix for a problem nobody finds."""
    assert set(FIXABLE) <= set(ALL_CODES)


def _title(words: str) -> TextContent:
    content = good().content("title")
    assert isinstance(content, TextContent)
    return replace(content, text=words)


def _as_variant(case: Case, vendor: Vendor) -> Template | None:
    """Return the case's card with the bad contents as one vendor's own, None where the contents are not what is bad."""
    was, now = case.good(), case.bad()
    if vendor not in now.vendors or [c.id for c in was.contents()] != [c.id for c in now.contents()]:
        return None
    bad = [c for old, c in zip(was.contents(), now.contents(), strict=True) if old != c]
    if not bad or replace(now, pages=was.pages) != was:
        return None
    own = tuple(Override(vendor, c, content_mark(was.content(c.id))) for c in bad)
    return replace(was, overrides=own)


@pytest.mark.parametrize("case", FIXABLE_CASES, ids=str)
def test_a_vendors_own_content_is_fixed_where_it_is(case: Case) -> None:
    """The master and the other vendors keep what they show, and what the variant remembers of the master stays."""
    template = _as_variant(case, Vendor.HUAWEI)
    if template is None:
        return  # it is not a content that is wrong
    assert_fixes_work(template)
    for problem in check(template, pack()):
        edit = fix(problem, template, pack())
        if edit is not None and problem.vendor is Vendor.HUAWEI and _content_of(problem):
            after = edit.apply(template)
            assert after.pages == template.pages
            assert {o.base for o in after.overrides} <= {o.base for o in template.overrides}


def test_a_fix_does_not_hide_that_the_master_moved_on() -> None:
    """The variant's slip is mended, the badge of the drift stays."""
    mine = _title("a<b${name}")
    drifted = both(SetOverride(Vendor.OPPO, mine), text("title", "${name}，换了")).apply(good())
    after = fix_all(drifted, pack()).apply(drifted)
    assert [(p.code, p.vendor) for p in check(after, pack()) if p.code.startswith("variant.d")] == [
        ("variant.drifted", Vendor.OPPO)
    ]
    assert after.overrides[0].content == _title("a＜b${name}")


def test_a_missing_parameter_of_a_variant_is_added_to_the_list() -> None:
    """The list is the card's: neither master nor variant changes."""
    mine = _title("${who}")
    template = SetOverride(Vendor.OPPO, mine).apply(good())
    (problem,) = [p for p in check(template, pack()) if p.code == "param.undefined"]
    assert fix(problem, template, pack()) == edits.AddParam("who")


def test_a_fix_for_words_by_hand() -> None:
    """The opt-out goes to the end of the body."""
    template = SetText("body", "30元红包 ").apply(good())
    (problem,) = [p for p in check(template, pack()) if p.code == "text.opt_out_missing"]
    assert fix(problem, template, pack()) == SetText("body", "30元红包拒收请回复R")


def _fixed(template: Template) -> Template:
    return fix_all(template, pack()).apply(template)


def test_fixes_by_hand() -> None:
    """What the words, fields and signs become."""
    popup = event(EventType.OPEN_POPUP, target="<礼>", content="a&b", text_button="好", mode="1")
    button = _fixed(both(to(Vendor.HUAWEI), popup).apply(good())).content("button")
    assert isinstance(button, ButtonContent)
    words = (("content", "a＆b"), ("mode", "0"), ("target", "＜礼＞"), ("text_button", "好"))
    assert button.event == ClickEvent(EventType.OPEN_POPUP, words)
    signs = both(edits.SetSmsSigns(("【云杉商城】", "", "云杉商城")), edits.SetSmsTemplate("码[数字 6～4]"))
    after = _fixed(signs.apply(good()))
    assert (after.sms_signs, after.sms_template) == (("云杉商城",), "码[数字4-6]")
    emoji = _fixed(text("title", "${name}👩\u200d👧a\u200db\u202e红包").apply(good())).content("title")
    assert isinstance(emoji, TextContent)
    assert emoji.text == "${name}👩\u200d👧ab红包"


def test_what_only_the_marketer_can_decide_has_no_fix() -> None:
    """A name too long for the word, one of two signatures, the last vendor, a page that could open in two ways."""
    app = {"target": "app://x", "package_name": "a.b"}
    for change, code in (
        (both(SetUse(Use.TRIAL), edits.SetName("红" * 16)), "use.trial_word_missing"),
        (both(edits.SetSmsSigns(("甲方", "乙方"))), "sms_example.sign_unknown"),
        (to(Vendor.MEIZU), "vendor.layout_refused"),
        (
            both(
                to(Vendor.HUAWEI),
                event(EventType.OPEN_APP, floor_type="3", floor_url="https://a.example", **app),
            ),
            "floor.url_bad",
        ),
        (
            both(
                to(Vendor.SAMSUNG),
                event(EventType.OPEN_APP, floor_type="1", floor_url="http://a.example", **app),
            ),
            "floor.http_needs_browser",
        ),
    ):
        template = changed(change)
        found = [p for p in check(template, pack()) if p.code == code]
        assert found
        where = {p.where for p in found} - {"content:title"}
        assert [fix(p, template, pack()) for p in found if p.where in where] == [None] * len(where)


def test_links_are_never_rewritten() -> None:
    """A full-width & would be another address."""
    case = next(
        c for c in all_cases() if c.code == "text.forbidden_mark" and c.where.endswith("event.target")
    )
    template = case.bad()
    (problem,) = [p for p in check(template, pack()) if p.code == case.code]
    assert fix(problem, template, pack()) is None


# --- all at once ------------------------------------------------------------------------------------------------


def _assert_all_fixed(template: Template, vendor: Vendor | None = None) -> Template:
    edit = fix_all(template, pack(), vendor)
    after = edit.apply(template)
    left = check(after, pack(), vendor)
    assert [p for p in left if fix(p, after, pack()) is not None] == []
    assert read_edit_line(edit_line(edit)).apply(template) == after
    return after


@pytest.mark.parametrize("case", FIXABLE_CASES, ids=str)
def test_fix_all_leaves_nothing_that_can_be_fixed(case: Case) -> None:
    """One edit, so one step of undo."""
    _assert_all_fixed(case.bad())


def test_a_problem_that_comes_back_by_another_fix_is_fixed_again() -> None:
    """Without the hidden mark between them the spaces left and right of it are spaces too many once more."""
    _assert_all_fixed(replace(good(), sms_template="  \u202e  "))


@given(templates(), st.none() | st.sampled_from(list(Vendor)))
def test_fix_all_ends_for_any_template(template: Template, vendor: Vendor | None) -> None:
    """Each step mends the problem it names."""
    _assert_all_fixed(template, vendor)
    changed_ = template
    for problem, edit in fixes_in_turn(template, pack(), vendor):
        assert problem in check(changed_, pack(), vendor)
        changed_ = edit.apply(changed_)


def test_two_missing_parameters_of_one_text_are_both_added() -> None:
    """They stand at the same place and have the same code."""
    after = _assert_all_fixed(text("title", "${甲}和${乙}的红包").apply(good()))
    assert {p.name for p in after.params} == {"甲", "乙"}


def test_for_one_vendor() -> None:
    """OPPO's doubtful event is mended; what only MEIZU refuses stays."""
    wrong = both(
        to(Vendor.HUAWEI, Vendor.OPPO, Vendor.MEIZU), event(EventType.OPEN_URL, target="https://a.example")
    )
    after = fix_all(wrong.apply(good()), pack(), Vendor.OPPO).apply(wrong.apply(good()))
    assert Vendor.MEIZU in after.vendors
    button = after.content("button")
    assert getattr(button, "event", None) == ClickEvent(
        EventType.OPEN_BROWSER, (("target", "https://a.example"),)
    )
    assert fix_all(good(), pack()).edits == ()


# --- any card of any layout -------------------------------------------------------------------------------------


@st.composite
def odd_cards(draw: st.DrawFn) -> Template:
    """The card of any layout after edits that fit it or not, with variants of its contents."""
    template = card(draw(st.sampled_from(sorted(pack().layouts))))
    ids = st.sampled_from([c.id for c in template.contents()])
    flags = st.booleans()
    component: st.SearchStrategy[Edit] = st.one_of(
        st.builds(edits.SetChild, ids, texts),
        st.builds(edits.SetVisible, ids, flags),
        st.builds(edits.SetCurrency, ids, flags),
        st.builds(edits.SetMoving, ids, flags),
        st.builds(edits.SetRatio, ids, st.sampled_from(["oneToOne", "x", ""])),
        st.builds(edits.SetStyle, st.integers(0, 4)),
        st.builds(edits.SetSubType, st.integers(0, 7)),
    )
    for _ in range(draw(st.integers(0, 6))):
        step = draw(edits_of(template) | component)
        template = _after(step, template)
        if draw(st.integers(0, 3)) == 0:
            content = draw(st.sampled_from(template.contents()))
            other = _after(draw(edits_of(template) | component), template)
            mine = next((c for c in other.contents() if c.id == content.id), content)
            template = _after(SetOverride(draw(st.sampled_from(list(Vendor))), mine), template)
    return template


def _after(edit: Edit, template: Template) -> Template:
    try:
        return edit.apply(template)
    except Refused:
        return template


@given(odd_cards())
def test_any_card_of_any_layout(template: Template) -> None:
    """No fix fails, none touches another place, and in the end there is nothing left to fix."""
    assert_fixes_work(template)
    _assert_all_fixed(template)
