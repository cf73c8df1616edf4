# SPDX-License-Identifier: Apache-2.0
"""Frequency limits (频次上限) in SQL: who got as many promotional messages of a signature as a workspace allows.

A message counts by the instant it was accepted at. One that waits for its answer, or has not left a campaign that is not
over, counts whenever it may leave; one of which a person said that it did not arrive counts too, because nobody knows. A
test send counts nothing. The condition is one subquery a number over the few campaigns that can matter, each looked up by
(campaign, number): see `test_frequency` for its plan.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

from koodesk.backend.ports.desk import Held, HeldNumber
from koodesk.domain.campaign import Snapshot
from koodesk.domain.send_policy import SPANS
from koodesk.domain.send_state import CREATING, OVER
from koodesk.domain.unknown_call import CODES, Decision

if TYPE_CHECKING:
    from sqlalchemy import Connection

CODE: Final = "KD.DESK.FREQUENCY"
"""Why such a recipient is not eligible."""

_OVER: Final = ", ".join(f"'{state}'" for state in sorted(OVER))
_ANY_TIME: Final = (1 << 62) - 1
_COUNTED: Final = CODES[Decision.NOT_SENT]
"""Whom a person counted as not sent may have got it all the same, unless nothing of the call ever left."""

# A campaign that is being written counts once it is there: the writer looks again at its end. Those to send come first
# in a campaign's block of ids (`sending_plan`), so that the index on (campaign, number) alone says who they were.
# `at`: where everybody of a campaign has an answer and none of the spans begins while it ran, every message of it is in the
# same spans as its beginning, and only who was refused (`back`) must be known, not each one's instant; else NULL.
PAST: Final = f"""
WITH past (id, done, last, first, size, at) AS MATERIALIZED (
    SELECT id, state IN ({_OVER}), last_id - opted_out - not_eligible, first_id, chunk_size,
        CASE WHEN state IN ({_OVER}) AND started_ms > 0
            AND :from_day NOT BETWEEN started_ms AND ended_ms - 1 AND :from_week NOT BETWEEN started_ms AND ended_ms - 1
            AND :from_month NOT BETWEEN started_ms AND ended_ms - 1
            AND last_id - opted_out - not_eligible - first_id + 1
                = (SELECT coalesce(sum(accepted + refused), 0) FROM chunk WHERE chunk.campaign_id = campaign.id)
        THEN started_ms END
    FROM campaign
    WHERE signature = :signature AND promotion = 1 AND test = 0 AND state <> '{CREATING}' AND id <> :campaign
    AND (state NOT IN ({_OVER}) OR ended_ms = 0 OR ended_ms > :from_past)
), back (id) AS MATERIALIZED (
    SELECT s.recipient_id FROM past p CROSS JOIN chunk c ON c.campaign_id = p.id AND c.refused > 0
    CROSS JOIN sent s ON s.recipient_id BETWEEN c.first_id AND c.last_id
    WHERE p.at IS NOT NULL AND s.outcome = 'refused' AND s.code <> 'given_up'
    AND (s.code <> '{_COUNTED}' OR c.doubt = 0)
)
"""  # noqa: S608 - the states are this program's own words

_SENT: Final = f"""
    SELECT CASE WHEN p.at IS NOT NULL THEN CASE WHEN r.id IN (SELECT id FROM back) THEN 0 ELSE p.at END
                WHEN s.recipient_id IS NULL THEN CASE WHEN p.done THEN 0 ELSE {_ANY_TIME} END
                WHEN s.outcome = 'accepted' OR s.code = 'given_up' OR (s.code = '{_COUNTED}' AND (SELECT k.doubt FROM chunk k
                    WHERE k.campaign_id = p.id AND k.no = (r.id - p.first) / p.size) = 1) THEN s.at_ms ELSE 0 END AS at
    FROM past p CROSS JOIN recipient r ON r.campaign_id = p.id AND r.number = a.number AND r.id <= p.last
    LEFT JOIN sent s ON s.recipient_id = CASE WHEN p.at IS NOT NULL THEN NULL ELSE r.id END
"""  # noqa: S608 - a statement of our own

AT_LIMIT: Final = f"""coalesce((
    SELECT (:per_day > 0 AND count(*) FILTER (WHERE at > :from_day) >= :per_day) OR (:per_week > 0 AND count(*) FILTER (WHERE at > :from_week) >= :per_week)
        OR (:per_month > 0 AND count(*) FILTER (WHERE at > :from_month) >= :per_month)
    FROM ({_SENT}) went
), false)"""  # noqa: S608 - a statement of our own
"""Whether the number of an audience row `a` is at a limit. Bound by `bound`, after `PAST`."""

# By number, which is the order of the index on (campaign, number): a look-up finds its page where the one before left it.
_HELD: Final = """
{past} SELECT a.row_no, a.number FROM audience_row a WHERE a.audience_id = :audience AND {at_limit} ORDER BY a.number
"""

_COUNT: Final = """
{past}, held (number) AS MATERIALIZED (
    SELECT a.number FROM audience_row a WHERE a.audience_id = :audience AND {at_limit} ORDER BY a.number
) SELECT count(*), count(*) FILTER (WHERE a.vendor = '-')
FROM held h CROSS JOIN audience_row a ON a.audience_id = :audience AND a.number = h.number WHERE {wanted}
"""

_ROWS: Final = """
{past} SELECT a.row_no, a.number,
    (SELECT json_array(count(*) FILTER (WHERE at > :from_day), count(*) FILTER (WHERE at > :from_week),
        count(*) FILTER (WHERE at > :from_month),
        coalesce(max(CASE WHEN at < {any_time} THEN at END), 0)) FROM ({sent}) went)
