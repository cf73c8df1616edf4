# SPDX-License-Identifier: Apache-2.0
"""The English catalogue against the texts in the code, in both directions; and no text shown past it."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

import pytest
from PySide6.QtWidgets import QApplication

from koodesk import messages, paths
from koodesk.backend.views.video import VideoTemplateState
from koodesk.domain.filing import FilingState
from koodesk.domain.receipt import DeliveryStatus
from koodesk.domain.review_state import CardState, Verdict
from koodesk.domain.send_state import Bucket, CampaignState
from koodesk.domain.signature import SignatureState
from koodesk.domain.sms import SmsTemplateState
from koodesk.domain.sms_app import SmsAppState
from koodesk.ui import i18n, states
from koodesk.ui.navigation import AREAS

SOURCE: Final = Path(i18n.__file__).resolve().parent.parent
WINDOW: Final = ("ui", "editor", "app.py")
CJK: Final = re.compile("[\u3400-\u9fff]")

NAMED_ELSEWHERE: Final = frozenset({"area.name", "entry.name", "name_of(page)"})
"""Arguments of `tr` that are no literal: the names of `ui.navigation`."""

SHOWN_AS_THEY_ARE: Final = {
    "ui/pages/settings_parts/look.py": {"中文"},  # a language is named in itself
    "ui/palette.py": {"中文界面"},  # so is the command that leads back to it
    "editor/words.py": {"中文界面"},  # the other side of the comparison that tells the language
    # What the platform reads: not words for a person.
    "editor/inspector/sms_section.py": {"[文本1-30]", "[字母1-10]", "[数字1-10]"},
}
"""Chinese texts outside `tr`, by file, each for a reason."""

QUOTED: Final = re.compile(
    r"您有一个红包待领取，点击 \$\{1\} 查看，拒收请回复R|拒收请回复R|测试|\[文本[0-9]+-[0-9]+\]|【(\{sign\})?】"
)
"""Chinese that English text repeats: what the platform wants to read letter for letter."""


@lru_cache(maxsize=1)
def modules() -> dict[str, ast.Module]:
    files = [file for name in WINDOW for file in sorted((SOURCE / name).rglob("*.py")) or [SOURCE / name]]
    return {file.relative_to(SOURCE).as_posix(): ast.parse(file.read_text("utf-8")) for file in files}


@pytest.fixture(scope="module", autouse=True)
def _source_is_let_go() -> Iterator[None]:
    """What is kept of the source would slow every test after these."""
    yield
    modules.cache_clear()


def is_tr(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    return getattr(node.func, "id", getattr(node.func, "attr", "")) in ("tr", "tr_one")


def is_one(node: ast.Call) -> bool:
    return getattr(node.func, "id", getattr(node.func, "attr", "")) == "tr_one"


def tr_arguments() -> Iterator[tuple[str, ast.expr]]:
    for file, tree in modules().items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and is_tr(node) and node.args:
                argument = node.args[0]
                if is_one(node) and isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                    argument = ast.Constant(f"{argument.value}{i18n.ONE}")
                yield f"{file}:{node.lineno}", argument


@lru_cache(maxsize=1)
def sources() -> dict[str, str]:
    """Return every source text with the place of one call."""
    found = {
        text: "ui/navigation.py"
        for area in AREAS
        for text in (area.name, *(p.name for p in area.pages))
        if text
    }
    for at, argument in tr_arguments():
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
            found.setdefault(argument.value, at)
    return found


def places(text: str) -> Counter[str]:
    return Counter(name for _, name, _, _ in string.Formatter().parse(text) if name is not None)


def filled(text: str) -> Counter[str]:
    """Return the places a text has. Texts such as "type ${" are shown unfilled and have none."""
    try:
        return places(text)
    except ValueError:
        return Counter()


def outside_tr(tree: ast.Module) -> Iterator[ast.Constant]:
    """Yield Chinese texts that are neither translated nor documentation."""
    skipped: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and is_tr(node):
            skipped.update(id(inner) for argument in node.args for inner in ast.walk(argument))
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            skipped.add(id(node.value))
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in skipped:
            continue
        if CJK.search(node.value):
            yield node


def test_every_text_is_in_the_catalogue() -> None:
    missing = {text: at for text, at in sources().items() if text not in i18n.english()}
    assert not missing, "\n" + "\n".join(f"{at}: {text}" for text, at in missing.items())


def test_the_catalogue_holds_nothing_else() -> None:
    unused = set(i18n.english()) - set(sources())
    assert not unused, "\n" + "\n".join(sorted(unused))


def test_what_is_translated_can_be_read_from_the_source() -> None:
    wrong = [
        f"{at}: {ast.unparse(argument)}"
        for at, argument in tr_arguments()
        if not isinstance(argument, ast.Constant) and ast.unparse(argument) not in NAMED_ELSEWHERE
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_both_texts_have_the_same_places() -> None:
    wrong = {zh: en for zh, en in i18n.english().items() if filled(zh) != filled(en)}
    assert not wrong


def test_no_translation_is_empty() -> None:
    """Qt would show the Chinese instead."""
    assert not [zh for zh, en in i18n.english().items() if not en]


def test_a_text_stands_in_one_file() -> None:
    times: Counter[str] = Counter()
    for file in (paths.resources() / "i18n" / "en").glob("*.toml"):
        times.update(list(tomllib.loads(file.read_text("utf-8"))))
    assert not [text for text, count in times.items() if count > 1]


def test_english_is_english() -> None:
    wide = re.compile("[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]")
    assert not [en for en in i18n.english().values() if wide.search(QUOTED.sub("", en))]


def test_nothing_chinese_is_shown_past_the_catalogue() -> None:
    wrong = [
        f"{file}:{node.lineno}: {node.value!r}"
        for file, tree in modules().items()
        if file != "ui/navigation.py"  # its names go through tr where they are shown
        for node in outside_tr(tree)
        if node.value not in SHOWN_AS_THEY_ARE.get(file, set())
    ]
    assert not wrong, "\n" + "\n".join(wrong)


def test_the_reasons_for_exceptions_still_hold() -> None:
    shown = {file: {node.value for node in outside_tr(tree)} for file, tree in modules().items()}
    stale = {file: texts - shown.get(file, set()) for file, texts in SHOWN_AS_THEY_ARE.items()}
    assert not any(stale.values()), stale


STATES: Final = {
    "filing": FilingState,
    "sms_app": SmsAppState,
    "signature": SignatureState,
    "sms_template": SmsTemplateState,
    "card": CardState,
    "video_template": VideoTemplateState,
    "campaign": CampaignState,
    "bucket": Bucket,
    "delivery": DeliveryStatus,
}


@pytest.mark.parametrize("what", STATES)
def test_every_state_has_its_colour_and_no_other(what: str) -> None:
    assert set(states.KINDS[what]) == {state.value for state in STATES[what]}


def test_every_verdict_has_its_colour() -> None:
    assert set(states.KINDS["verdict"]) == {*(verdict.value for verdict in Verdict), "none"}


def test_every_coloured_state_has_a_word() -> None:
    silent = [
        f"state.{what}.{state}"
        for what, known in states.KINDS.items()
        for state in known
        if f"state.{what}.{state}" not in messages.catalogue()
    ]
    assert not silent


@pytest.mark.gui
def test_a_language_is_switched_while_running(qapp: QApplication) -> None:
    del qapp
    try:
        i18n.install("en")
        assert i18n.tr("发送任务") == "Send tasks"
        assert i18n.tr("共 {count} 个号码", count=3) == "3 numbers"
        assert states.word("campaign", "paused") == "Paused"
        i18n.install("zh")
        assert i18n.tr("发送任务") == "发送任务"
        assert states.word("campaign", "paused") == "已暂停"
    finally:
        i18n.install("zh")


@pytest.mark.gui
def test_a_text_without_english_stays_chinese(qapp: QApplication) -> None:
    del qapp
    try:
        i18n.install("en")
        assert i18n.tr("没有译文的句子") == "没有译文的句子"
    finally:
        i18n.install("zh")
