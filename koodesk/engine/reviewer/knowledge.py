# SPDX-License-Identifier: Apache-2.0
"""What the reviewers can look up about the account: which names are taken, what is approved already."""

from __future__ import annotations

from typing import Any

import orjson


class Knowledge:
    """Questions to the engine's own records, for a review of one `ref`."""

    def __init__(self, connection: Any, ref: str) -> None:
        self._connection = connection
        self._ref = ref

    def app_names(self) -> tuple[str, ...]:
        """Return the names of the other applications that were ever handed in and not refused."""
        rows = self._connection.execute(
            "SELECT DISTINCT json_extract(body, '$.name') FROM review "
            "WHERE kind = 'sms_app' AND ref != ? AND state != 'rejected'",
            (self._ref,),
        )
        return tuple(str(row[0]) for row in rows)

    def is_launched(self, app: str) -> bool:
        """Tell whether an application of this name (case does not matter) can be sent under."""
        rows = self._connection.execute(
            "SELECT json_extract(body, '$.name') FROM review WHERE kind = 'sms_app' AND state = 'approved'"
        )
        return any(str(row[0]).casefold() == app.casefold() for row in rows)

    def signature_app(self, name: str) -> str | None:
        """Return the application of an approved signature, None when there is no such signature."""
        row = self._connection.execute(
            "SELECT json_extract(body, '$.app') FROM review WHERE kind = 'sms_signature' AND state = 'approved' "
            "AND json_extract(body, '$.name') = ? ORDER BY id DESC LIMIT 1",
            (name,),
        ).fetchone()
        return None if row is None else str(row[0])

    def is_video_signature(self, name: str) -> bool:
        """Tell whether there is an approved video SMS signature of this name."""
        row = self._connection.execute(
            "SELECT 1 FROM review WHERE kind = 'video_signature' AND state = 'approved' "
            "AND json_extract(body, '$.name') = ? LIMIT 1",
            (name,),
        ).fetchone()
        return row is not None

    def domain_is_filed(self, name: str) -> bool:
        """Tell whether another record of this custom domain was handed in and not refused: it is for one kind of codes only."""
        row = self._connection.execute(
            "SELECT 1 FROM review WHERE kind = 'domain' AND ref != ? AND state != 'rejected' "
            "AND lower(json_extract(body, '$.name')) = lower(?) LIMIT 1",
            (self._ref, name),
        ).fetchone()
        return row is not None

    def has_account_filing(self) -> bool:
        """Tell whether a filing of the service account is approved."""
        row = self._connection.execute(
            "SELECT 1 FROM review WHERE kind = 'filing' AND state = 'approved' "
            "AND json_extract(body, '$.kind') = 'service_account' LIMIT 1"
        ).fetchone()
        return row is not None

    def has_approved_account(self) -> bool:
        """Tell whether a service account is approved, in effect already or not."""
        row = self._connection.execute(
            "SELECT 1 FROM review WHERE kind = 'pub' AND state IN ('approved', 'processing') LIMIT 1"
        ).fetchone()
        return row is not None

    def other_accounts(self) -> tuple[dict[str, Any], ...]:
        """Return what was last handed in of the other accounts and not refused."""
        rows = self._connection.execute(
            "SELECT body FROM review WHERE id IN (SELECT max(id) FROM review WHERE kind = 'pub' AND ref != ? "
            "AND state IN ('approved', 'processing') GROUP BY ref)",
            (self._ref,),
        )
        return tuple(orjson.loads(row[0]) for row in rows)

    def video_filing_papers(self) -> frozenset[str] | None:
        """Return which papers the newest approved filing of video SMS has, None when none is approved."""
        row = self._connection.execute(
            "SELECT body FROM review WHERE kind = 'filing' AND state = 'approved' "
            "AND json_extract(body, '$.kind') = 'video_sms' ORDER BY id DESC LIMIT 1"
        ).fetchone()
        if row is None:
            return None
        # A person at the review desk may have approved what no reviewer could read.
        papers = orjson.loads(row[0]).get("papers") or ()
        return frozenset(str(one.get("paper")) for one in papers if isinstance(one, dict))
