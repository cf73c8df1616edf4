# SPDX-License-Identifier: Apache-2.0
"""What screens read: campaign rows, buckets, funnel, details, events. Reads only; every number is derived here.

A page of details is found by keyset, never by offset, and looks at no more than `_LOOK_AT` recipients: a rare filter on
a million rows answers in short pages instead of one long wait.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

from koodesk.backend.storage.stores.report_funnel import kept_rows
from koodesk.backend.views.sending import (
    CampaignEventRow,
    CampaignRow,
    DetailFilter,
    DetailPage,
    DetailRow,
    Funnel,
    FunnelCounts,
)
from koodesk.domain.campaign import Buckets, CampaignKind
from koodesk.domain.carrier import Carrier
from koodesk.domain.problem import Refused, problem
from koodesk.domain.receipt import TIMEOUT_MS, Delivery, status_of
from koodesk.domain.send_state import CREATING, Bucket, CampaignState, ChunkState, bucket_of
from koodesk.domain.video_send import task_state

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

_LOOK_AT: Final = 50_000

_SUMS: Final = """
SELECT coalesce(sum(accepted), 0), coalesce(sum(refused), 0),
  coalesce(sum(CASE WHEN state = 'planned' THEN members - accepted - refused END), 0),
  coalesce(sum(CASE WHEN state = 'in_flight' THEN members - accepted - refused END), 0),
  coalesce(sum(CASE WHEN state IN ('unknown', 'accepted', 'partly', 'refused') THEN members - accepted - refused END), 0),
  coalesce(sum(CASE WHEN state = 'cancelled' THEN members - accepted - refused END), 0),
  coalesce(sum(CASE WHEN state = 'expired' THEN members - accepted - refused END), 0)
FROM chunk WHERE campaign_id = ?
"""

_CAMPAIGN: Final = (
    "SELECT id, uuid, name, test, state, reason, card_id, sms_template_id, audience_id, signature, promotion, fallback, "
    "validity_days, start_at_ms, not_after_ms, window_start, window_end, rate, gateway, gateway_class, imported, "
    "created_ms, confirmed_ms, started_ms, ended_ms, digest, kind, "
    "coalesce(CAST(json_extract(snapshot, '$.video_template_id') AS INTEGER), 0), "
    "coalesce(json_extract(snapshot, '$.video_name'), ''), "
    "coalesce(CAST(json_extract(snapshot, '$.expiration_hours') AS INTEGER), 0), "
    "coalesce(json_extract(snapshot, '$.domain'), ''), coalesce(json_extract(snapshot, '$.jump_url'), ''), "
    "CASE kind WHEN 'plain' THEN coalesce(json_extract(snapshot, '$.sms_text'), '') ELSE '' END FROM campaign "
)

_LIST: Final = (
    _CAMPAIGN + "WHERE state <> ? AND test <= ? AND instr(',' || ? || ',', ',' || kind || ',') > 0 "
    "ORDER BY id DESC LIMIT ?"
)

# The plus keeps SQLite from the index on (campaign_id, number): a page is a range of ids.
_DETAIL: Final = """
SELECT r.id, r.number, r.vendor, r.card, r.bucket, r.code, k.state, s.outcome, s.code, s.message_id, s.at_ms,
       d.sms, d.sms_ms, d.sms_code, d.resolved_ms, d.exposed_ms, d.clicked_ms, d.replied_ms, c.kind
