# SPDX-License-Identifier: Apache-2.0
"""The user's settings of a workspace: each declared once, with its type and default. No secrets.

Unknown keys of a newer Koodesk are kept untouched; a damaged file is set aside, never overwritten.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

VERSION = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything a user may set. `language` and `theme` take "system" as well as a name.

    `folded_areas` are areas of the rail by their source names; at first those nobody needs for a first smart message.
    """

    language: str = "zh"
    theme: str = "system"
    autosave_seconds: int = 5
    last_page: str = "overview"
    window_geometry: str = ""
    editor_panels: str = ""
    video_panels: str = ""
    folded_areas: str = "智能信息基础版,智能信息服务号,费用,统一身份认证"
    lock_minutes: int = 0
    """After how many minutes without a key or a click the desk is locked; 0 is never."""


class SettingsFile:
    """Loads and saves the settings of one workspace. For several threads: pages save off the window's own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._saving = threading.Lock()
        self._others: dict[str, Any] = {}
        self.value = self._load()

    def _load(self) -> Settings:
        try:
            stored = dict(json.loads(self.path.read_text("utf-8"))["settings"])
        except FileNotFoundError:
            return Settings()
        except (ValueError, KeyError, TypeError, OSError, RecursionError):
            self.path.replace(self.path.with_suffix(".damaged.json"))
            return Settings()
        known = {f.name: f.type for f in fields(Settings)}
        self._others = {k: v for k, v in stored.items() if k not in known}
        kept = {k: v for k, v in stored.items() if k in known and type(v).__name__ == known[k]}
        return Settings(**kept)

    def change(self, **values: object) -> Settings:
        """Set some settings and save them durably (temp file beside, flush, replace)."""
        with self._saving:  # two changes at once would share the file beside, and the second forget the first
            self.value = replace(self.value, **values)  # type: ignore[arg-type]  # names and types checked by Settings
            stored = {f.name: getattr(self.value, f.name) for f in fields(Settings)} | self._others
            beside = self.path.with_suffix(".tmp")
            with beside.open("w", encoding="utf-8") as file:
                json.dump({"version": VERSION, "settings": stored}, file, ensure_ascii=False, indent=2)
                file.flush()
                os.fsync(file.fileno())
            beside.replace(self.path)
            return self.value
