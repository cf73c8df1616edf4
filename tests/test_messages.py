# SPDX-License-Identifier: Apache-2.0
"""Every code that can reach a person has its sentence, every sentence its code, and every named place its value.

The codes are read from the source itself: what a constructor of problems is given, and, as a net below that, every
string that looks like a code. So a code added anywhere fails here until somebody has written what it says.
"""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest

from koodesk import messages, paths
from koodesk.domain.click_event import EventType
from koodesk.domain.filing import FilingState
from koodesk.domain.problem import Problem, problem
from koodesk.domain.receipt import DeliveryStatus
from koodesk.domain.recipient import Fallback
from koodesk.domain.review_state import CardState, ReviewKind, Verdict
from koodesk.domain.send_state import Bucket, CampaignMove, CampaignState, ChunkMove, ChunkState
from koodesk.domain.signature import SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateState, VariableType
from koodesk.domain.sms_app import SmsAppState
from koodesk.domain.vendor import Vendor

ROOT: Final = Path(__file__).resolve().parent.parent
SOURCE: Final = ROOT / "koodesk"

CODE: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
WIRE_CODE: Final = re.compile(r"(KD|KM)\.[A-Z0-9_.]+|E2000\d\d|M\d:\d{4}|DELIVRD")
ROW_CODE: Final = re.compile(r"audience\.(number|value|cell|line|row)\.\w+|number\.\w+")

BUILDERS: Final = frozenset({"problem", "Problem", "found", "refuse", "_refuse", "ControlFailed"})
"""Functions whose first argument is a problem's code."""

OUTCOMES: Final = frozenset({"NothingSent", "MayHaveSent", "NotSent", "Unknown", "Unclear", "RefusedWhole"})
"""What a call to a gateway came to; the code is shown through `result.<code>`."""

PASSED_ON: Final = {
    "backend/gateways/engine_http.py": "the engine's params travel with gateway.refused",
    "backend/operations/audience_check.py": "a problem of the same code, as a warning",
    "backend/operations/cards.py": "the codes of _WHY_NOT, found by the net",
    "backend/operations/filings.py": "a problem of the same code",
    "backend/readers/number_files.py": "notes of the child, found as lists",
    "backend/readers/runner.py": "refusals of the child, found where it raises them",
    "cli/engine.py": "errors of the engine's own command, found where it prints them",
    "domain/checks/register.py": "builds what the rules give",
    "domain/edits/base.py": "builds what the edits give",
    "domain/koocard.py": "one of two codes of its own table",
    "domain/plain_text.py": "the families of length_problems",
    "domain/problem.py": "the constructor itself",
    "domain/sms_values.py": "the codes of its judges",
    "domain/strict_table.py": "builds what the tables give",
    "ui/reasons.py": "a reviewer's reason, found where the reviewer gives it",
}
"""Files where a problem is built of a code that is not a literal, and why that is good."""

NOT_CODES: Final = frozenset({
    "http.response.start", "huawei.com", "km2g.cn", "review.person", "send.page", "shutil.rmtree",
    "studio.editor_page", "studio.gallery_page", "temp.inbox",
})  # fmt: skip
"""Strings that look like codes. `review.person` stands beside a person's own words, which are shown instead."""

NOT_CODE: Final = re.compile(
    r"(koodesk|os|socket|logging)\..*|.*\.(toml|json|db|lock|log|png|qss|xml|css|html|xlsx|svg|ttf|sock|md|txt)"
)

STATES: Final[dict[str, frozenset[str]]] = {
    "state.bucket": frozenset(Bucket),
    "state.campaign": frozenset(CampaignState),
    "state.campaign_move": frozenset(CampaignMove),
    "state.card": frozenset(CardState),
    "state.chunk": frozenset(ChunkState),
    "state.delivery": frozenset(DeliveryStatus),
    "state.filing": frozenset(FilingState),
    "state.review_kind": frozenset(ReviewKind),
    "state.signature": frozenset(SignatureState),
    "state.sms_app": frozenset(SmsAppState),
    "state.sms_template": frozenset(SmsTemplateState),
    "state.sms_type": frozenset(SmsType),
    "state.step": frozenset({"done", "waiting", "todo", "rejected"}),
    "state.variable_type": frozenset(VariableType),
    "state.verdict": frozenset({*Verdict, "none"}),
    "filing.about": frozenset(FilingState),
    "vendor": frozenset(Vendor),
    "click_event": frozenset(EventType),
    "gateway.name": frozenset({"local"}),
    "data.kind": frozenset({"table", "text", "integer", "number", "boolean", "list", "sha256"}),
}
"""Families of words and the values they must cover, exactly."""

MADE_BY_NAME: Final = frozenset({"row.audience.row.duplicate"})
"""Words asked for by a name put together at run time, beside those of `STATES`."""


@dataclass(frozen=True, slots=True)
class Site:
    """A place that builds a problem. `params` None: they cannot be told without running it."""

    code: str
    at: str
    params: frozenset[str] | None
    stops: bool