FROM recipient r JOIN campaign c ON c.id = r.campaign_id
LEFT JOIN chunk k ON k.campaign_id = c.id AND r.bucket = 'pending' AND k.no = (r.id - c.first_id) / c.chunk_size
LEFT JOIN sent s ON s.recipient_id = r.id
LEFT JOIN delivery d ON d.recipient_id = r.id
WHERE +r.campaign_id = ? AND r.id BETWEEN ? AND ?
"""

_ONE_NUMBER: Final = _DETAIL.replace(
    "+r.campaign_id = ? AND r.id BETWEEN ? AND ?", "r.campaign_id = ? AND r.number = ?"
)

# Which chunks can hold a recipient of a bucket: a filter looks only into those.
_CHUNKS_WITH: Final = {
    Bucket.PENDING: "state = 'planned'",
    Bucket.IN_FLIGHT: "state = 'in_flight'",
    Bucket.ACCEPTED: "accepted > 0",
    Bucket.REFUSED: "refused > 0",
    Bucket.UNKNOWN: "state IN ('unknown', 'accepted', 'partly', 'refused') AND accepted + refused < members",
    Bucket.CANCELLED: "state = 'cancelled'",
    Bucket.EXPIRED: "state = 'expired'",
}

_EVERYBODY: Final = "SELECT first_id, last_id FROM campaign WHERE id = ?"
_EXCLUDED: Final = (
    "SELECT coalesce((SELECT max(last_id) + 1 FROM chunk WHERE campaign_id = c.id), first_id), last_id "
    "FROM campaign c WHERE id = ?"
)
_SPANS: Final = "SELECT first_id, last_id FROM chunk WHERE campaign_id = ? AND last_id > ? AND {} ORDER BY no"


def campaigns(
    connection: Connection, tests: bool, limit: int, kinds: Sequence[str]
) -> tuple[CampaignRow, ...]:
    """Return campaigns of some kinds, newest first."""
    rows = connection.exec_driver_sql(_LIST, (CREATING, int(tests), ",".join(kinds), limit)).fetchall()
    return tuple(_campaign(connection, row) for row in rows)


def kind(connection: Connection, campaign_id: int) -> str:
    """Return what a campaign sends. Raises Refused (campaign.missing)."""
    found = connection.exec_driver_sql("SELECT kind FROM campaign WHERE id = ?", (campaign_id,)).scalar()
    if found is None:
        raise Refused(problem("campaign.missing", campaign=campaign_id))
    return str(found)


def campaign(connection: Connection, campaign_id: int) -> CampaignRow:
    """Return one campaign. Raises Refused (campaign.missing)."""
    row = connection.exec_driver_sql(_CAMPAIGN + "WHERE id = ?", (campaign_id,)).first()
    if row is None:
        raise Refused(problem("campaign.missing", campaign=campaign_id))
    return _campaign(connection, row)


def _campaign(connection: Connection, row: Row[*tuple[Any, ...]]) -> CampaignRow:
    accepted, refused, pending, in_flight, unknown, cancelled, expired = connection.exec_driver_sql(
        _SUMS, (row[0],)
    ).one()
    return CampaignRow(
        id=row[0],
        uuid=row[1],
        name=row[2],
        test=bool(row[3]),
        state=row[4],
        reason=row[5],
        card_id=row[6],
        sms_template_id=row[7],
        audience_id=row[8],
        signature=row[9],
        promotion=bool(row[10]),
        fallback=row[11],
        validity_days=row[12],
        start_at_ms=row[13],
        not_after_ms=row[14],
        window_start=row[15],
        window_end=row[16],
        rate=row[17],
        gateway=row[18],
        gateway_class=row[19],
        imported=row[20],
        to_send=accepted + refused + pending + in_flight + unknown + cancelled + expired,
        accepted=accepted,
        refused=refused,
        unknown=unknown,
        pending=pending,
        in_flight=in_flight,
        created_ms=row[21],
        confirmed_ms=row[22],
        started_ms=row[23],
        ended_ms=row[24],
        digest=row[25],
        kind=row[26],
        task_state=_task_state(row, accepted) if row[26] == CampaignKind.VIDEO else "",
        video_template_id=row[27],
        video_name=row[28],
        expiration_hours=row[29],
        domain=row[30],
        jump_url=row[31],
        sms_text=row[32],
    )


def _task_state(row: Row[*tuple[Any, ...]], accepted: int) -> str:
    later, begun = row[13] > row[22], row[23] > 0  # start_at_ms, confirmed_ms, started_ms
    return task_state(CampaignState(row[4]), later=later, begun=begun, accepted=accepted).value


def buckets(connection: Connection, campaign_id: int) -> Buckets:
    """Return the counters, derived from the chunks' sums. Raises Refused (campaign.missing)."""
    excluded = connection.exec_driver_sql(
        "SELECT invalid, duplicate, opted_out, not_eligible FROM campaign WHERE id = ?", (campaign_id,)
    ).first()
    if excluded is None:
        raise Refused(problem("campaign.missing", campaign=campaign_id))
    invalid, duplicate, opted_out, not_eligible = excluded
    accepted, refused, pending, in_flight, unknown, cancelled, expired = connection.exec_driver_sql(
        _SUMS, (campaign_id,)
    ).one()
    return Buckets(
        invalid=invalid,
        duplicate=duplicate,
        opted_out=opted_out,
        not_eligible=not_eligible,
        pending=pending,
        in_flight=in_flight,
        accepted=accepted,
        refused=refused,
        unknown=unknown,
        cancelled=cancelled,
        expired=expired,
    )


