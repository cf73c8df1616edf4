# SPDX-License-Identifier: Apache-2.0
"""Which campaigns that are not over need a record (`ports.desk.CampaignUses`): it is not deleted while one does."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Connection

from koodesk.backend.ports.desk import LinkUse, Used
from koodesk.domain.link import DAY_MS
from koodesk.domain.send_state import OVER

_OVER: Final = ", ".join(f"'{state}'" for state in sorted(OVER))
_COLUMNS: Final = {
    Used.CARD: "card_id",
    Used.SMS_TEMPLATE: "sms_template_id",
    Used.AUDIENCE: "audience_id",
    Used.VIDEO_TEMPLATE: "coalesce(CAST(json_extract(snapshot, '$.video_template_id') AS INTEGER), 0)",
}

_LINKS: Final = (
    "SELECT name, coalesce(json_extract(snapshot, '$.domain'), ''), coalesce(json_extract(snapshot, '$.jump_url'), '') "  # noqa: S608 - this program's own words
    f"FROM campaign WHERE state NOT IN ({_OVER}) OR ended_ms + validity_days * {DAY_MS} > ? ORDER BY id DESC"
)


class SqlCampaignUses:
    """The one implementation; holds no state."""

    def names(self, connection: Connection, what: Used, record_id: int) -> tuple[str, ...]:
        """Return the names of the campaigns that need a record, newest first; one that is being written is among them."""
        found = connection.exec_driver_sql(
            f"SELECT name FROM campaign WHERE {_COLUMNS[what]} = ? AND state NOT IN ({_OVER}) ORDER BY id DESC",  # noqa: S608 - this program's own words
            (record_id,),
        )
        return tuple(str(row[0]) for row in found)

    def links(self, connection: Connection, now_ms: int) -> tuple[LinkUse, ...]:
        """Return what links use that may still be opened: a message left before its campaign was over at the latest."""
        found = connection.exec_driver_sql(_LINKS, (now_ms,))
        return tuple(LinkUse(*row) for row in found if row[1] or row[2])
