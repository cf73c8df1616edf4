# SPDX-License-Identifier: Apache-2.0
"""What persons told of dossiers in SQL (`ports.dossier.HandWords`)."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import Connection, insert, select

from koodesk.backend.ports.dossier import HandWord
from koodesk.backend.storage.tables.platform import hand_review
from koodesk.domain.dossier import HandState
from koodesk.domain.review_state import ReviewKind


class SqlHandWords:
    """The one implementation; holds no state."""

    def add(self, connection: Connection, word: HandWord) -> None:
        """Keep one."""
        connection.execute(
            insert(hand_review).values(
                kind=word.kind.value,
                ref=word.ref,
                digest=word.digest,
                state=word.state.value,
                on_day=word.on_day,
                reason=word.reason,
                given=json.dumps(dict(word.given), ensure_ascii=False),
                by=word.by,
                at_ms=word.at_ms,
            )
        )

    def last(self, connection: Connection) -> Mapping[tuple[str, str, str], HandWord]:
        """Return the last word of each (kind, ref, digest)."""
        rows = connection.execute(select(hand_review).order_by(hand_review.c.id))
        return {
            (row.kind, row.ref, row.digest): HandWord(
                ReviewKind(row.kind),
                row.ref,
                row.digest,
                HandState(row.state),
                row.on_day,
                row.reason,
                row.by,
                row.at_ms,
                json.loads(row.given),
            )
            for row in rows
        }
