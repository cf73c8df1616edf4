# SPDX-License-Identifier: Apache-2.0
"""The counts of reports, moved in the transaction that moves what they count: set by set, never row by row in Python.

Around whatever writes answers or receipts stand two looks at the same messages: how far they had come before, how far
they have come afterwards. The difference is what is added, so a correction takes away what it corrects, a repetition
adds nothing, and the sums are those of the ledger in every order. Receipts of exposures and clicks are counted one by
one as well (PV), each when it is stored for a known message, or when its message becomes known.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.stores.sending_inbox import (
    BAD,
    CLICKED,
    CLICKED_AGAIN,
    EXPOSED,
    EXPOSED_AGAIN,
    OK,
    REPLIED,
    RESOLVED,
)
from koodesk.domain.report import BEIJING_MS, DAY_MS
from koodesk.domain.smart_report import COUNTED

if TYPE_CHECKING:
    from sqlalchemy import Connection

SENT_DAY: Final = f"(s.at_ms + {BEIJING_MS}) / {DAY_MS}"
_FIRST_DAY: Final = f"(c.confirmed_ms + {BEIJING_MS}) / {DAY_MS}"
_ADD: Final = ", ".join(f"{name} = report_count.{name} + excluded.{name}" for name in COUNTED)

# Who opted out before the send has an answer from then: it counts for the day the send was confirmed.
PUT_COUNTS: Final = (
    f"INSERT INTO report_count (campaign_id, day, vendor, {', '.join(COUNTED)}) "  # noqa: S608 - words of this program
    f"SELECT g.campaign_id, max(g.day, {_FIRST_DAY}), g.vendor, "
    # Days before the confirmation are one day: a row is added to once. In one order, so that two writers never wait for
    # each other in a ring.
    f"{', '.join(f'sum(g.{name})' for name in COUNTED)} "
    "FROM ({groups}) g CROSS JOIN campaign c ON c.id = g.campaign_id WHERE true GROUP BY 1, 2, 3 ORDER BY 1, 2, 3 "
    f"ON CONFLICT (campaign_id, day, vendor) DO UPDATE SET {_ADD}"
)

# How far a message has come, as one number: few columns are grouped, the many made of few rows.
_BITS: Final = {
    "supported": "r.card = 1",
    "accepted": "s.outcome = 'accepted'",
    "success": "d.sms = 1",
    "undelivered": "d.sms = 0",
    "resolved": "d.resolved_ms IS NOT NULL",
    "exposed": "d.exposed_ms IS NOT NULL",
    "clicked": "d.clicked_ms IS NOT NULL",
    "replied": "d.replied_ms IS NOT NULL",
}
_MASK: Final = " + ".join(
    f"CASE WHEN {told} THEN {1 << place} ELSE 0 END" for place, told in enumerate(_BITS.values())
)


def _of_mask(name: str, sign: str) -> str:
    if name == "submitted":
        return f"{sign}sum(n)"
    if name not in _BITS:
        return "0"  # the times are no state of a message
    return f"{sign}sum(n * (far >> {list(_BITS).index(name)} & 1))"


def groups(where: str, sign: str = "") -> str:
    """Return the query of the counts of the messages that fit a condition, but for the times; `sign` "-" takes away."""
    counts = ", ".join(f"{_of_mask(name, sign)} AS {name}" for name in COUNTED)
    return (
        f"SELECT campaign_id, day, vendor, {counts} FROM ("  # noqa: S608 - words of this program
        f"SELECT r.campaign_id AS campaign_id, {SENT_DAY} AS day, r.vendor AS vendor, {_MASK} AS far, "
        "count(*) AS n FROM sent s CROSS JOIN recipient r ON r.id = s.recipient_id "
        f"LEFT JOIN delivery d ON d.recipient_id = s.recipient_id WHERE {where} GROUP BY 1, 2, 3, 4"
        ") m GROUP BY 1, 2, 3"
    )


_RANGE: Final = "s.recipient_id BETWEEN ? AND ?"
_TAKE_AWAY: Final = PUT_COUNTS.format(groups=groups(_RANGE, "-"))
_GIVE_BACK: Final = PUT_COUNTS.format(groups=groups(_RANGE))


@contextmanager
def counted(connection: Connection, first_id: int, last_id: int) -> Iterator[None]:
    """Keep the counts of a range of recipients true to whatever is written of them inside the block."""
    connection.exec_driver_sql(_TAKE_AWAY, (first_id, last_id))
    yield
    connection.exec_driver_sql(_GIVE_BACK, (first_id, last_id))


_OF: Final = "s.recipient_id IN (SELECT CAST(value AS INTEGER) FROM json_each(?))"
_TAKE_AWAY_OF: Final = PUT_COUNTS.format(groups=groups(_OF, "-"))
_GIVE_BACK_OF: Final = PUT_COUNTS.format(groups=groups(_OF))


@contextmanager
def counted_of(connection: Connection, recipients: Iterable[int]) -> Iterator[None]:
    """The same of some recipients alone, whom nobody else touches: others may be writing about the rest of the range."""
    told = (json.dumps(sorted(recipients)),)
    connection.exec_driver_sql(_TAKE_AWAY_OF, told)
    yield
    connection.exec_driver_sql(_GIVE_BACK_OF, told)


_TIMES: Final = PUT_COUNTS.format(
    groups=f"SELECT r.campaign_id AS campaign_id, {SENT_DAY} AS day, r.vendor AS vendor, "  # noqa: S608
    + ", ".join(
        f"count(*) FILTER (WHERE json_extract(j.value, '$[1]') = '{name.removesuffix('_times')}') AS {name}"
        if name.endswith("_times")
        else f"0 AS {name}"
        for name in COUNTED
    )
    + " FROM json_each(?) j CROSS JOIN recipient r ON r.id = CAST(json_extract(j.value, '$[0]') AS INTEGER) "
    "CROSS JOIN sent s ON s.recipient_id = r.id GROUP BY 1, 2, 3"
)


def add_times(connection: Connection, receipts: Iterable[tuple[int, str]]) -> None:
    """Count receipts that were stored before their message was known: (recipient id, kind)."""
    times = [[recipient_id, kind] for recipient_id, kind in receipts if kind in ("exposed", "clicked")]
    if times:
        connection.exec_driver_sql(_TIMES, (json.dumps(times),))


# What a receipt of a page does, given what stands already: `domain.receipt.fold` for one receipt a kind and message,
# which `sending_inbox.told` has picked. 1, 2: the first status report, delivered or not; 3, 4: a later one corrects it.
# A receipt of a kind that is there already may have been stored already: only then is it looked for.
# Not EXISTS, which PostgreSQL may answer by reading all receipts there are.
_STORED: Final = "(SELECT 1 FROM receipt x WHERE x.gateway_receipt_id = i.id) IS NOT NULL"
EFFECT: Final = f"""
CASE what
  WHEN {OK} THEN CASE WHEN d.sms IS NULL THEN 1 WHEN d.sms = 0 AND i.at_ms >= d.sms_ms THEN 3 ELSE 0 END
  WHEN {BAD} THEN CASE WHEN d.sms IS NULL THEN 2 WHEN d.sms = 1 AND i.at_ms > d.sms_ms THEN 4 ELSE 0 END
  WHEN {RESOLVED} THEN CASE WHEN d.resolved_ms IS NULL THEN 5 ELSE 0 END
  WHEN {EXPOSED} THEN CASE WHEN d.exposed_ms IS NULL THEN 6 WHEN {_STORED} THEN 0 ELSE 7 END
  WHEN {EXPOSED_AGAIN} THEN CASE WHEN d.exposed_ms IS NOT NULL AND {_STORED} THEN 0 ELSE 7 END
  WHEN {CLICKED} THEN CASE WHEN d.clicked_ms IS NULL THEN 8 WHEN {_STORED} THEN 0 ELSE 9 END
  WHEN {CLICKED_AGAIN} THEN CASE WHEN d.clicked_ms IS NOT NULL AND {_STORED} THEN 0 ELSE 9 END
  WHEN {REPLIED} THEN CASE WHEN d.replied_ms IS NULL THEN 10 ELSE 0 END
  ELSE 0 END
