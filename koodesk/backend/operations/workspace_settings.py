# SPDX-License-Identifier: Apache-2.0
"""The settings of a workspace (工作区设置): what it holds its sends to, and how long it keeps what may go.

Whoever saves says what she saw; when somebody has saved something else meanwhile she is asked, and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import SettingStore, StoredSetting
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.desk import SettingRow, SettingsView
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.domain.send_policy import SendPolicy
from koodesk.domain.workspace_settings import SETTINGS, check, defaults, policy_of, revision


class StoredSettings:
    """Reads the settings in force for the rest of the backend: no rights, because nobody asks.

    `shipped` is the data's policy, `initial` what stands in place of its defaults in this workspace."""

    def __init__(
        self, work: UnitOfWork, store: SettingStore, shipped: SendPolicy, initial: Mapping[str, int]
    ) -> None:
        self.widest: Final = shipped.widest
        self.work: Final = work
        self.store: Final = store
        self.usual: Final = {**defaults(shipped), **initial}

    def values(self) -> tuple[dict[str, int], Mapping[str, StoredSetting]]:
        """Return every setting, and those of them that were ever set. What no rule allows counts as never set."""
        with self.work.read() as connection:
            stored = self.store.all(connection)
        return self.merged(stored), stored

    def merged(self, stored: Mapping[str, StoredSetting]) -> dict[str, int]:
        """Return every setting: what was set, else the default."""
        values = dict(self.usual)
        for name, one in stored.items():
            known = SETTINGS.get(name)
            if known is not None and type(one.value) is int and known.least <= one.value <= known.most:
                values[name] = one.value
        return values if not check(values, self.widest) else dict(self.usual)

    def policy(self) -> SendPolicy:
        """Return what sends are held to now."""
        return policy_of(self.values()[0], self.widest)


class WorkspaceSettings:
    """Looking at the settings and changing them."""

    def __init__(self, access: Access, stored: StoredSettings, clock: Clock) -> None:
        self.access: Final = access
        self._stored = stored
        self._clock = clock

    @needs("koodesk:settings:get")
    def get(self) -> SettingsView:
        """Return every setting with its limits, its default, and who set it last."""
        values, stored = self._stored.values()
        return self._view(values, stored)

    @needs("koodesk:settings:update")
    def set(self, changes: Mapping[str, int], seen: str = "") -> SettingsView:
        """Change some; `seen` is the `revision` the form was opened with, empty to change whatever is there.

        Raises Refused: settings.unknown, settings.range, settings.frequency.*, campaign.window.*, access.denied (the
        hours have a right of their own), record.changed when others were saved since, with what differs.
        """
        for action in sorted({SETTINGS[name].action for name in changes if name in SETTINGS}):
            self.access.demand(action)
        with self._stored.work.write() as connection:
            stored = self._stored.store.all(connection)
            before = self._stored.merged(stored)
            after: dict[str, int] = {**before, **changes}
            found = check(after, self._stored.widest)
            if found:
                raise Refused(*found)
            if seen and seen != revision(before):
                raise Refused(self._changed(stored))
            different = {name: value for name, value in changes.items() if value != before[name]}
            self._stored.store.put(connection, different, self.access.principal.name, self._clock.now_ms())
        return self.get()

    @staticmethod
    def _changed(stored: Mapping[str, StoredSetting]) -> Problem:
        last = max(stored.values(), key=lambda one: one.at_ms, default=None)
        return problem(
            "record.changed", "settings", by=last.by if last else "", at_ms=last.at_ms if last else 0
        )

    def _view(self, values: Mapping[str, int], stored: Mapping[str, StoredSetting]) -> SettingsView:
        rows = tuple(
            SettingRow(
                name=name,
                value=values[name],
                default=self._stored.usual[name],
                least=known.least,
                most=known.most,
                may=self.access.may("koodesk:settings:update").allowed
                and self.access.may(known.action).allowed,
                by=stored[name].by if name in stored else "",
                at_ms=stored[name].at_ms if name in stored else 0,
            )
            for name, known in SETTINGS.items()
        )
        widest = self._stored.widest
        return SettingsView(rows, revision(values), widest.start, widest.end)
