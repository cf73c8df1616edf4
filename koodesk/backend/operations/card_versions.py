# SPDX-License-Identifier: Apache-2.0
"""The saved versions of a card: which there are, what they are called, and which are pinned (已固定).

A version is pinned once a vendor has approved its content, as the card itself or as one of its parts: campaigns may have
sent it. No version is ever deleted by itself; a pinned one keeps its name as well.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.cards import CardVersionRow
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind, Verdict

MOST_LABEL: Final = 40
"""Longest name of a version, in characters. Koodesk's own."""


def versions(work: UnitOfWork, connection: Connection, card_id: int) -> tuple[CardVersionRow, ...]:
    """Return every saved version of a card that exists, newest first."""
    found = work.submissions.of_kind(connection, ReviewKind.CARD)
    handed = {digest for ref, digest in found if ref == str(card_id)}
    pinned = {digest for (ref, digest), one in found.items() if ref == str(card_id) and _approved(one)}
    for part in work.cards.parts(connection, card_id):
        one = found.get((str(part.id), part.submitted_digest))
        handed.add(part.master_digest)
        if one is not None and _approved(one):
            pinned.add(part.master_digest)
    return tuple(
        CardVersionRow(
            card_id=card_id,
            revision=version.revision,
            digest=version.digest,
            name=version.name,
            saved_ms=version.saved_ms,
            submitted=version.digest in handed,
            label=version.label,
            pinned=version.digest in pinned,
        )
        for version in work.cards.versions(connection, card_id)
    )


def name_version(work: UnitOfWork, connection: Connection, card_id: int, revision: int, label: str) -> None:
    """Give a version a name, or with "" take it away.

    Raises Refused: card.unknown, card.version_name (too long), text.* (hidden characters), card.version_pinned.
    """
    label = label.strip()
    if len(label) > MOST_LABEL:
        raise Refused(problem("card.version_name", "label", limit=MOST_LABEL, actual=len(label)))
    if unseen := unseen_characters(label, "label"):
        raise Refused(*unseen)
    row = next((v for v in versions(work, connection, card_id) if v.revision == revision), None)
    if row is None:
        raise Refused(problem("card.unknown", id=card_id, revision=revision))
    if row.pinned and row.label and label != row.label:
        raise Refused(problem("card.version_pinned", "label", name=row.label))
    work.cards.set_label(connection, card_id, revision, label)


def _approved(one: Submission) -> bool:
    return one.verdict is Verdict.APPROVED or any(v.verdict is Verdict.APPROVED for v in one.verdicts)
