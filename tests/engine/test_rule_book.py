# SPDX-License-Identifier: Apache-2.0
"""The engine judges by the rule pack in use, takes up one that is installed meanwhile, and its reviewer follows."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk import paths
from koodesk.domain.codec import encode
from koodesk.engine.reviewer.cards import card
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.rule_book import rule_pack, rules_in_use
from koodesk.rule_packs import default_shelf
from tests.domain import packs
from tests.domain.strategies import good, pack


def reviewed() -> set[str]:
    """The codes HUAWEI's reviewer gives for a good card. What it knows of the account does not matter for one."""
    return {p.code for p in card(encode(good()), "HUAWEI", Knowledge(None, "1"))}


def test_an_installed_pack_is_taken_up_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "installed_rules", lambda: tmp_path / "installed-rules.zip")
    assert (rule_pack(), rules_in_use().origin) == (pack(), "shipped")
    default_shelf().install(packs.archive(tmp_path / "pack.zip", packs.SHORTER))
    assert (rule_pack().date, rules_in_use().origin) == (packs.NEWER, "installed")
    assert "name.too_long" in reviewed()
    default_shelf().remove()
    assert rule_pack() == pack()
    assert "name.too_long" not in reviewed()
