# SPDX-License-Identifier: Apache-2.0
"""The content a campaign sent, found again among the saved versions by the digest it was confirmed with; of a deleted card or
template among those that were kept for the record.

A card's digest is that of its content. A video SMS is confirmed with the digest of what was handed in: content, signature and
letters; so each saved version is handed in once more, on paper, until one has that digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sqlalchemy import Connection

from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.domain import codec
from koodesk.domain.digest import template_digest
from koodesk.domain.review_state import revision_digest
from koodesk.domain.template import Template
from koodesk.domain.video_sms import codec as video_codec
from koodesk.domain.video_sms import reslist
from koodesk.domain.video_sms.template import VideoTemplate

Letters = Callable[[VideoTemplate], tuple[str, ...]]
"""The commitment letters a template asks for, by the rules in use."""


def card_text(work: UnitOfWork, connection: Connection, card_id: int, digest: str) -> str | None:
    """Return the version of a card that was sent, whether the card is still there or not; None where neither has it."""
    return work.cards.by_digest(connection, card_id, digest) or work.sent.card(connection, card_id, digest)


def sent_card(text: str | None, digest: str) -> tuple[Template | None, bool]:
    """Return a saved card and whether it has the digest, computed anew; None and False for a card that is gone."""
    if text is None:
        return None, False
    template = codec.loads(text.encode())
    return template, template_digest(template) == digest


def sent_video(
    versions: Iterable[str], digest: str, signature: str, letters: Letters
) -> tuple[VideoTemplate | None, bool]:
    """Return the saved version that was handed in under a digest; None and False where none of them was."""
    for text in versions:
        template = video_codec.decode(text)
        if revision_digest(reslist.body(template, signature, letters(template))) == digest:
            return template, True
    return None, False
