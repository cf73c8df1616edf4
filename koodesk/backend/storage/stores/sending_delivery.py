# SPDX-License-Identifier: Apache-2.0
"""Receipts added up into `delivery`, a row a recipient, inside the caller's transaction: one alone or a page of them."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.gateway import ReceiptKind
from koodesk.backend.storage.stores.report_counts import add_times, counted_of
from koodesk.backend.storage.stores.sending_inbox import BAD, OK
from koodesk.backend.storage.stores.sending_opt_outs import take_replies

if TYPE_CHECKING:
    from sqlalchemy import Connection


def adopt_strays(connection: Connection, first_id: int, last_id: int, *, counts: bool = False) -> None:
    """Give receipts that came before the answer of their chunk to their recipients, and add them up; with `counts` for the
    reports as well, where the caller does not count the range."""
    if connection.exec_driver_sql("SELECT 1 FROM receipt WHERE recipient_id IS NULL LIMIT 1").first() is None:
        return
    found = connection.exec_driver_sql(
        "SELECT r.gateway_receipt_id, s.recipient_id, r.kind, r.status, r.code, r.at_ms FROM sent s "
        "CROSS JOIN receipt r ON r.message_id = s.message_id AND r.recipient_id IS NULL "
        "WHERE s.recipient_id BETWEEN ? AND ?",
        (first_id, last_id),
    ).fetchall()
    if not found:
        return
    connection.exec_driver_sql(
        "UPDATE receipt SET recipient_id = ? WHERE gateway_receipt_id = ?",
        [(row[1], row[0]) for row in found],
    )
    with counted_of(connection, {row[1] for row in found}) if counts else nullcontext():
        connection.exec_driver_sql(FOLD_ONE, [tuple(row[1:]) for row in found])
    add_times(connection, [(row[1], row[2]) for row in found])
    take_replies(
        connection, [(row[1], row[3], row[4], row[5]) for row in found if row[2] == ReceiptKind.REPLY]
    )


_FOLD: Final = """
INSERT INTO delivery (recipient_id, sms, sms_ms, sms_code, resolved_ms, exposed_ms, clicked_ms, replied_ms)
SELECT recipient_id,
       CASE WHEN kind = 'sms' THEN CASE status WHEN '0' THEN 1 ELSE 0 END END, CASE WHEN kind = 'sms' THEN at_ms END,
       CASE WHEN kind = 'sms' THEN code END,
       CASE WHEN kind = 'shortchain' AND status = '0' THEN at_ms END,
       CASE WHEN kind = 'exposed' THEN at_ms END, CASE WHEN kind = 'clicked' THEN at_ms END,
       CASE WHEN kind = 'reply' THEN at_ms END
FROM {source}
WHERE recipient_id IS NOT NULL
ON CONFLICT(recipient_id) DO UPDATE SET
  sms_code = CASE WHEN {later} THEN excluded.sms_code ELSE delivery.sms_code END,
  sms_ms = CASE WHEN {later} THEN excluded.sms_ms ELSE delivery.sms_ms END,
  sms = CASE WHEN {later} THEN excluded.sms ELSE delivery.sms END,
  resolved_ms = min(coalesce(delivery.resolved_ms, excluded.resolved_ms), coalesce(excluded.resolved_ms, delivery.resolved_ms)),
  exposed_ms = min(coalesce(delivery.exposed_ms, excluded.exposed_ms), coalesce(excluded.exposed_ms, delivery.exposed_ms)),
  clicked_ms = min(coalesce(delivery.clicked_ms, excluded.clicked_ms), coalesce(excluded.clicked_ms, delivery.clicked_ms)),
  replied_ms = min(coalesce(delivery.replied_ms, excluded.replied_ms), coalesce(excluded.replied_ms, delivery.replied_ms))
