# SPDX-License-Identifier: Apache-2.0
"""What the pages of IAM share: asking before somebody shuts herself out, and saying actions in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final

from koodesk import messages
from koodesk.domain.problem import Problem
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.dialogs import confirm

if TYPE_CHECKING:
    from koodesk.backend.service import Service

ASKED: Final = frozenset({"iam.shuts_oneself_out", "iam.last_administrator"})
"""Refusals that a second yes answers."""


def run_asking(
    page: Page,
    work: Callable[[Service, bool], Any],
    then: Callable[[Any], None],
    failed: Callable[[tuple[Problem, ...]], None],
) -> None:
    """Call `work(service, sure)`; where it is refused until somebody is sure, ask, and call it again."""

    def refused(problems: tuple[Problem, ...]) -> None:
        if not all(p.code in ASKED for p in problems):
            failed(problems)
            return
        confirm(
            page,
            tr("确认修改权限？"),
            "\n".join(messages.sentence(p, i18n.language()).what for p in problems),
            tr("仍然修改"),
            lambda: page.run(lambda service: work(service, True), then, failed),
        )

    page.run(lambda service: work(service, False), then, refused)


def joined(names: Iterable[str]) -> str:
    """Write several names as one text, as the language does."""
    return ("、" if i18n.language() == "zh" else ", ").join(names)


def of_two(chinese: str, english: str) -> str:
    """Return the words of the language in force, beginning as a line of its own does: the catalogue has them for the middle of
    a sentence."""
    words = chinese if i18n.language() == "zh" else english
    return words[:1].upper() + words[1:]


def action_words(actions: Any, action: str) -> str:
    """Say an action of the catalogue, or of signing in and out, in the language in force."""
    known = actions.get(action)
    if known is not None:
        return of_two(known.name_zh, known.name_en)
    kind, _, verb = action.partition(":")
    return messages.word(f"state.session.{verb}", i18n.language()) if kind == "session" else action
