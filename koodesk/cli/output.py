# SPDX-License-Identifier: Apache-2.0
"""What every command prints, and how: one JSON object or lines for a person; refusals as sentences, never a traceback."""

from __future__ import annotations

import json
import locale
import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from koodesk import messages
from koodesk.domain.problem import Problem, Refused, problem

DONE = 0
PROBLEMS = 1
WRONG_USE = 2


@dataclass(slots=True)
class Outcome:
    """A command's exit code."""

    code: int = DONE


def language() -> str:
    """Return the language of the terminal: KOODESK_LANG, else Chinese where the locale is, else English."""
    named = os.environ.get("KOODESK_LANG", "")
    if named in ("zh", "en"):
        return named
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def emit(value: Any) -> None:
    """Print one JSON object on standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, default=str) + "\n")


def as_data(problem: Problem) -> dict[str, Any]:
    """Return a problem as a JSON object, with its sentence in both languages."""
    return {
        "code": problem.code,
        "where": problem.where,
        "severity": problem.severity.value,
        "vendor": problem.vendor.value if problem.vendor else None,
        "source": problem.source,
        "params": dict(problem.params),
        "zh": str(messages.sentence(problem, "zh")),
        "en": str(messages.sentence(problem, "en")),
    }


def say(problems: Sequence[Problem]) -> None:
    """Print problems for a person on standard error, a line each."""
    for found in problems:
        place = f"{found.where}: " if found.where else ""
        print(f"{found.severity.value}: {place}{messages.sentence(found, language())}", file=sys.stderr)


def report(refused: Refused, *, as_json: bool) -> int:
    """Print a refusal and return the exit code for it."""
    if as_json:
        emit({"problems": [as_data(p) for p in refused.problems]})
    say(refused.problems)
    return PROBLEMS


@contextmanager
def report_refusals(*, as_json: bool) -> Iterator[Outcome]:
    """Run a command inside: a refusal becomes sentences and exit code 1, an interruption a plain line."""
    outcome = Outcome()
    try:
        yield outcome
    except Refused as refused:
        outcome.code = report(refused, as_json=as_json)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        outcome.code = PROBLEMS
    except BrokenPipeError:
        outcome.code = DONE
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except (
        Exception
    ) as failure:  # a defect of ours becomes a sentence too; KOODESK_DEBUG shows where it happened
        if os.environ.get("KOODESK_DEBUG"):
            raise
        outcome.code = report(Refused(problem("defect", kind=type(failure).__name__)), as_json=as_json)
