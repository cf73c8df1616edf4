# SPDX-License-Identifier: Apache-2.0
"""Every rule of tables 4-5 to 4-9 with a case at its limit and one over it; a rule without a case fails (tests/test_messages.py)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from koodesk.domain.problem import Problem, Severity, errors
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    Content,
    Hotline,
    Menu,
    MenuItem,
    PortType,
    QuickApp,
    RecordKind,
    ShortcutButton,
)
from tests.domain.service_account.samples import (
    APP,
    CALL,
    CHECKER,
    HOME,
    MENU,
    OPEN,
    PORT,
    PROFILE,
    QUICK,
    RULES,
    SHORTCUT,
    SIGN,
    URL,
    paper,
    picture,
)  # fmt: skip

Found = tuple[Problem, ...]


def profile(**changes: Any) -> Content:
    return replace(PROFILE, **changes)


def home(**changes: Any) -> Content:
    return replace(HOME, **changes)


def port(**changes: Any) -> Content:
    return replace(PORT, **changes)


def shortcut(**changes: Any) -> Content:
    return replace(SHORTCUT, **changes)


def items(count: int, name: str = "{}", action: Action = URL) -> Menu:
    return Menu(tuple(MenuItem(name.format(n), action) for n in range(count)))


def named(*names: str) -> Menu:
    return Menu(tuple(MenuItem(name, URL) for name in names))


def below(count: int, name: str = "子{}") -> Menu:
    return Menu((MenuItem("父", OPEN, tuple(MenuItem(name.format(n), URL) for n in range(count))),))


def act(action: Action, **changes: Any) -> Menu:
    return Menu((MenuItem("菜单", replace(action, **changes)),))


def line(**changes: Any) -> Content:
    return home(hotlines=(replace(Hotline("95500", "客服"), **changes),))


def quick(**changes: Any) -> Content:
    return home(quick_apps=(replace(HOME.quick_apps[0], **changes),))


def button(**changes: Any) -> Content:
    return shortcut(buttons=(replace(SHORTCUT.buttons[0], **changes),))


def many(count: int) -> tuple[ShortcutButton, ...]:
    return tuple(ShortcutButton(f"键{n}", URL) for n in range(count))


def apps(count: int) -> tuple[QuickApp, ...]:
    return HOME.quick_apps * count


MEGA4 = 4 * 1_048_576
HAP = "hap://app/a"

CASES: tuple[tuple[str, str, Content, Content], ...] = (
    # code, place, at the limit, one over
    ("sa.field.missing", "name", profile(name="云"), profile(name="")),
    ("sa.field.missing", "abstract", profile(abstract="云"), profile(abstract="  ")),
    ("sa.field.missing", "summary", home(summary="云"), home(summary="")),
    ("sa.field.missing", "hotline:1/number", line(number="95"), line(number="")),
    ("sa.field.missing", "hotline:1/usage", line(usage="客"), line(usage="")),
    ("sa.field.missing", "quick_app:1/name", quick(name="云"), quick(name="")),
    ("sa.field.missing", "quick_app:1/description", quick(description="云"), quick(description="")),
    ("sa.field.missing", "quick_app:1/link", quick(link=HAP), quick(link="")),
    ("sa.field.missing", "quick_app:1/engine_version", quick(engine_version="1"), quick(engine_version="")),
    ("sa.field.missing", "button:1/name", button(name="资"), button(name="")),
    ("sa.field.missing", "menu:1/action.content", act(URL), act(URL, content="")),
    ("sa.field.missing", "menu:1/action.web_title", act(URL, web_title="题"), act(URL, web_title="")),
    ("sa.field.missing", "menu:1/action.package_name", act(APP, package_name="a"), act(APP, package_name="")),
    ("sa.field.missing", "menu:1/action.service_name", act(APP, service_name="a"), act(APP, service_name="")),
    ("sa.field.missing", "menu:1/action.service_name", act(QUICK, service_name="a"), act(QUICK, service_name="")),
    ("sa.field.missing", "menu:1/action.engine_version", act(QUICK, engine_version="1"), act(QUICK, engine_version="")),
    ("sa.field.too_long", "name", profile(name="云" * 15), profile(name="云" * 16)),
    ("sa.field.too_long", "remark", profile(remark="云" * 15), profile(remark="云" * 16)),
    ("sa.field.too_long", "abstract", profile(abstract="云" * 75), profile(abstract="云" * 76)),
    ("sa.field.too_long", "summary", home(summary="云" * 75), home(summary="云" * 76)),
    ("sa.field.too_long", "hotline:1/number", line(number="1" * 20), line(number="1" * 21)),
    ("sa.field.too_wide", "hotline:1/usage", line(usage="客" * 15), line(usage="客" * 15 + "a")),
    ("sa.field.too_long", "quick_app:1/name", quick(name="云" * 15), quick(name="云" * 16)),
    ("sa.field.too_long", "quick_app:1/description", quick(description="云" * 38), quick(description="云" * 39)),
    ("sa.field.too_long", "quick_app:1/link", quick(link="hap://app/" + "a" * 990), quick(link="hap://app/" + "a" * 991)),
    ("sa.field.too_long", "quick_app:1/engine_version", quick(engine_version="1" * 50), quick(engine_version="1" * 51)),
    ("sa.field.too_long", "menu:1/action.content", act(URL, content="https://a.cn/" + "a" * 987), act(URL, content="https://a.cn/" + "a" * 988)),
    ("sa.field.too_long", "menu:1/action.content", act(CALL, content="1" * 20), act(CALL, content="1" * 21)),
    ("sa.field.too_long", "menu:1/action.web_title", act(URL, web_title="题" * 20), act(URL, web_title="题" * 21)),
    ("sa.field.too_long", "menu:1/action.package_name", act(APP, package_name="a" * 50), act(APP, package_name="a" * 51)),
    ("sa.field.too_long", "menu:1/action.app_id", act(APP, app_id="a" * 60), act(APP, app_id="a" * 61)),
    ("sa.field.too_long", "menu:1/action.service_name", act(APP, service_name="a" * 50), act(APP, service_name="a" * 51)),
    ("sa.field.too_long", "menu:1/action.engine_version", act(QUICK, engine_version="1" * 50), act(QUICK, engine_version="1" * 51)),
    ("sa.field.too_long", "menu:1/action.floor_url", act(APP, floor_url="https://a.cn/" + "a" * 987), act(APP, floor_url="https://a.cn/" + "a" * 988)),
    ("sa.field.unusually_long", "button:1/name", button(name="资" * 8), button(name="资" * 8 + "a")),
    ("sa.field.unusually_long", "button:1/link_info", button(link_info="资" * 50), button(link_info="资" * 51)),
    ("sa.list.too_many", "hotlines", home(hotlines=HOME.hotlines * 5), home(hotlines=HOME.hotlines * 6)),
    ("sa.list.too_many", "quick_apps", home(quick_apps=apps(10)), home(quick_apps=apps(11))),
    ("sa.list.too_many", "signatures", profile(signatures=tuple(f"签名{n}" for n in range(5))), profile(signatures=tuple(f"签名{n}" for n in range(6)))),
    ("sa.list.too_many", "signatures", port(signatures=tuple(f"签名{n}" for n in range(5))), port(signatures=tuple(f"签名{n}" for n in range(6)))),
    ("sa.industry.missing", "industry", profile(industry=11), profile(industry=12)),
    ("sa.industry.missing", "industry", profile(industry=1), profile(industry=0)),
    ("sa.picture.missing", "logo", profile(), profile(logo=None)),
    ("sa.picture.missing", "background", home(), home(background=None)),
    ("sa.picture.missing", "quick_app:1/logo", quick(), quick(logo=None)),
    ("sa.picture.ratio", "logo", profile(logo=picture(300, 300)), profile(logo=picture(301, 300))),
    ("sa.picture.ratio", "background", home(background=picture(1921, 1080)), home(background=picture(1922, 1080))),
    ("sa.picture.small", "logo", profile(logo=picture(240, 240)), profile(logo=picture(239, 239))),
    ("sa.picture.small", "background", home(background=picture(1440, 810)), home(background=picture(1424, 801))),
    ("sa.picture.small", "quick_app:1/logo", quick(logo=picture(192, 192)), quick(logo=picture(191, 191))),
    ("sa.picture.too_big", "logo", profile(logo=picture(240, 240, 102_400)), profile(logo=picture(240, 240, 102_401))),
    ("sa.picture.too_big", "background", home(background=picture(1440, 810, MEGA4)), home(background=picture(1440, 810, MEGA4 + 1))),
    ("sa.picture.too_big", "quick_app:1/logo", quick(logo=picture(192, 192, MEGA4)), quick(logo=picture(192, 192, MEGA4 + 1))),
    ("sa.picture.type", "logo", profile(logo=picture(240, 240, kind="jpg")), profile(logo=picture(240, 240, kind="gif"))),
    ("sa.signature.missing", "signatures", profile(auto_port=False, signatures=()), profile(signatures=())),
    ("sa.signature.missing", "signature", shortcut(signature="云云"), shortcut(signature=" ")),
    ("sa.signature.length", "signatures", profile(signatures=("云" * 18,)), profile(signatures=("云" * 19,))),
    ("sa.signature.length", "signatures", port(signatures=("云云",)), port(signatures=("云",))),
    ("sa.signature.length", "signature", shortcut(signature="云" * 18), shortcut(signature="云" * 19)),
    ("sa.signature.brackets", "signatures", profile(), profile(signatures=(f"【{SIGN}】",))),
    ("sa.signature.brackets", "signature", shortcut(), shortcut(signature=f"{SIGN} ")),
    ("sa.signature.twice", "signatures", profile(signatures=(SIGN, "别的")), profile(signatures=(SIGN, SIGN))),
    ("sa.regions.missing", "regions", shortcut(regions=("440100",)), shortcut(regions=())),
    ("sa.regions.missing", "regions", profile(auto_port=False, regions=()), profile(regions=())),
    ("region.unknown", "regions", shortcut(regions=("000000",)), shortcut(regions=("999999",))),
    ("sa.papers.missing", "papers", profile(), profile(papers=())),
    ("sa.papers.missing", "papers", port(), port(papers=())),
    ("sa.papers.missing", "papers", shortcut(), shortcut(papers=())),
    ("sa.papers.too_many", "papers", profile(papers=(paper(),) * 6), profile(papers=(paper(),) * 7)),
    ("sa.papers.too_many", "papers", port(papers=(paper(),) * 5), port(papers=(paper(),) * 6)),
    ("sa.papers.too_many", "papers", shortcut(papers=(paper(),) * 6), shortcut(papers=(paper(),) * 7)),
    ("sa.papers.too_big", "papers", profile(papers=(paper(size=MEGA4 - 1), paper(size=1))), profile(papers=(paper(size=MEGA4), paper(size=1)))),
    ("paper.type", "papers", profile(papers=(paper("a.bmp", kind="bmp"),)), profile(papers=(paper("a.pdf", kind="pdf"),))),
    ("sa.menu.empty", "menu", items(1), Menu()),
    ("sa.menu.too_many", "menu", items(3), items(4)),
    ("sa.menu.too_many_children", "menu:1", below(5), below(6)),
    ("sa.menu.no_children", "menu:1", below(1), below(0)),
    ("sa.menu.children_unused", "menu:1/action", below(1), Menu((replace(below(1).items[0], action=URL),))),
    ("sa.menu.nested", "menu:1.1/action", below(1), Menu((MenuItem("祖", OPEN, below(1).items),))),
    ("sa.menu.name_missing", "menu:1/name", items(1), items(1, " ")),
    ("sa.menu.name_missing", "menu:1.1/name", below(1), below(1, "")),
    ("sa.menu.name_too_long", "menu:1/name", items(1, "云" * 12), items(1, "云" * 12 + "a")),
    ("sa.menu.name_too_long", "menu:1/name", named("云" * 6, "乙"), named("云" * 6 + "a", "乙")),
    ("sa.menu.name_too_long", "menu:1/name", named("云" * 4, "乙", "丙"), named("云" * 4 + "a", "乙", "丙")),
    ("sa.menu.name_too_long", "menu:1.1/name", below(1, "云" * 8), below(1, "云" * 8 + "a")),
    ("sa.menu.name_twice", "menu:2/name", items(2), items(2, "云")),
    ("sa.menu.name_twice", "menu:1.1/name", below(1), below(1, "父")),
    ("sa.action.submenu", "button:1/action", button(), button(action=OPEN)),
    ("sa.action.phone", "menu:1/action.content", act(CALL, content="400-8308300"), act(CALL, content="400-830-8300")),
    ("sa.hotline.shape", "hotline:1/number", line(number="0755-1"), line(number="0755-")),
    ("sa.quick_app.name", "quick_app:1/name", quick(name="云购"), quick(name="云-购")),
    ("sa.quick_app.name", "quick_app:1/name", quick(name="云购"), quick(name="云 购")),
    ("sa.quick_app.link", "quick_app:1/link", quick(link=HAP), quick(link="https://app/a")),
    ("sa.quick_app.link", "menu:1/action.content", act(QUICK), act(QUICK, content="hap://web/a")),
    ("sa.url.scheme", "menu:1/action.content", act(URL, content="http://a.cn"), act(URL, content="javascript:alert(1)")),
    ("sa.url.scheme", "menu:1/action.floor_url", act(APP, floor_url=""), act(APP, floor_url="ftp://a.cn")),
    ("sa.url.shape", "menu:1/action.content", act(URL, content="https://a.cn/?a=b#c"), act(URL, content="https://a b.cn")),
    ("sa.url.not_public", "menu:1/action.content", act(URL, content="https://8.8.8.8"), act(URL, content="https://10.0.0.1")),
    ("sa.url.credentials", "menu:1/action.content", act(URL, content="https://a.cn/@b"), act(URL, content="https://a.cn@b.cn")),
    ("sa.url.lookalike", "menu:1/action.content", act(URL, content="https://华为.网址"), act(URL, content="https://hu\u0430wei.com")),
    ("sa.port.number_missing", "number", port(number="1"), port(number="")),
    ("sa.port.digits", "number", port(number="1069"), port(number="1069a")),
    ("sa.port.too_long", "number", port(number="1" * 21), port(number="1" * 22)),
    ("sa.port.too_long", "number", port(type=PortType.PREFIX, number="1" * 21), port(type=PortType.PREFIX, number="1" * 22)),
    ("sa.port.suffix_length", "number", port(type=PortType.SUFFIX, number="12345"), port(type=PortType.SUFFIX, number="123456")),
    ("sa.port.suffix_length", "number", port(type=PortType.SUFFIX, number="12345"), port(type=PortType.SUFFIX, number="1234")),
    ("sa.port.sign_check", "sign_check", port(sign_check=False), port(type=PortType.PREFIX, number="1069", sign_check=False)),
    ("sa.port.sign_check", "sign_check", port(sign_check=False), port(type=PortType.SUFFIX, number="10690", sign_check=False)),
    ("sa.shortcut.no_buttons", "buttons", shortcut(), shortcut(buttons=())),
    ("sa.shortcut.many_buttons", "buttons", shortcut(buttons=many(3)), shortcut(buttons=many(4))),
    ("sa.shortcut.name_twice", "button:2/name", shortcut(buttons=many(2)), shortcut(buttons=(many(1)[0],) * 2)),
)  # fmt: skip

ELSEWHERE = {
    "sa.remark.needed": "test_a_name_may_repeat_where_remarks_differ",
    "sa.change_reason.missing": "test_a_change_says_why_within_the_platforms_length",
    "sa.change_reason.length": "test_a_change_says_why_within_the_platforms_length",
    "sa.remark.same": "test_a_name_may_repeat_where_remarks_differ",
}


@pytest.mark.parametrize(
    ("code", "where", "good", "bad"), CASES, ids=[f"{n}-{c[0]}-{c[1]}" for n, c in enumerate(CASES)]
)
def test_at_the_limit_and_one_over(code: str, where: str, good: Content, bad: Content) -> None:
    assert CHECKER.check(good) == ()
    assert [(p.code, p.where) for p in CHECKER.check(bad)] == [(code, where)]


def test_every_limit_of_the_data_is_at_work() -> None:
    """Each number of the rules, made one smaller, changes what some case is judged."""
    idle = []
    goods = [case[2] for case in CASES] + [MENU, HOME]
    for name, limit in RULES.limits.items():
        tighter = replace(limit, value=limit.value - 1)
        if name == "signature.least":
            tighter = replace(limit, value=limit.value + 1)
        if name == "profile.freeze_reason":
            continue  # test_service_accounts
        if name.startswith("change_reason."):
            continue  # test_a_change_says_why_within_the_platforms_length
        checker = Checker(replace(RULES, limits={**RULES.limits, name: tighter}), CHECKER.regions)
        if not any(checker.check(good) for good in goods):
            idle.append(name)
    assert idle == []


@pytest.mark.parametrize(
    ("kind", "least", "most"),
    [(RecordKind.PROFILE, 1, 200), (RecordKind.MENU, 1, 1000), (RecordKind.HOME, 5, 50)],
)
def test_a_change_says_why_within_the_platforms_length(kind: RecordKind, least: int, most: int) -> None:
    """[OAS] change_reason: pub 1-200, menu 1-1000, portal 5-50."""
    for length, code in (
        (0, "sa.change_reason.missing"),
        (least - 1, "sa.change_reason.length" if least > 1 else "sa.change_reason.missing"),
        (least, ""),
        (most, ""),
        (most + 1, "sa.change_reason.length"),
    ):
        found = CHECKER.change_reason(kind, "因" * length)
        assert [(p.code, p.where) for p in found] == ([(code, "change_reason")] if code else []), length
    assert [p.code for p in CHECKER.change_reason(kind, "改了\u202e很多东西")] == ["text.bidi_mark"]


def test_only_what_nobody_published_warns() -> None:
    by_code = defaultdict(set)
    for _, _, _, bad in CASES:
        for found in CHECKER.check(bad):
            by_code[found.severity].add(found.code)
    assert by_code[Severity.WARNING] == {"sa.field.unusually_long", "sa.shortcut.many_buttons"}
    assert all(
        found.source for _, _, _, bad in CASES for found in CHECKER.check(bad) if found.code.startswith("sa.")
    )


def test_the_whole_sample_passes() -> None:
    for content in (PROFILE, MENU, HOME, PORT, SHORTCUT):
        assert CHECKER.check(content) == ()


def test_a_name_may_repeat_where_remarks_differ() -> None:
    def found(remark: str, *others: str) -> list[str]:
        standing = [replace(PROFILE, remark=one) for one in others]
        return [p.code for p in CHECKER.profile(replace(PROFILE, remark=remark), standing)]

    assert found("乙", "甲") == []
    assert found("甲", "甲") == ["sa.remark.same"]
    assert found("", "甲") == ["sa.remark.needed"]
    assert found("") == []
    assert CHECKER.profile(PROFILE, [replace(PROFILE, name="别的")]) == ()


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "JAVASCRIPT:alert(1)", " javascript:alert(1)", "java\nscript:x", "data:text/html,x", "file:///etc/passwd",
     "//huaweicloud.com", "huaweicloud.com", "http:/huaweicloud.com", "http:///huaweicloud.com", "https:\\\\huaweicloud.com",
     "https://a.cn\\@b.cn", "https://user@a.cn", "https://user:pw@a.cn", "https://a.cn%40b.cn@c.cn", "http://127.0.0.1", "http://127.1",
     "http://2130706433", "http://0x7f.0.0.1", "http://0177.0.0.1", "http://10.1.2.3", "http://192.168.0.1", "http://172.16.0.1",
     "http://169.254.169.254", "http://0.0.0.0", "http://100.64.0.1", "http://[::1]", "http://[fe80::1]", "http://[::ffff:10.0.0.1]",
     "http://localhost", "http://printer", "http://nas.local", "http://db.internal", "http://a.lan", "http://1.2.3",
     "https://hu\u0430wei.com", "https://xn--huwei-2of.com", "https://xn--80ak6aa92e.com", "https://g\u043e\u043egle.com",
     "https://huaweicloud.com\u202egpj.exe", "https://huawei\u200bcloud.com", "https://ｈｕａｗｅｉ.com", "https://huaweicloud。com",
     "https://-a.cn", "https://a-.cn", "https://a..cn", "https://.cn", "https://a.cn:0", "https://a.cn:99999", "https://a.cn:x",
     "https://a.cn/a b", "https://a.cn/<script>", "https://a.cn/\"onclick=", "https://" + "a" * 300 + ".cn", "https://[::1", "https://"],
)  # fmt: skip
def test_a_hostile_link_is_refused(url: str) -> None:
    found = errors(CHECKER.check(act(URL, content=url)))
    assert {p.where for p in found} == {"menu:1/action.content"}, found
    assert errors(CHECKER.check(act(APP, floor_url=url))), url


@pytest.mark.parametrize(
    "url",
    ["https://www.huaweicloud.com", "http://a.cn", "HTTPS://A.CN/", "https://a.cn:8443/a?b=%E4%BA%91#c", "https://华为.网址/路径", "https://xn--3iqs7i.xn--ses554g",
     "https://8.8.8.8/", "https://[2400:3200::1]/", "https://a-b.c_d.com.cn/~x;y=1,2", "https://a.cn./"],
)  # fmt: skip
def test_a_good_link_is_taken(url: str) -> None:
    assert CHECKER.check(act(URL, content=url)) == ()


@pytest.mark.parametrize(
    "link",
    [
        "hap://app/",
        "hap://app",
        "HAP://app/a",
        "hap://app/a b",
        "hap://app//a",
        "hap://app/../a b",
        "hap://app/a\u202e",
        "hap://card/a",
    ],
)
def test_a_wrong_quick_app_is_refused(link: str) -> None:
    assert errors(CHECKER.check(act(QUICK, content=link)))


@pytest.mark.parametrize(
    "number",
    ["", "-", "1", "-1", "1-", "1--2", "1-2-3", "+86755", "０７５５", "0755 1", "0755\u20111", "12a"],
)
def test_a_wrong_hot_line_is_refused(number: str) -> None:
    assert errors(CHECKER.check(line(number=number)))
    assert errors(CHECKER.check(act(CALL, content=number)))


def test_an_invisible_character_in_a_name_is_refused() -> None:
    assert [p.code for p in CHECKER.check(items(1, "云\u200b"))] == ["text.control_character"]
    assert [p.code for p in CHECKER.check(profile(name="云\u202e"))] == ["text.bidi_mark"]
    assert ActionType.OPEN_APP in {i.action.type for i in MENU.items}
