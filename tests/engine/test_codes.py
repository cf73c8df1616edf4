# SPDX-License-Identifier: Apache-2.0
"""Every code the engine can answer with has its sentence, in both languages."""

import re
from pathlib import Path

import koodesk.engine
from koodesk import messages

CODE = re.compile(
    r'"((?:KD\.[A-Z_.]+)|(?:KM\.\d{8})|(?:E2\d{5})|(?:M2:\d{4})|(?:(?:review|engine)\.[a-z_]+))"'
)


def codes() -> dict[str, str]:
    """Every code written in the engine, with a file that has it."""
    folder = Path(koodesk.engine.__file__).parent
    return {
        code: path.name
        for path in sorted(folder.rglob("*.py"))
        for code in CODE.findall(path.read_text("utf-8"))
    }


def test_no_code_without_a_sentence() -> None:
    found = codes()
    assert len(found) > 30
    known = messages.catalogue()
    silent = {
        code: path
        for code, path in found.items()
        if code not in NOT_SENTENCES and sentence_of(code) not in known
    }
    assert silent == {}


def sentence_of(code: str) -> str:
    """Return where the catalogue keeps a code: what batches and receipts say is a result, the others are problems."""
    return code if code.startswith(("review.", "engine.")) else f"result.{code}"


NOT_SENTENCES = {"engine.db", "engine.lock", "engine.log", "review.person"}
"""Files of the engine's folder, which look like codes, and what stands beside a person's own words."""
