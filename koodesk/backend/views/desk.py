# SPDX-License-Identifier: Apache-2.0
"""Rows of the desk's own rules: settings of a workspace, who opted out."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.opt_out import OptOutSource


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


@dataclass(frozen=True, slots=True)
class OptOutSignature:
    """A signature with how many numbers opted out of it."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class OptOutRow:
    """A number that opted out of a signature, masked unless one may see whole ones; `ref` names the row for taking it off.

    A reply names the task it was to; an import or an entry by hand who made it."""

    ref: str
    number: str
    signature: str
    at_ms: int
    source: OptOutSource
    campaign_id: int
    campaign: str
    by: str


@dataclass(frozen=True, slots=True)
class OptOutPage:
    """Entries newest first; `next` continues, empty at the end."""

    rows: tuple[OptOutRow, ...]
    next: str


@dataclass(frozen=True, slots=True)
class OptOutAdded:
    """What an addition came to: new numbers, those that were on the list or named twice, and rows without a number."""

    new: int
    known: int
    invalid: int


@dataclass(frozen=True, slots=True)
class OptOutChange:
    """What a person did to the list: add, import, remove or export; `number` is masked, empty where it was several."""

    at_ms: int
    what: str
    signature: str
    number: str
    by: str
    reason: str
    count: int


@dataclass(frozen=True, slots=True)
class BackupRow:
    """A backup of this workspace: where it lies, its name, bytes, and when it was written (ms)."""

    path: str
    name: str
    size: int
    created_ms: int


@dataclass(frozen=True, slots=True)
class BackupView:
    """What a backup was found to hold when all of it was read: by which Koodesk, when, bytes unpacked, materials, papers,
    and whether the engine's record is in it."""

    name: str
    koodesk: str
    created_ms: int
    size: int
    materials: int
    papers: int
    engine: bool


@dataclass(frozen=True, slots=True)
class RetentionRow:
    """What would be cleared away of a kind now: `keep` is its days (of backups how many; 0: everything), and the first names."""

    kind: str
    keep: int
    count: int
    size: int
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlaceView:
    """Where the workspace is; `old` is where it was before, while files of it still lie there (`old_size` bytes)."""

    folder: str
    old: str
    old_size: int


@dataclass(frozen=True, slots=True)
class MoveView:
    """What a move would do: from where to where, how many files and bytes, and bytes free there."""

    folder: str
    target: str
    files: int
    size: int
    free: int
