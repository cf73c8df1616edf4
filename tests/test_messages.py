# SPDX-License-Identifier: Apache-2.0
"""Every code that can reach a person has its sentence, every sentence its code, and every named place its value.

The codes come from the source (`message_codes`), so a code added anywhere fails here until somebody has written what it
says.
"""

from __future__ import annotations

import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator

import pytest

from koodesk import messages, paths
from koodesk.domain.problem import Problem, problem
from koodesk.domain.recipient import Fallback
from tests.domain.service_account import test_checks as service_account
from tests.message_codes import ROW_CODE, forget, known, layouts, net, sites


def places(text: str) -> dict[str, str]:
    """Return the named places of a sentence with the way each is shown."""
    return {name: spec or "" for _, name, spec, _ in string.Formatter().parse(text) if name is not None}


def texts(code: str, *languages: str) -> str:
    entry = messages.catalogue()[code]
    return " ".join(
        entry.get(f"{part}{lang}", "") for lang in languages or ("zh", "en") for part in ("", "next_")
    )


def listed(lines: Iterable[str]) -> str:
    return "\n" + "\n".join(sorted(lines))


@pytest.fixture(scope="module", autouse=True)
def _source_is_let_go() -> Iterator[None]:
    """What is kept of the source would slow every test after these."""
    yield
    forget()


# --- the checks ----------------------------------------------------------------------------------------------------


def test_every_code_has_its_sentence() -> None:
    where = {**net(), **{code: found[0].at for code, found in sites().items()}}
    missing = known() - set(messages.catalogue())
    assert not missing, listed(f"{code}  ({where.get(code, '')})" for code in missing)


def test_every_rule_of_a_service_account_has_a_case() -> None:
    """A code that the checks can give and no case gives is a rule nobody has seen at work."""
    here = ("domain/service_account/checks.py", "domain/service_account/links.py")
    given = {code for code, found in sites().items() if any(site.at.startswith(here) for site in found)}
    assert given - {case[0] for case in service_account.CASES} == set(service_account.ELSEWHERE)


def test_no_sentence_is_left_over() -> None:
    unused = set(messages.catalogue()) - known()
    assert not unused, listed(unused)


def test_a_sentence_stands_in_one_file() -> None:
    at: dict[str, list[str]] = defaultdict(list)
    for file in sorted((paths.resources() / "messages").glob("*.toml")):
        found: dict[str, dict[str, str]] = {}
        messages._collect(tomllib.loads(file.read_text("utf-8")), "", found)
        for code in found:
            at[code].append(file.name)
    twice = {code: files for code, files in at.items() if len(files) > 1}
    assert not twice, twice


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_everything_is_said_in_both_languages(language: str) -> None:
    silent = [code for code, entry in messages.catalogue().items() if not entry.get(language, "").strip()]
    assert not silent, listed(silent)


def test_every_error_says_what_to_do_next() -> None:
    silent = [
        code
        for code, found in sites().items()
        if any(site.stops for site in found)
        and not ROW_CODE.fullmatch(code)
        and not all(messages.catalogue().get(code, {}).get(f"next_{lang}") for lang in messages.LANGUAGES)
    ]
    assert not silent, listed(silent)


def test_every_named_place_is_filled_by_every_call() -> None:
    wrong = []
    for code, found in sites().items():
        if code not in messages.catalogue():
            continue
        wanted = set(places(texts(code))) - {"where"}
        wrong += [
            f"{site.at}: {code} lacks {', '.join(sorted(wanted - site.params))}"
            for site in found
            if site.params is not None and wanted - site.params
        ]
    assert not wrong, listed(wrong)


def test_both_languages_name_the_same_places() -> None:
    def shared(code: str, language: str) -> set[str]:
        return {re.sub("_(zh|en)$", "", name) for name in places(texts(code, language))}

    wrong = [code for code in messages.catalogue() if shared(code, "zh") != shared(code, "en")]
    assert not wrong, listed(wrong)


def test_places_are_shown_in_known_ways() -> None:
    entries = messages.catalogue()
    wrong = []
    for code in entries:
        for name, spec in places(texts(code)).items():
            family = spec.removesuffix("*")
            if spec in ("", "plain", "bytes", "moment", "clock", "layout_name"):
                continue
            if not any(entry.startswith(f"{family}.") for entry in entries):
                wrong.append(f"{code}: {name}:{spec}")
    assert not wrong, listed(wrong)


