# SPDX-License-Identifier: Apache-2.0
"""Whoever did something, as screens name her."""

from __future__ import annotations

from typing import Final

from koodesk.ui.i18n import tr

MAIN_ACCOUNT: Final = "local"
"""The name the main account goes by in records (`domain.access`)."""


def person(by: str) -> str:
    """Return a name for a screen: the main account by its word, others by their own, a dash for nobody."""
    return tr("主账号") if by == MAIN_ACCOUNT else by or "—"
