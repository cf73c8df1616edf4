# SPDX-License-Identifier: Apache-2.0
"""Search across all records. A kind that the one who asks may not list does not appear, as if there were none of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.search import Entry, SearchStore
from koodesk.backend.views.search import FoundGroup, SearchAnswer
from koodesk.domain.problem import Refused
from koodesk.domain.search import FoundKind, asked, fold, number_in, tail_in

LISTED_BY: Final[Mapping[FoundKind, str]] = {
    FoundKind.CARD: "kooMessage:devTemplate:list",
    FoundKind.VIDEO_TEMPLATE: "kooMessage:basicTemplate:list",
    FoundKind.CAMPAIGN: "kooMessage:devSendTask:list",
    FoundKind.VIDEO_CAMPAIGN: "kooMessage:basicSendTask:list",
    FoundKind.AUDIENCE: "kooMessage:mobileFile:list",
    FoundKind.SMS_TEMPLATE: "kooMessage:smsTemplate:list",
    FoundKind.SMS_SIGNATURE: "kooMessage:smsSignature:list",
    FoundKind.SMS_APP: "kooMessage:smsApp:list",
    FoundKind.VIDEO_SIGNATURE: "kooMessage:basicSignature:list",
    FoundKind.SERVICE_ACCOUNT: "kooMessage:aimSaPub:list",
    FoundKind.CHANNEL_NUMBER: "kooMessage:aimSaPort:list",
    FoundKind.SHORTCUT: "kooMessage:aimSaShortcut:list",
    FoundKind.RESOLVE_TASK: "kooMessage:devResolveTask:list",
    FoundKind.LINK_DOMAIN: "kooMessage:linkDomain:list",
    FoundKind.JUMP_URL: "kooMessage:jumpUrl:list",
    FoundKind.MATERIAL: "kooMessage:devMaterial:list",
    FoundKind.REVIEW: "koodesk:review:list",
}
"""The action that lets a kind be listed. Recipients are found in the tasks one may list."""
TASKS: Final = {FoundKind.CAMPAIGN: ("smart", "plain"), FoundKind.VIDEO_CAMPAIGN: ("video",)}
"""Whose numbers are looked through, by the kind that stands in the index: a plain SMS is a send task like a smart message."""
AT_ONCE: Final = 200
"""Changes a search takes into the index before it answers: more would be felt while typing."""
IN_A_BLOCK: Final = 1000
"""Changes taken in one write while the index is brought up to date: a write of this length keeps nobody waiting."""
NEWEST_TASKS: Final = 20
"""Tasks whose numbers are looked through for four last digits."""


class Search:
    """Finds records by a few signs of their names, their ids and numbers."""

    def __init__(self, access: Access, store: SearchStore) -> None:
        self.access: Final = access
        self._store = store

    @needs("koodesk:search:list")
    def find(self, query: str, limit: int = 6) -> SearchAnswer:
        """Return what a query finds, at most `limit` of each kind, best first; nothing for a query without letters."""
        wanted = asked(query)
        waiting = self._take_in(AT_ONCE)
        if not wanted:
            return SearchAnswer(query, (), waiting)
        groups = []
        for kind in FoundKind:
            if kind in LISTED_BY and not self._may(kind):
                continue
            found = self._of_kind(kind, query, wanted, limit + 1)
            if found:
                groups.append(FoundGroup(kind, found[:limit], len(found) > limit))
        return SearchAnswer(query, tuple(groups), waiting)

    @needs("koodesk:search:list")
    def prepare(self) -> int:
        """Take a block of changed records into the index; return how many still wait. Call it until that is 0."""
        return self._store.catch_up(IN_A_BLOCK)

    def _take_in(self, most: int) -> int:
        try:
            return self._store.catch_up(most)
        except (
            Refused
        ):  # a busy database: what the index has is answered, the rest comes with the next search
            return 1

    def _may(self, kind: FoundKind) -> bool:
        return self.access.may(LISTED_BY[kind]).allowed

    def _of_kind(self, kind: FoundKind, query: str, wanted: str, limit: int) -> tuple[Entry, ...]:
        if kind is not FoundKind.RECIPIENT:
            return self._store.find(kind, wanted, fold(query), limit)
        number, tail = number_in(query), tail_in(query)
        kinds = [task for listed, tasks in TASKS.items() if self._may(listed) for task in tasks]
        if number:
            return self._store.numbers(number, kinds, limit)
        return () if tail is None else self._store.tails(tail, kinds, NEWEST_TASKS, limit)