def test_chinese_uses_chinese_punctuation() -> None:
    wrong = [
        code
        for code in messages.catalogue()
        if re.search(r"[\u3400-\u9fff}][,;:!?]|[\u3400-\u9fff]\.(\s|$)|['\"]", texts(code, "zh"))
    ]
    assert not wrong, listed(wrong)


def test_english_is_english() -> None:
    quoted = re.compile(r"【】|拒收请回复R|\[(文本|字母|数字)[0-9]+-[0-9]+\]")
    wrong = [
        code
        for code in messages.catalogue()
        if re.search("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]", quoted.sub("", texts(code, "en")))
    ]
    assert not wrong, listed(wrong)


def test_names_of_the_rule_pack_are_repeated_exactly() -> None:
    events_file = tomllib.loads((paths.resources() / "rules" / "events.toml").read_text("utf-8"))
    vendors = tomllib.loads((paths.resources() / "rules" / "vendors.toml").read_text("utf-8"))
    expected = {
        f"click_event.{event['type']}": {"zh": event["name_zh"], "en": event["name_en"]}
        for event in events_file["events"]
    }
    expected |= {f"vendor.{id_}": {"zh": one["zh"], "en": one["en"]} for id_, one in vendors.items()}
    assert {code: messages.catalogue()[code] for code in expected} == expected


def test_layouts_are_named_as_the_rules_name_them() -> None:
    assert {id_: messages.layout_name(id_) for id_ in layouts()} == layouts()
    assert messages.layout_name("../vendors") is None
    assert messages.layout_name("Unheard") is None


def test_fallbacks_are_the_three_the_sentence_names() -> None:
    assert {fallback.value for fallback in Fallback} == {"none", "sms", "basic"}


# --- how a sentence is filled --------------------------------------------------------------------------------------


def test_a_problem_is_said_with_its_numbers() -> None:
    told = messages.sentence(problem("name.too_long", "name", limit=17, actual=20), "zh")
    assert str(told) == "模板名称有 20 个字，最多 17 个字。请缩短名称。"


def test_sentences_are_joined_as_the_language_does() -> None:
    told = messages.sentence(problem("name.missing", "name"), "en")
    assert str(told) == "The template has no name. Enter a template name."


def test_a_size_just_over_the_limit_does_not_look_like_the_limit() -> None:
    over = problem("picture.too_large", limit=2 * 1024 * 1024, actual=2 * 1024 * 1024 + 1)
    assert messages.sentence(over, "en").what == "The picture is 2.01 MB; the limit is 2 MB."


def test_instants_are_beijing_time_and_windows_are_clock_times() -> None:
    past = problem("campaign.start.past", at_ms=1_793_880_000_000)
    assert "2026-11-05 20:00" in messages.sentence(past, "zh").what
    window = problem("campaign.window.too_wide", start=480, end=1320)
    assert "08:00–22:00" in messages.sentence(window, "zh").what


def test_codes_inside_a_sentence_are_said_in_words() -> None:
    refused = problem("campaign.illegal_move", state="finished", move="pause")
    assert messages.sentence(refused, "zh").what == "任务现在是“已完成”，不能暂停。"
    wall = problem("text.limit_unpublished", vendors="HUAWEI, VIVO")
    assert messages.sentence(wall, "zh").what.startswith("华为、vivo 没有公布")


def test_a_code_inside_that_has_no_word_stands_as_it_is() -> None:
    told = messages.sentence(problem("gateway.unreachable", gateway="local", reason="http_502"), "en")
    assert told.what == "The local engine cannot be reached: http_502."


def test_text_of_the_user_is_never_read_as_a_place() -> None:
    told = messages.sentence(problem("param.name_taken", name="{vendor}{0}"), "zh")
    assert told.what == "有两个参数都叫“{vendor}{0}”。"


def test_a_place_that_nobody_filled_is_a_dash() -> None:
    assert messages.sentence(problem("name.too_long"), "en").what == (
        "The template name has — characters; the limit is —."
    )


def test_a_code_without_a_sentence_shows_itself() -> None:
    assert (
        str(messages.sentence(Problem("no.such.code", params=(("limit", 3),)), "zh"))
        == "no.such.code limit=3"
    )


def test_a_refused_row_is_said_by_its_own_words_or_its_codes() -> None:
    said = messages.word("row.audience.row.duplicate", "zh", sheet="名单", row=12)
    assert said == "和名单第 12 行的手机号重复，只发那一行"
    assert messages.word("row.audience.number.length", "zh") == "手机号不是 11 位"