# --- reading the source --------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    return {
        file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text("utf-8"))
        for file in sorted(SOURCE.rglob("*.py"))
        if file.name != "testing.py"
    }


def name_of(call: ast.Call) -> str:
    if isinstance(call.func, ast.Name):
        return call.func.id
    return call.func.attr if isinstance(call.func, ast.Attribute) else ""


def literals(node: ast.expr) -> list[str] | None:
    """Return the texts an argument may be, None when that cannot be told."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) else []
    if isinstance(node, ast.IfExp):
        first, second = literals(node.body), literals(node.orelse)
        return None if first is None or second is None else first + second
    return None


def keywords(call: ast.Call, tree: ast.Module) -> frozenset[str] | None:
    names: set[str] = set()
    for keyword in call.keywords:
        if keyword.arg is not None:
            names.add(keyword.arg)
            continue
        known = dict_keys(keyword.value, tree)
        if known is None:
            return None
        names |= known
    return frozenset(names)


def dict_keys(node: ast.expr, tree: ast.Module) -> frozenset[str] | None:
    if isinstance(node, ast.Dict):
        keys = [key.value for key in node.keys if isinstance(key, ast.Constant)]
        return frozenset(map(str, keys)) if len(keys) == len(node.keys) else None
    if isinstance(node, ast.Name):
        found = [
            dict_keys(assigned.value, tree)
            for assigned in ast.walk(tree)
            if isinstance(assigned, ast.Assign)
            and any(isinstance(t, ast.Name) and t.id == node.id for t in assigned.targets)
        ]
        if found and all(keys is not None for keys in found):
            return frozenset.intersection(*(keys for keys in found if keys is not None))
    return None


def stops(call: ast.Call) -> bool:
    """Tell whether the problem may be an error."""
    given = next((k.value for k in call.keywords if k.arg == "severity"), None)
    if given is None and name_of(call) == "found" and len(call.args) > 2:
        given = call.args[2]
    return given is None or not ast.unparse(given).endswith(("NOTE", "WARNING"))


def sites_of(file: str, tree: ast.Module) -> Iterator[Site]:
    for node in ast.walk(tree):
        if isinstance(node, ast.List) and len(node.elts) == 3 and isinstance(node.elts[2], ast.Dict):
            for code in literals(node.elts[0]) or ():  # what a reader child sends: [code, where, params]
                yield Site(
                    code, f"{file}:{node.lineno}", frozenset({"file"}), code != "audience.sheet_left_out"
                )
        if not isinstance(node, ast.Call) or not node.args:
            continue
        at = f"{file}:{node.lineno}"
        if name_of(node) == "length_problems":
            yield from length_sites(node, at)
        if name_of(node) not in BUILDERS:
            continue
        codes = literals(node.args[0])
        if codes is None:
            assert name_of(node) == "_refuse" or file in PASSED_ON, (
                f"{at}: the code of this problem cannot be read from the source"
            )
            continue
        params = keywords(node, tree)
        if name_of(node) == "Problem" and len(node.args) > 2:
            params = None
        if params is not None:
            params -= {"severity", "source"}
            if name_of(node) == "found" and len(node.args) > 3:
                params |= {"vendor"}
            if name_of(node) in ("refuse", "_refuse") and not file.startswith("domain/edits"):
                params |= {"file", "key"}  # `strict_table.Table` names both
            if file.startswith("backend/readers"):
                params |= {"file"}  # the parent side adds the name of the file
        for code in codes:
            if CODE.fullmatch(code) or "." not in code:
                yield Site(code, at, params, stops(node))


def length_sites(call: ast.Call, at: str) -> Iterator[Site]:
    least = next(k.value for k in call.keywords if k.arg == "least")
    value = least.value if isinstance(least, ast.Constant) else 2
    endings = ["too_long", *(["missing"] if value else []), *(["too_short"] if value not in (0, 1) else [])]
    for code in literals(call.args[0]) or ():
        for ending in endings:
            yield Site(
                f"{code}.{ending}", at, frozenset({"limit", "actual"} if ending != "missing" else ()), True
            )


@lru_cache(maxsize=1)
def sites() -> dict[str, list[Site]]:
    found: dict[str, list[Site]] = defaultdict(list)
    for file, tree in modules().items():
        for site in sites_of(file, tree):
            found[site.code].append(site)
    return dict(found)


@lru_cache(maxsize=1)
def limits() -> frozenset[str]:
    """Return the names of single limits: they look like codes as well."""
    pack = tomllib.loads((paths.resources() / "rules" / "limits.toml").read_text("utf-8"))
    two = {f"{a}.{b}" for a, part in pack.items() if isinstance(part, dict) for b in part}
    return frozenset({*pack, *two})


def calls(*names: str) -> Iterator[tuple[str, ast.Call]]:
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and name_of(node) in names:
                yield file, node


@lru_cache(maxsize=1)
def events() -> frozenset[str]:
    """Return the codes of a campaign's history: the moves, and what is noted beside them."""
    noted = {
        node.value
        for _, call in calls("add_event", "note")
        for argument in call.args
        for node in ast.walk(argument)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and CODE.fullmatch(node.value)
    }
    # Claiming is no event, and an acceptance without a remark is none either; chunks are cancelled by the campaign.
    moves = {
        f"chunk.{m}" for m in ChunkMove if m not in (ChunkMove.CLAIM, ChunkMove.CANCEL, ChunkMove.EXPIRE)
    }
    return frozenset({*noted, *(f"campaign.{m}" for m in CampaignMove), *moves})


