# SPDX-License-Identifier: Apache-2.0
"""A document as the page that edits it gets it, and what that page calls things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from koodesk.editor.recovery import Resumed
from koodesk.preview.pictures import PictureSource


@dataclass(frozen=True, slots=True)
class Opened:
    """A document as a page gets it: its row in the workspace, what the log held, and a source of its pictures."""

    row: Any
    resumed: Resumed[Any]
    log_path: Path
    pictures: PictureSource


@dataclass(frozen=True, slots=True)
class Words:
    """What a page calls things. `elsewhere` and `elsewhere_now` say that somebody else has saved the same document."""

    title: str
    back: str
    elsewhere: str
    elsewhere_now: str
