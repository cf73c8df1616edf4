# SPDX-License-Identifier: Apache-2.0
"""The one switch between the local engine and the real cloud (发送平台).

A service is opened for one platform and stays with it: who has switched opens the workspace anew, and whoever has it open
still can read, but no longer write (`ports.platform.PlatformBound`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.audience import AudienceStore
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.backend.ports.platform import Chosen, PlatformBound, PlatformStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.platform import PlatformView, SwitchPlan
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem, Refused, problem

REPORTS_MS: Final = 72 * 3_600_000
"""How long status reports come at most. [facts 4.2]"""

_NAMED: Final = 5
"""Campaigns that are named one by one; of more than that the number is told."""


class Platforms:
    """Looking at the choice, and making it."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: PlatformStore,
        audiences: AudienceStore,
        bound: PlatformBound,
        key: Callable[[], CloudAccess | None],
        clock: Clock,
        end_worker: Callable[[], None],
    ) -> None:
        """`key` finds the access key of the cloud, None where there is none; `end_worker` ends the worker that this process has
        started: it may not know a key that no key store keeps."""
        self.access: Final = access
        self._work = work
        self._store = store
        self._audiences = audiences
        self._bound = bound
        self._key = key
        self._clock = clock
        self._end_worker = end_worker

    @property
    def opened_for(self) -> Platform:
        """Return what this service speaks to; the same for everybody, so that it needs no right."""
        return self._bound.platform

    @needs("koodesk:platform:get")
    def show(self) -> PlatformView:
        """Return the choice, who made it, and the access key's AK."""
        with self._work.read() as connection:
            chosen = self._store.chosen(connection)
        return self._view(chosen)

    @needs("koodesk:platform:get")
    def plan(self, to: Platform) -> SwitchPlan:
        """Tell what a switch would mean and what stands in its way; nothing is changed."""
        with self._work.read() as connection:
            return SwitchPlan(
                to,
                self._problems(connection, to),
                tuple(sorted(self._store.standing(connection).items())),
                tuple(sorted(self._store.shelved(connection, to).items())),
                len(self._store.asked_audiences(connection)),
                self._store.unreported(connection, self._clock.now_ms() - REPORTS_MS),
            )

    @needs("koodesk:platform:control")
    def switch(self, to: Platform) -> PlatformView:
        """Let the workspace speak to a platform from now on; this service is to be closed then, and opened anew.

        Raises Refused: platform.same, platform.campaigns (some are not over), platform.no_key (for the cloud).
        """
        with self._work.read() as connection:
            self._refuse(connection, to)
            asked = self._store.asked_audiences(connection)
        for audience_id in asked:
            # A transaction each: lists have a million rows. Broken off here, they are asked again, and that is all.
            with self._work.write() as connection:
                self._audiences.forget_vendors(connection, audience_id)
        with self._bound.switching(), self._work.write() as connection:
            self._refuse(connection, to)
            for audience_id in self._store.asked_audiences(connection):
                self._audiences.forget_vendors(connection, audience_id)
            leaving = self._store.chosen(connection).platform
            self._store.swap(connection, leaving, to)
            chosen = Chosen(to, self.access.principal.name, self._clock.now_ms())
            self._store.choose(connection, chosen)
        self._end_worker()
        return self._view(chosen)

    def _refuse(self, connection: Connection, to: Platform) -> None:
        found = self._problems(connection, to)
        if found:
            raise Refused(*found)

    def _problems(self, connection: Connection, to: Platform) -> tuple[Problem, ...]:
        found: list[Problem] = []
        if self._store.chosen(connection).platform is to:
            found.append(problem("platform.same", "platform", platform=to.value))
        waiting = self._store.campaigns(connection)
        if waiting:
            named = "、".join(one.name or f"#{one.id}" for one in waiting[:_NAMED])
            found.append(problem("platform.campaigns", "campaigns", count=len(waiting), names=named))
        if to is Platform.CLOUD and self._key() is None:
            found.append(problem("platform.no_key", "ak"))
        return tuple(found)

    def _view(self, chosen: Chosen) -> PlatformView:
        key = self._key()
        return PlatformView(
            chosen.platform, self._bound.platform, chosen.by, chosen.at_ms, key.ak if key else ""
        )