@lru_cache(maxsize=1)
def net() -> dict[str, str]:
    """Return every text of the source that looks like a code, with the place of one."""
    found: dict[str, str] = {}
    for file, tree in modules().items():
        if file.startswith("backend/storage/tables") or file == "messages.py":
            continue
        words = {id(arg) for call in calls_in(tree, "limit", "getLogger", "word") for arg in call.args}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in words:
                continue
            text = node.value
            if CODE.fullmatch(text) and not NOT_CODE.fullmatch(text) and text not in NOT_CODES | limits():
                found.setdefault(text, f"{file}:{node.lineno}")
    families = {literals(call.args[0])[0] for _, call in calls("length_problems") if literals(call.args[0])}  # type: ignore[index]  # asked for in the condition
    return {code: at for code, at in found.items() if code not in families}


def calls_in(tree: ast.Module, *names: str) -> Iterator[ast.Call]:
    return (node for node in ast.walk(tree) if isinstance(node, ast.Call) and name_of(node) in names)


@lru_cache(maxsize=1)
def results() -> frozenset[str]:
    """Return the codes shown through `result.<code>`: of the wire, of outcomes, of settlements."""
    found = {
        node.value
        for tree in modules().values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and WIRE_CODE.fullmatch(node.value)
    }
    for _, call in calls(*OUTCOMES):
        found.update(code for argument in call.args[:1] for code in literals(argument) or () if code)
    for file, call in calls("_settlement", "Settlement", "problem"):
        wanted = "reason" if name_of(call) == "problem" else "code"
        if name_of(call) == "problem" and not ast.unparse(call.args[0]).startswith("'gateway."):
            continue
        for keyword in call.keywords:
            if keyword.arg == wanted and file.startswith("backend"):
                found.update(literals(keyword.value) or ())
    return frozenset(found)


def reasons_to_ask() -> frozenset[str]:
    """Return why a campaign may wait for a person: the text beside CampaignMove.ASK."""
    return frozenset(
        text
        for _, call in calls("_move", "Step")
        if any(ast.unparse(argument) == "CampaignMove.ASK" for argument in call.args)
        for argument in call.args
        for text in literals(argument) or ()
    )


def steps() -> frozenset[str]:
    tree = modules()["backend/operations/overview.py"]
    return frozenset(
        node.elts[0].value
        for node in ast.walk(tree)
        if isinstance(node, ast.Tuple)
        and len(node.elts) == 3
        and isinstance(node.elts[0], ast.Constant)
        and isinstance(node.elts[0].value, str)
    )


def layouts() -> dict[str, dict[str, str]]:
    found = {}
    for file in (paths.resources() / "rules" / "layouts").glob("*.toml"):
        table = tomllib.loads(file.read_text("utf-8"))
        found[file.stem] = {"zh": table["name_zh"], "en": table["name_en"]}
    return found


def families() -> dict[str, frozenset[str]]:
    return {
        **STATES,
        "state.campaign_reason": reasons_to_ask(),
        "layout_name": frozenset(layouts()),
        "result": results(),
        "event": events(),
    }


def known() -> frozenset[str]:
    """Return every entry the catalogue must have, and may have."""
    worded = {f"{family}.{value}" for family, values in families().items() for value in values}
    stepped = {f"step.{step}.{part}" for step in steps() for part in ("name", "about")}
    told = {code for code in net() if code not in events() and f"result.{code}" not in worded}
    return frozenset({*sites(), *told, *worded, *stepped, *MADE_BY_NAME})


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


# --- the checks ----------------------------------------------------------------------------------------------------


def test_every_code_has_its_sentence() -> None:
    where = {**net(), **{code: found[0].at for code, found in sites().items()}}
    missing = known() - set(messages.catalogue())
    assert not missing, listed(f"{code}  ({where.get(code, '')})" for code in missing)


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
            if spec in ("", "plain", "bytes", "moment", "clock"):
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
    expected = {f"layout_name.{id_}": names for id_, names in layouts().items()}
    expected |= {
        f"click_event.{event['type']}": {"zh": event["name_zh"], "en": event["name_en"]}
        for event in events_file["events"]
    }
    expected |= {f"vendor.{id_}": {"zh": one["zh"], "en": one["en"]} for id_, one in vendors.items()}
    assert {code: messages.catalogue()[code] for code in expected} == expected


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