FROM audience_row a WHERE a.audience_id = :audience AND a.row_no > :after AND {wanted} AND {at_limit}
ORDER BY a.row_no LIMIT :limit
"""


def is_limited(snapshot: Snapshot) -> bool:
    """Tell whether a snapshot is held to any limit."""
    return snapshot.promotion and not snapshot.test and any(snapshot.frequency)


_MATTERING: Final = f"""
SELECT CASE WHEN state NOT IN ({_OVER}) OR ended_ms = 0 THEN {_ANY_TIME} ELSE ended_ms END FROM campaign
WHERE signature = ? AND promotion = 1 AND test = 0 AND state <> '{CREATING}' AND id <> ?
"""  # noqa: S608 - the states are this program's own words


def bound(connection: Connection, snapshot: Snapshot, campaign_id: int = 0) -> dict[str, int | str]:
    """Return the values that `PAST` and `AT_LIMIT` name; `campaign_id` is the campaign that is being written.

    A limit that no number can be at, because fewer campaigns than it allows sent anything in its span, is left out (0);
    `least` is the smallest of the others, 0 where there is none and nothing has to be looked at.
    """
    ends = [row[0] for row in connection.exec_driver_sql(_MATTERING, (snapshot.signature, campaign_id))]
    names = ("day", "week", "month")
    froms = {name: snapshot.frequency_at_ms - span for name, span in zip(names, SPANS, strict=True)}
    limits = {
        name: most if most and sum(end > froms[name] for end in ends) >= most else 0
        for name, most in zip(names, snapshot.frequency or (0, 0, 0), strict=True)
    }
    biting = [name for name in names if limits[name]]
    return {
        "signature": snapshot.signature,
        "campaign": campaign_id,
        "least": min((limits[name] for name in biting), default=0),
        "from_past": min((froms[name] for name in biting), default=_ANY_TIME),
        **{f"per_{name}": limits[name] for name in names},
        **{f"from_{name}": froms[name] for name in names},
    }


def count(connection: Connection, snapshot: Snapshot, wanted: str, values: Mapping[str, object]) -> Held:
    """Count the rows that are at a limit among those that `wanted` (a condition on `a`, bound by `values`) keeps."""
    given = bound(connection, snapshot)
    if not given["least"]:
        return Held()
    rows, without = connection.exec_driver_sql(
        _COUNT.format(past=PAST, wanted=wanted, at_limit=AT_LIMIT), {**values, **given}
    ).one()
    return Held(int(rows), int(without))


def held_rows(connection: Connection, snapshot: Snapshot, campaign_id: int) -> array[int]:
    """Return the row_no of every audience row that is at a limit, in file order, for the campaign that is being written."""
    given = bound(connection, snapshot, campaign_id)
    if not given["least"]:
        return array("Q")
    statement = _HELD.format(past=PAST, at_limit=AT_LIMIT)
    rows = connection.exec_driver_sql(statement, {**given, "audience": snapshot.audience_id})
    return array("Q", sorted(row[0] for row in rows))


def numbers(
    connection: Connection,
    snapshot: Snapshot,
    wanted: str,
    values: Mapping[str, object],
    after: int,
    limit: int,
) -> tuple[HeldNumber, ...]:
    """Return such rows behind a row_no, in file order, with what went to each."""
    import json

    statement = _ROWS.format(past=PAST, wanted=wanted, at_limit=AT_LIMIT, sent=_SENT, any_time=_ANY_TIME)
    given = bound(connection, snapshot)
    if not given["least"]:
        return ()
    # What is shown is all that went out within 30 days, whichever limit holds the number back.
    given["from_past"] = given["from_month"]
    rows = connection.exec_driver_sql(statement, {**values, **given, "after": after, "limit": limit})
    found = []
    for row_no, number, told in rows:
        *counts, last_ms = json.loads(told)
        found.append(HeldNumber(row_no, number, (counts[0], counts[1], counts[2]), last_ms))
    return tuple(found)


def past_campaigns(connection: Connection, snapshot: Snapshot, campaign_id: int) -> frozenset[int]:
    """Return the campaigns that can matter to a limit now."""
    values = {
        "signature": snapshot.signature,
        "campaign": campaign_id,
        "from_past": snapshot.frequency_at_ms - SPANS[-1],
        **{f"from_{name}": 0 for name in ("day", "week", "month")},  # when each message went is not asked
    }
    rows = connection.exec_driver_sql(f"{PAST} SELECT id FROM past", values)  # noqa: S608 - a statement of our own
    return frozenset(row[0] for row in rows)


def at_limit_in(connection: Connection, snapshot: Snapshot, campaign_id: int) -> int:
    """Return how many recipients to send of a campaign are at a limit."""
    given = bound(connection, snapshot, campaign_id)
    if not given["least"]:
        return 0
    return int(
        connection.exec_driver_sql(
            f"{PAST} SELECT count(*) FROM recipient a WHERE a.campaign_id = :campaign AND a.bucket = 'pending' "  # noqa: S608 - a statement of our own
            f"AND {AT_LIMIT}",
            given,
        ).scalar_one()
    )