def recount(connection: Connection, campaign_id: int) -> Buckets:
    """Count the buckets from the rows themselves, through the domain's own rule; slow, for verification."""
    counts = dict.fromkeys(Bucket, 0)
    row = connection.exec_driver_sql(
        "SELECT invalid, duplicate FROM campaign WHERE id = ?", (campaign_id,)
    ).one()
    counts[Bucket.INVALID], counts[Bucket.DUPLICATE] = row
    groups = connection.exec_driver_sql(
        "SELECT r.bucket, k.state, s.outcome, count(*) FROM recipient r "
        "LEFT JOIN chunk k ON k.campaign_id = r.campaign_id AND r.id BETWEEN k.first_id AND k.last_id "
        "AND k.no = (r.id - (SELECT min(first_id) FROM chunk WHERE campaign_id = r.campaign_id)) "
        "/ (SELECT chunk_size FROM campaign WHERE id = r.campaign_id) "
        "LEFT JOIN sent s ON s.recipient_id = r.id WHERE r.campaign_id = ? GROUP BY 1, 2, 3",
        (campaign_id,),
    )
    for decided, state, answer, count in groups:
        chunk = ChunkState(state) if state else ChunkState.PLANNED
        counts[bucket_of(Bucket(decided), chunk, Bucket(answer) if answer else None)] += count
    return Buckets(**{bucket.value: count for bucket, count in counts.items()})


def funnel(connection: Connection, campaign_id: int, now_ms: int) -> Funnel:
    """Return the funnel by vendor and as a whole. Raises Refused (campaign.missing)."""
    found = connection.exec_driver_sql(
        "SELECT first_id, last_id, kind FROM campaign WHERE id = ?", (campaign_id,)
    ).first()
    if found is None:
        raise Refused(problem("campaign.missing", campaign=campaign_id))
    *span, what = found
    rows: Sequence[Any] = (
        kept_rows(connection, campaign_id, now_ms)
        or connection.exec_driver_sql(
            "SELECT r.vendor, count(*), sum(r.card), count(*) FILTER (WHERE s.outcome = 'accepted'), "
            "count(*) FILTER (WHERE d.sms = 1), count(*) FILTER (WHERE d.sms = 0), "
            "count(*) FILTER (WHERE s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms <= ?), "
            "count(*) FILTER (WHERE s.outcome = 'accepted' AND d.sms IS NULL AND s.at_ms > ?), "
            "count(d.resolved_ms), count(d.exposed_ms), count(d.clicked_ms), count(d.replied_ms) "
            "FROM recipient r LEFT JOIN sent s ON s.recipient_id = r.id LEFT JOIN delivery d ON d.recipient_id = r.id "
            "WHERE r.id BETWEEN ? AND ? AND r.bucket = 'pending' GROUP BY r.vendor ORDER BY r.vendor",
            (now_ms - TIMEOUT_MS, now_ms - TIMEOUT_MS, *span),
        ).fetchall()
    )
    groups = tuple((row[0], FunnelCounts(*row[1:])) for row in rows)
    total = FunnelCounts(*[sum(row[place] for row in rows) for place in range(1, 12)])
    if what != CampaignKind.SMART:
        order = {carrier.value: place for place, carrier in enumerate(Carrier)}
        return Funnel(total, (), tuple(sorted(groups, key=lambda group: order.get(group[0], len(order)))))
    return Funnel(total, groups)


def details(
    connection: Connection, campaign_id: int, after: int, limit: int, where: DetailFilter, now_ms: int
) -> DetailPage:
    """Return a page of recipients with masked numbers; it may be short although more follow."""
    if where.number:
        found = connection.exec_driver_sql(_ONE_NUMBER, (campaign_id, where.number)).fetchall()
        rows = [detail(row, now_ms, masked=True) for row in found if row[0] > after]
        return DetailPage(tuple(row for row in rows if _matches(row, where)), 0)
    picked: list[DetailRow] = []
    looked = 0
    for first, last in _spans(connection, campaign_id, after, where):
        begin = first
        while begin <= last:
            end = min(
                last, begin + (limit if not (where.bucket or where.delivery or where.carrier) else 5_000) - 1
            )
            for row in connection.exec_driver_sql(_DETAIL + " ORDER BY r.id", (campaign_id, begin, end)):
                shown = detail(row, now_ms, masked=True)
                if _matches(shown, where):
                    picked.append(shown)
                    if len(picked) == limit:
                        return DetailPage(tuple(picked), shown.id)
            looked += end - begin + 1
            begin = end + 1
            if looked >= _LOOK_AT:
                return DetailPage(tuple(picked), end)
    return DetailPage(tuple(picked), 0)