"""
# The same order as domain.receipt.fold: of two reports the later, then "delivered", then the greater code.
_LATER: Final = (
    "excluded.sms IS NOT NULL AND "
    "(delivery.sms IS NULL OR (excluded.sms_ms, excluded.sms, excluded.sms_code) > "
    "(delivery.sms_ms, delivery.sms, delivery.sms_code))"
)
FOLD_ONE: Final = _FOLD.format(
    source="(SELECT ? AS recipient_id, ? AS kind, ? AS status, ? AS code, ? AS at_ms) one", later=_LATER
)
_FOLD_INBOX: Final = _FOLD.format(source="temp.inbox", later=_LATER)

# PostgreSQL writes to a row once a statement: what a page has of one recipient is added up first, by the same order.
_ADDED_UP: Final = """
INSERT INTO delivery (recipient_id, sms, sms_ms, sms_code, resolved_ms, exposed_ms, clicked_ms, replied_ms)
SELECT i.recipient_id, max(b.sms), max(b.at_ms), max(b.code),
       min(i.at_ms) FILTER (WHERE i.kind = 'shortchain' AND i.status = '0'),
       min(i.at_ms) FILTER (WHERE i.kind = 'exposed'), min(i.at_ms) FILTER (WHERE i.kind = 'clicked'),
       min(i.at_ms) FILTER (WHERE i.kind = 'reply')
FROM temp.inbox i LEFT JOIN (
    SELECT DISTINCT ON (recipient_id) recipient_id, CASE status WHEN '0' THEN 1 ELSE 0 END AS sms, at_ms, code
    FROM temp.inbox WHERE kind = 'sms' AND recipient_id IS NOT NULL ORDER BY recipient_id, at_ms DESC, 2 DESC, code DESC
) b ON b.recipient_id = i.recipient_id
WHERE i.recipient_id IS NOT NULL GROUP BY i.recipient_id ORDER BY i.recipient_id
"""
_FOLD_PAGE: Final = _ADDED_UP + "ON CONFLICT" + _FOLD.partition("ON CONFLICT")[2].format(later=_LATER)


def fold_inbox(connection: Connection) -> None:
    """Add up the page of receipts in `temp.inbox`."""
    shared = connection.dialect.name == "postgresql"
    connection.exec_driver_sql(_FOLD_PAGE if shared else _FOLD_INBOX)


# The same of the receipts of `known` (`receipts_beside`), where `what` already says which status report of a message stands:
# those who have no row yet apart, because looking for a conflict takes PostgreSQL as long as writing the row.
_ROW: Final = "recipient_id, sms, sms_ms, sms_code, resolved_ms, exposed_ms, clicked_ms, replied_ms"
FOLD_KNOWN: Final = (
    "added AS MATERIALIZED (SELECT recipient_id, bool_or(there) AS there, "  # noqa: S608 - words of this program
    f"max(CASE what WHEN {OK} THEN 1 WHEN {BAD} THEN 0 END) AS sms, "
    f"max(at_ms) FILTER (WHERE what IN ({OK}, {BAD})) AS sms_ms, "
    f"max(code) FILTER (WHERE what IN ({OK}, {BAD})) AS sms_code, "
    "min(at_ms) FILTER (WHERE kind = 'shortchain' AND status = '0') AS resolved_ms, "
    "min(at_ms) FILTER (WHERE kind = 'exposed') AS exposed_ms, min(at_ms) FILTER (WHERE kind = 'clicked') AS clicked_ms, "
    "min(at_ms) FILTER (WHERE kind = 'reply') AS replied_ms FROM known GROUP BY recipient_id), "
    f"first AS (INSERT INTO delivery ({_ROW}) SELECT {_ROW} FROM added WHERE NOT there ORDER BY recipient_id), "
    f"folded AS (INSERT INTO delivery ({_ROW}) SELECT {_ROW} FROM added WHERE there ORDER BY recipient_id "
    f"ON CONFLICT{_FOLD.partition('ON CONFLICT')[2].format(later=_LATER)})"
)