"""
_EFFECTS: Final = {
    "success": "CASE WHEN e IN (1, 3) THEN 1 WHEN e = 4 THEN -1 ELSE 0 END",
    "undelivered": "CASE WHEN e IN (2, 4) THEN 1 WHEN e = 3 THEN -1 ELSE 0 END",
    "resolved": "CASE WHEN e = 5 THEN 1 ELSE 0 END",
    "exposed": "CASE WHEN e = 6 THEN 1 ELSE 0 END",
    "exposed_times": "CASE WHEN e IN (6, 7) THEN 1 ELSE 0 END",
    "clicked": "CASE WHEN e = 8 THEN 1 ELSE 0 END",
    "clicked_times": "CASE WHEN e IN (8, 9) THEN 1 ELSE 0 END",
    "replied": "CASE WHEN e = 10 THEN 1 ELSE 0 END",
}
# Few columns are grouped, the many made of few rows: a page is some ten thousand receipts and a hundred effects.
COUNTS_OF_EFFECTS: Final = ", ".join(
    f"sum(n * ({_EFFECTS[name]})) AS {name}" if name in _EFFECTS else f"0 AS {name}" for name in COUNTED
)
_OF_INBOX: Final = (
    "FROM temp.inbox i CROSS JOIN recipient r ON r.id = i.recipient_id "
    "CROSS JOIN sent s ON s.recipient_id = i.recipient_id LEFT JOIN delivery d ON d.recipient_id = i.recipient_id "
    "WHERE i.what > 0"
)
_COUNT_INBOX: Final = PUT_COUNTS.format(
    groups=f"SELECT campaign_id, day, vendor, {COUNTS_OF_EFFECTS} "  # noqa: S608 - words of this program
    f"FROM (SELECT r.campaign_id AS campaign_id, {SENT_DAY} AS day, r.vendor AS vendor, {EFFECT} AS e, "
    f"count(*) AS n {_OF_INBOX} GROUP BY 1, 2, 3, 4) m WHERE e > 0 GROUP BY 1, 2, 3"
)

# SQLite groups by sorting, which takes twice as long as finding the rows. A page is nearly always of one campaign and one
# day: then it is told as one text, a sign for the effect and the vendor of each receipt, and Python counts equal words.
_BETWEEN, _NO_EFFECT = 0x1F, 0x40
_WORDS: Final = (
    f"SELECT min(r.campaign_id), max(r.campaign_id), min({SENT_DAY}), max({SENT_DAY}), count(*), "
    f"CAST(group_concat(char({_NO_EFFECT} + {EFFECT}) || r.vendor, char({_BETWEEN})) AS BLOB) {_OF_INBOX}"
)
_COUNT_WORDS: Final = PUT_COUNTS.format(
    groups=f"SELECT ? AS campaign_id, ? AS day, vendor, {COUNTS_OF_EFFECTS} FROM ("  # noqa: S608
    "SELECT json_extract(j.value, '$[0]') AS e, json_extract(j.value, '$[1]') AS vendor, json_extract(j.value, '$[2]') AS n "
    "FROM json_each(?) j) m GROUP BY vendor"
)


def count_inbox(connection: Connection) -> None:
    """Count the page of receipts in `temp.inbox`, before it is stored and added up."""
    if connection.dialect.name == "postgresql" or not _counted_by_words(connection):
        connection.exec_driver_sql(_COUNT_INBOX)


def _counted_by_words(connection: Connection) -> bool:
    """Count a page of one campaign and one day; False, and nothing is counted, for any other."""
    low, high, first, last, receipts, text = connection.exec_driver_sql(_WORDS).one()
    if not receipts:
        return True
    words = Counter(text.split(bytes((_BETWEEN,)))) if low == high and first == last else Counter[bytes]()
    if words.total() != receipts:  # a vendor with that sign in its name, say
        return False
    try:
        told = [(word[0] - _NO_EFFECT, word[1:].decode(), count) for word, count in words.items()]
    except UnicodeDecodeError:  # a damaged file
        return False
    told = [one for one in told if one[0]]
    if told:
        connection.exec_driver_sql(_COUNT_WORDS, (low, first, json.dumps(told)))
    return True
