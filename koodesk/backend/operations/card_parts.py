# SPDX-License-Identifier: Apache-2.0
"""A card with variants on its way to the reviewer: the platform takes one card for all vendors, so each group of vendors that
shows the same is handed in as a card of its own.

The master stays a draft. Its parts are ordinary cards that know it, found again at the next submission by the vendors they
are for, so that a part keeps its platform id. Which groups there are is `domain.variants`' matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Final

from sqlalchemy import Connection

from koodesk.backend.operations.submitting import Submitting
from koodesk.backend.ports.clearing import CardRecord, CardRevision, Submission
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import CardState, ReviewKind, card_state
from koodesk.domain.template import Template


class CardParts:
    """Makes and hands in the parts of a card; `revise` turns a template into a revision to be stored."""

    def __init__(
        self, work: UnitOfWork, submitting: Submitting, revise: Callable[[Template], CardRevision]
    ) -> None:
        self._work: Final = work
        self._submitting: Final = submitting
        self._revise: Final = revise

    def intend(
        self, connection: Connection, master: CardRecord, groups: tuple[Template, ...]
    ) -> tuple[Submission, ...]:
        """Store the parts and save that each is to be handed in, inside the caller's write.

        Raises Refused("card.under_review") when an older content of a part still is under review: then nothing is changed.
        """
        free = list(self._work.cards.parts(connection, master.id))
        intended: list[Submission] = []
        for template in groups:
            revision = self._revise(template)
            known = _best(free, revision.vendors)
            if known is None:
                part = self._work.cards.create(connection, revision)
            else:
                free.remove(known)
                self._refuse_waiting(connection, known, revision.digest)
                part = (
                    known
                    if known.digest == revision.digest
                    else self._work.cards.save(connection, known.id, revision)
                )
            self._work.cards.set_master(connection, part.id, master.id, master.digest)
            intended.append(
                self._submitting.intend(
                    connection,
                    ReviewKind.CARD,
                    str(part.id),
                    revision.digest,
                    revision.template,
                    revision.vendors,
                )
            )
            self._work.cards.set_submitted(connection, part.id, revision.digest)
        return tuple(intended)

    def _refuse_waiting(self, connection: Connection, part: CardRecord, digest: str) -> None:
        found = self._work.submissions.get(connection, ReviewKind.CARD, str(part.id), part.submitted_digest)
        state = card_state(
            part.submitted_digest, part.submitted_digest, None if found is None else found.verdict
        )
        if state is CardState.WAITING and digest != part.submitted_digest:
            raise Refused(problem("card.under_review", id=part.id, name=part.name))


def _best(free: Iterable[CardRecord], vendors: tuple[str, ...]) -> CardRecord | None:
    """Return the part that shares most vendors with a group, the oldest of equals; None when none shares any."""
    shared = [(len(set(part.vendors) & set(vendors)), -part.id, part) for part in free]
    most, _, part = max(shared, key=lambda one: one[:2], default=(0, 0, None))
    return part if most else None


def names_of_parts(records: Iterable[CardRecord]) -> Mapping[tuple[int, str], tuple[str, ...]]:
    """Return the names of parts by (master, content of it they were made of), oldest part first."""
    found: dict[tuple[int, str], list[str]] = {}
    for record in sorted(records, key=lambda r: r.id):
        if record.master_id:
            found.setdefault((record.master_id, record.master_digest), []).append(record.name)
    return {key: tuple(names) for key, names in found.items()}
