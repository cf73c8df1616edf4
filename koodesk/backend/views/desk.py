# SPDX-License-Identifier: Apache-2.0
"""Rows of the desk's own rules: settings of a workspace, who opted out."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SettingRow:
    """A setting of the workspace, its limits, and who set it last (`by` empty: never, the default is in force).

    `may` says whether whoever asks may change it; the service decides again when she does."""

    name: str
    value: int
    default: int
    least: int
    most: int
    may: bool
    by: str
    at_ms: int


@dataclass(frozen=True, slots=True)
class SettingsView:
    """Every setting. `revision` says what was seen; the hours may lie within `widest_start` and `widest_end`, minutes of
    the Beijing day."""

    rows: tuple[SettingRow, ...]
    revision: str
    widest_start: int
    widest_end: int

    def value(self, name: str) -> int:
        """Return a setting's value. Raises KeyError for an unknown one."""
        for row in self.rows:
            if row.name == name:
                return row.value
        raise KeyError(name)

    def row(self, name: str) -> SettingRow:
        """Return a setting. Raises KeyError for an unknown one."""
        for row in self.rows:
            if row.name == name:
                return row
        raise KeyError(name)
