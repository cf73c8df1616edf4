# SPDX-License-Identifier: Apache-2.0
"""What is kept and for how long (保留期限): shown with its size, and cleared away only when somebody asks for it.

Receipts, answers and audit entries are append-only and are never cleared.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.workspace_settings import StoredSettings
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import Clearable, ClearableFile, Kept
from koodesk.backend.views.desk import RetentionRow
from koodesk.domain.quiet_hours import DAY_MS

SETTING: Final = {
    Kept.EXPORTS: "keep_exports_days",
    Kept.RECOVERY: "keep_recovery_days",
    Kept.CONFIRMATIONS: "keep_confirmations_days",
    Kept.BACKUPS: "keep_backups",
}


class Retention:
    """What may go from one workspace."""

    def __init__(self, access: Access, settings: StoredSettings, clearable: Clearable, clock: Clock) -> None:
        self.access: Final = access
        self._settings = settings
        self._clearable = clearable
        self._clock = clock

    @needs("koodesk:settings:get")
    def preview(self) -> tuple[RetentionRow, ...]:
        """Return for each kind what would go now, and how big it is. Nothing goes by looking."""
        values, _ = self._settings.values()
        rows = []
        for what in Kept:
            keep = values[SETTING[what]]
            if what is Kept.CONFIRMATIONS:
                count = self._clearable.confirmations(keep) if keep else 0
                rows.append(RetentionRow(what.value, keep, count, 0, ()))
                continue
            old = self._old(what, keep)
            rows.append(
                RetentionRow(
                    what.value,
                    keep,
                    len(old),
                    sum(file.size for file in old),
                    tuple(f.name for f in old[:50]),
                )
            )
        return tuple(rows)

    @needs("koodesk:settings:update")
    def clear(self, kinds: Sequence[str]) -> int:
        """Clear away what `preview` shows of some kinds; return how many went."""
        values, _ = self._settings.values()
        gone = 0
        for what in (Kept(kind) for kind in kinds):
            keep = values[SETTING[what]]
            if not keep:
                continue
            if what is Kept.CONFIRMATIONS:
                gone += self._clearable.remove_confirmations(keep)
            else:
                gone += self._clearable.remove(what, tuple(file.name for file in self._old(what, keep)))
        return gone

    def _old(self, what: Kept, keep: int) -> tuple[ClearableFile, ...]:
        """Return the files of a kind that may go: past their days, or past their number; 0 keeps everything."""
        if not keep:
            return ()
        files = self._clearable.files(what)
        if what is Kept.BACKUPS:
            return files[keep:]
        since = self._clock.now_ms() - keep * DAY_MS
        return tuple(file for file in files if file.at_ms < since)
