# SPDX-License-Identifier: Apache-2.0
"""What campaigns sent of cards and video SMS that are being deleted (`ports.desk.SentContents`): kept in the same transaction."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection, select

from koodesk.backend.storage.tables.sent import sent_content, sent_material

CARD, VIDEO = "card", "video"

_KEEP_CARD: Final = (
    "INSERT INTO sent_content (kind, ref, digest, name, content) "
    "SELECT 'card', r.card_id, r.digest, r.name, r.template FROM card_revision r "
    "WHERE r.card_id = ? AND r.revision = (SELECT max(o.revision) FROM card_revision o "
    "WHERE o.card_id = r.card_id AND o.digest = r.digest) AND r.digest IN "
    "(SELECT json_extract(c.snapshot, '$.card_digest') FROM campaign c WHERE c.card_id = r.card_id)"
)
_KEEP_CARD_MATERIALS: Final = (
    "INSERT INTO sent_material (kind, ref, digest, material) "
    "SELECT DISTINCT s.kind, s.ref, s.digest, m.digest FROM sent_content s "
    "JOIN card_revision r ON r.card_id = s.ref AND r.digest = s.digest "
    "JOIN card_material m ON m.card_id = r.card_id AND m.revision = r.revision WHERE s.kind = 'card' AND s.ref = ?"
)
# What a video SMS was confirmed with is the digest of what was handed in, not of a version: all of them are kept.
_KEEP_VIDEO: Final = (
    "INSERT INTO sent_content (kind, ref, digest, name, content) "
    "SELECT 'video', r.template_id, r.digest, coalesce(nullif(r.name, ''), r.title), r.template FROM video_revision r "
    "WHERE r.template_id = ? AND r.revision = (SELECT max(o.revision) FROM video_revision o "
    "WHERE o.template_id = r.template_id AND o.digest = r.digest) AND EXISTS "
    "(SELECT 1 FROM campaign c WHERE coalesce(CAST(json_extract(c.snapshot, '$.video_template_id') AS INTEGER), 0) = r.template_id)"
)
_KEEP_VIDEO_MATERIALS: Final = (
    "INSERT INTO sent_material (kind, ref, digest, material) "
    "SELECT DISTINCT s.kind, s.ref, s.digest, m.digest FROM sent_content s "
    "JOIN video_revision r ON r.template_id = s.ref AND r.digest = s.digest "
    "JOIN video_material m ON m.template_id = r.template_id AND m.revision = r.revision "
    "WHERE s.kind = 'video' AND s.ref = ?"
)


class SqlSentContents:
    """The one implementation; holds no state."""

    def keep_card(self, connection: Connection, card_id: int) -> None:
        """Keep the versions of a card that campaigns sent, before it is deleted."""
        connection.exec_driver_sql(_KEEP_CARD, (card_id,))
        connection.exec_driver_sql(_KEEP_CARD_MATERIALS, (card_id,))

    def keep_video(self, connection: Connection, template_id: int) -> None:
        """Keep the versions of a video SMS that a campaign sent, before it is deleted."""
        connection.exec_driver_sql(_KEEP_VIDEO, (template_id,))
        connection.exec_driver_sql(_KEEP_VIDEO_MATERIALS, (template_id,))

    def card(self, connection: Connection, card_id: int, digest: str) -> str | None:
        """Return the kept version of a deleted card as JSON text."""
        kept = sent_content.c
        return connection.execute(
            select(kept.content).where(kept.kind == CARD, kept.ref == card_id, kept.digest == digest)
        ).scalar_one_or_none()

    def videos(self, connection: Connection, template_id: int) -> tuple[str, ...]:
        """Return the kept versions of a deleted video SMS as JSON text."""
        kept = sent_content.c
        found = connection.execute(select(kept.content).where(kept.kind == VIDEO, kept.ref == template_id))
        return tuple(row[0] for row in found)

    def names_showing(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the names of what was sent and shows a material."""
        kept, shown = sent_content.c, sent_material.c
        found = connection.execute(
            select(kept.name)
            .join(
                sent_material,
                (shown.kind == kept.kind) & (shown.ref == kept.ref) & (shown.digest == kept.digest),
            )
            .where(shown.material == material)
            .distinct()
            .order_by(kept.name)
        )
        return tuple(row[0] for row in found)