def _spans(
    connection: Connection, campaign_id: int, after: int, where: DetailFilter
) -> Iterator[tuple[int, int]]:
    """Yield ranges of recipient ids above `after` that can hold what is looked for, in order."""
    wanted = Bucket(where.bucket) if where.bucket else (Bucket.ACCEPTED if where.delivery else None)
    if wanted in _CHUNKS_WITH:
        sql = _SPANS.format(_CHUNKS_WITH[wanted])  # words of this module only; the values are bound
        spans = connection.exec_driver_sql(sql, (campaign_id, after)).fetchall()
    elif wanted is None or wanted in (Bucket.OPTED_OUT, Bucket.NOT_ELIGIBLE):
        sql = _EVERYBODY if wanted is None else _EXCLUDED
        spans = connection.exec_driver_sql(sql, (campaign_id,)).fetchall()
    else:
        return  # invalid and duplicate rows were never recipients: the audience shows them
    for first, last in spans:
        if last > after:
            yield max(first, after + 1), last


def _matches(row: DetailRow, where: DetailFilter) -> bool:
    return (
        (not where.bucket or row.bucket == where.bucket)
        and (not where.delivery or row.delivery == where.delivery)
        and (not where.carrier or row.carrier == where.carrier)
    )


def mask(number: int) -> str:
    """Return a number as lists show it: 138****0001."""
    text = str(number)
    return f"{text[:3]}****{text[-4:]}"


def detail(row: Row[*tuple[Any, ...]], now_ms: int, masked: bool) -> DetailRow:
    """Build a row of the detail list from one of `_DETAIL`."""
    (
        id_,
        number,
        vendor,
        card,
        decided,
        decided_code,
        chunk_state,
        outcome,
        code,
        message_id,
        at_ms,
        sms,
        sms_ms,
        sms_code,
        resolved_ms,
        exposed_ms,
        clicked_ms,
        replied_ms,
        what,
    ) = row
    by_carrier = what != CampaignKind.SMART
    chunk = ChunkState(chunk_state) if chunk_state else ChunkState.PLANNED
    bucket = bucket_of(Bucket(decided), chunk, Bucket(outcome) if outcome else None)
    delivery = ""
    if bucket is Bucket.ACCEPTED:
        known = Delivery(None if sms is None else bool(sms), sms_ms, sms_code)
        delivery = status_of(known, at_ms, now_ms).value
    return DetailRow(
        id=id_,
        number=mask(number) if masked else str(number),
        vendor="" if by_carrier else vendor,
        card=bool(card),
        bucket=bucket.value,
        code=code or decided_code or "",
        message_id=message_id or "",
        accepted_ms=at_ms if bucket is Bucket.ACCEPTED else 0,
        delivery=delivery,
        delivery_code=sms_code or "",
        delivered_ms=sms_ms if sms else 0,
        resolved_ms=resolved_ms or 0,
        exposed_ms=exposed_ms or 0,
        clicked_ms=clicked_ms or 0,
        carrier=vendor if by_carrier else "",
        replied_ms=replied_ms or 0,
    )


def full_rows(
    connection: Connection, campaign_id: int, after: int, limit: int, now_ms: int
) -> list[DetailRow]:
    """Return the next recipients with their full numbers, for an export that streams in short reads."""
    return [
        detail(row, now_ms, masked=False)
        for row in connection.exec_driver_sql(
            _DETAIL + " ORDER BY r.id LIMIT ?", (campaign_id, after + 1, 1 << 62, limit)
        )
    ]


def events(connection: Connection, campaign_id: int, after: int, limit: int) -> tuple[CampaignEventRow, ...]:
    """Return what happened, oldest first."""
    rows = connection.exec_driver_sql(
        'SELECT id, at_ms, code, coalesce(chunk_no, -1), params, "by" FROM campaign_event '
        "WHERE campaign_id = ? AND id > ? ORDER BY id LIMIT ?",
        (campaign_id, after, limit),
    )
    return tuple(
        CampaignEventRow(
            row[0],
            row[1],
            row[2],
            row[3] + 1,
            tuple((key, str(value)) for key, value in sorted(json.loads(row[4]).items())),
            row[5],
        )
        for row in rows
    )
