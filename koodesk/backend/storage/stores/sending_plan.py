# SPDX-License-Identifier: Apache-2.0
"""From a confirmation to a campaign with recipients and chunks: the statements, inside the caller's transaction.

Recipients are copied by the database itself into a block of ids that was set aside, those that will be sent first, so
that a chunk is a range of ids. In which slices that happens is `sending_create`. Each chunk's payload is built once here and its digest kept: a digit that changes between
confirmation and sending changes the digest, and the chunk does not leave.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from koodesk.backend.storage.stores import sending_frequency
from koodesk.backend.storage.stores.sending_carriers import carrier_sql
from koodesk.domain.campaign import CampaignKind, PayloadFrame, Snapshot, chunk_key, decode, payload
from koodesk.domain.carrier import Segments
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_state import Bucket, CampaignState, ChunkState

if TYPE_CHECKING:
    from sqlalchemy import Connection

# The plus keeps SQLite from the index on (campaign_id, number): a range of ids must stay a range of ids, or reading
# chunk after chunk is quadratic in the campaign.
_READ_CHUNK: Final = (
    "SELECT number, params, card FROM recipient WHERE id BETWEEN ? AND ? AND +campaign_id = ? ORDER BY id"
)

_OPTED_OUT: Final = "EXISTS (SELECT 1 FROM opt_out o WHERE o.number = a.number AND o.signature = :signature)"

# A vendor of '-' is a phone that cannot show the card; '' was never asked, and the gateway decides. Whoever opts out
# between two slices of one campaign is there already as one to send: the writer's last look finds that.
_COPY: Final = """
INSERT INTO recipient (id, campaign_id, number, params, card, vendor, bucket, code)
SELECT :following - 1 + row_number() OVER (ORDER BY a.row_no), :campaign, a.number, {params}, {card}, {vendor}, {decision}
FROM audience_row a
WHERE a.audience_id = :audience AND a.row_no >= :low AND a.row_no < :high AND {condition} ORDER BY a.row_no
"""
_HELD: Final = "a.row_no IN (SELECT CAST(value AS INTEGER) FROM json_each(:held))"
_NEW: Final = "NOT EXISTS (SELECT 1 FROM recipient x WHERE x.campaign_id = :campaign AND x.number = a.number)"


def insert_campaign(
    connection: Connection,
    digest: str,
    text: str,
    at_ms: int,
    audience: bool,
    state: str = CampaignState.SCHEDULED.value,
) -> tuple[int, Snapshot]:
    """Insert the campaign row of a snapshot; return its id and the snapshot."""
    snapshot = decode(text)
    made = connection.exec_driver_sql(
        "INSERT INTO campaign (uuid, name, test, state, digest, snapshot, gateway, gateway_class, audience_id, card_id, "
        "sms_template_id, signature, promotion, fallback, validity_days, start_at_ms, not_after_ms, window_start, "
        "window_end, chunk_size, rate, imported, invalid, duplicate, created_ms, confirmed_ms, kind) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) RETURNING id",
        (
            snapshot.uuid,
            snapshot.name,
            int(snapshot.test),
            state,
            digest,
            text,
            snapshot.gateway,
            snapshot.gateway_class,
            snapshot.audience_id if audience else 0,
            snapshot.card_id,
            snapshot.sms_template_id,
            snapshot.signature,
            int(snapshot.promotion),
            snapshot.fallback,
            snapshot.validity_days,
            snapshot.start_at_ms or at_ms,
            snapshot.not_after_ms,
            snapshot.window_start,
            snapshot.window_end,
            snapshot.chunk_size,
            snapshot.rate,
            snapshot.imported,
            snapshot.invalid,
            snapshot.duplicate,
            at_ms,
            at_ms,
            snapshot.kind,
        ),
    )
    campaign_id: int = made.scalar_one()
    return campaign_id, snapshot


def reserve(connection: Connection, campaign_id: int, count: int) -> int:
    """Set aside one block of recipient ids for a campaign; return the first. Nobody else gets one of them."""
    first: int = connection.exec_driver_sql(
        "SELECT 1 + max(coalesce((SELECT max(last_id) FROM campaign), 0), coalesce((SELECT max(id) FROM recipient), 0))"
    ).scalar_one()
    connection.exec_driver_sql(
        "UPDATE campaign SET first_id = ?, last_id = ? WHERE id = ?", (first, first + count - 1, campaign_id)
    )
    return first


def frozen(connection: Connection, campaign_id: int) -> tuple[Snapshot, int, int]:
    """Return a campaign's snapshot and its block of recipient ids."""
    text, first, last = connection.exec_driver_sql(
        "SELECT snapshot, first_id, last_id FROM campaign WHERE id = ?", (campaign_id,)
    ).one()
    return decode(text), first, last


def copy_rows(
    connection: Connection,
    campaign_id: int,
    snapshot: Snapshot,
    columns: Sequence[str],
    bucket: Bucket,
    rows: tuple[int, int],
    following: int,
    segments: Segments | None = None,
    held: Sequence[int] = (),
) -> int:
    """Copy the audience rows of a bucket with `rows[0] <= row_no < rows[1]` as recipients `following`, ...; return how
    many.

    `columns` are the audience's parameter columns; those that the card or the video SMS does not know are left out of
    the message. `segments` are needed where carriers count: they say who a video SMS goes to. `held` are the rows in
    this range that a frequency limit holds back.
    """
    picked = _picked(snapshot, columns, segments)
    at_limit = _HELD if held else "false"
    decision, condition = {
        Bucket.PENDING: (
            f"'{Bucket.PENDING}', ''",
            f"NOT {_OPTED_OUT} AND {picked.eligible} AND NOT {at_limit}",
        ),
        Bucket.OPTED_OUT: (f"'{Bucket.OPTED_OUT}', 'opted_out'", f"{_OPTED_OUT} AND {_NEW}"),
        Bucket.NOT_ELIGIBLE: (
            f"'{Bucket.NOT_ELIGIBLE}', CASE WHEN {picked.eligible} THEN '{sending_frequency.CODE}' ELSE {picked.why_not} END",
            f"NOT {_OPTED_OUT} AND NOT ({picked.eligible} AND NOT {at_limit}) AND {_NEW}",
        ),
    }[bucket]
    values = {
        "campaign": campaign_id,
        "audience": snapshot.audience_id,
        "signature": snapshot.signature,
        "low": rows[0],
        "high": rows[1],
        "following": following,
        "carriers": json.dumps(snapshot.video_carriers),
        **picked.bound,
        **({"held": json.dumps(list(held))} if held else {}),
    }
    # Only words of this program are put together here; every value is bound.
    return connection.exec_driver_sql(
        _COPY.format(
            params=picked.params,
            card=picked.card,
            vendor=picked.vendor,
            decision=decision,
            condition=condition,
        ),
        values,
    ).rowcount


def wanted(snapshot: Snapshot, segments: Segments | None) -> tuple[str, dict[str, object]]:
    """Return the condition on an audience row `a` that it would get a message were nobody written to too often, and the
    values the condition names."""
    picked = _picked(snapshot, (), segments)
    values: dict[str, object] = {
        "audience": snapshot.audience_id,
        "signature": snapshot.signature,
        "carriers": json.dumps(snapshot.video_carriers),
    }
    return f"NOT {_OPTED_OUT} AND {picked.eligible}", values


def would_send(
    connection: Connection,
    snapshot: Snapshot,
    columns: Sequence[str],
    segments: Segments | None,
    after: int,
    limit: int,
) -> list[tuple[int, int, str, int]]:
    """Return row_no, number, parameters and card (0/1) of the audience rows behind one that `copy_rows` would copy to be sent, were
    nobody written to too often."""
    picked = _picked(snapshot, columns, segments)
    rows = connection.exec_driver_sql(
        f"SELECT a.row_no, a.number, {picked.params}, {picked.card} FROM audience_row a "  # noqa: S608 - words of this program
        f"WHERE a.audience_id = :audience AND a.row_no > :after AND NOT {_OPTED_OUT} AND {picked.eligible} "
        "ORDER BY a.row_no LIMIT :limit",
        {
            "audience": snapshot.audience_id,
            "signature": snapshot.signature,
            "carriers": json.dumps(snapshot.video_carriers),
            "after": after,
            "limit": limit,
            **picked.bound,
        },
    )
    return [(row[0], row[1], row[2], row[3]) for row in rows]


@dataclass(frozen=True, slots=True)
class _Picked:
    """What is taken of an audience row, as expressions of SQL; `bound` are the names of the columns left out."""

    params: str
    card: str
    vendor: str
    eligible: str
    why_not: str
    bound: dict[str, str]


_CARD: Final = "CASE a.vendor WHEN '-' THEN 0 ELSE 1 END"
_SHOWN: Final = "CASE a.vendor WHEN '-' THEN '' ELSE a.vendor END"
_REACHED: Final = "{carrier} IN (SELECT value FROM json_each(:carriers))"

# The gateway's own codes, because it would refuse these numbers with them: here they are not even handed to it.
_NOT_APPROVED: Final = "KD.CARRIER_NOT_APPROVED"
_UNKNOWN: Final = "KD.CARRIER_UNKNOWN"
_WHY_NOT: Final = f"CASE {{carrier}} WHEN 'unknown' THEN '{_UNKNOWN}' ELSE '{_NOT_APPROVED}' END"


def _picked(snapshot: Snapshot, columns: Sequence[str], segments: Segments | None) -> _Picked:
    bound: dict[str, str] = {}
    if snapshot.kind == CampaignKind.PLAIN:
        assert segments is not None, "whose number it is, a plain SMS keeps for its counts"
        params = _only(snapshot.params, columns, bound)
        return _Picked(params, "0", carrier_sql(segments), "true", "''", bound)
    video = snapshot.kind == CampaignKind.VIDEO
    if not video and snapshot.fallback != Fallback.BASIC:
        eligible = "a.vendor <> '-'" if snapshot.fallback == "none" else "true"
        params = _only(snapshot.params, columns, bound)
        return _Picked(params, _CARD, _SHOWN, eligible, "'not_resolvable'", bound)
    assert segments is not None, "who a video SMS goes to is decided by the segments"
    carrier = carrier_sql(segments)
    reached, why_not = _REACHED.format(carrier=carrier), _WHY_NOT.format(carrier=carrier)
    of_video = _only(snapshot.video_params, columns, bound)
    if video:
        return _Picked(of_video, "0", carrier, reached, why_not, bound)
    # The card for whom it can be shown to, the video SMS for the others: each row has the parameters of what it gets.
    of_card = _only(snapshot.params, columns, bound)
    params = f"CASE a.vendor WHEN '-' THEN {of_video} ELSE {of_card} END"
    return _Picked(params, _CARD, _SHOWN, f"(a.vendor <> '-' OR {reached})", why_not, bound)


def _only(wanted: Sequence[str], columns: Sequence[str], bound: dict[str, str]) -> str:
    """Return the expression of a row's parameters without the columns that are not wanted, whose paths are `bound`."""
    paths = ""
    for name in columns:
        if name not in wanted:
            key = f"path{len(bound)}"
            bound[key] = f"$.{json.dumps(name, ensure_ascii=False)}"
            paths += f", :{key}"
    return f"json_remove(a.params{paths})" if paths else "json(a.params)"


def copy_numbers(
    connection: Connection,
    campaign_id: int,
    first: int,
    recipients: Sequence[tuple[int, str]],
    carriers: Mapping[int, str] | None = None,
) -> None:
    """Insert recipients that were typed in, for a test send: all of them are to be sent, all as a card, or where
    `carriers` are given (number -> carrier) as a video or plain SMS."""
    card = int(carriers is None)
    connection.exec_driver_sql(
        "INSERT INTO recipient (id, campaign_id, number, params, card, vendor, bucket, code) "
        "VALUES (?, ?, ?, json(?), ?, ?, 'pending', '')",
        [
            (first + place, campaign_id, number, params, card, (carriers or {}).get(number, ""))
            for place, (number, params) in enumerate(recipients)
        ],
    )


ChunkValues = tuple[int, int, int, int, int, str, str, str, str]


def plan_chunk(
    connection: Connection, campaign_id: int, snapshot: Snapshot, frame: PayloadFrame, first: int, number: int
) -> ChunkValues:
    """Build the row of a campaign's n-th chunk (from 0): its members, its key and the digest of its payload."""
    size = max(1, snapshot.chunk_size)
    begin = first + number * size
    end = min(first + snapshot.to_send, begin + size) - 1
    content, _ = chunk_payload(connection, frame, campaign_id, begin, end)
    return (
        campaign_id,
        number,
        begin,
        end,
        end - begin + 1,
        "test" if snapshot.test else "send",
        chunk_key(snapshot.uuid, number),
        hashlib.sha256(content).hexdigest(),
        ChunkState.PLANNED.value,
    )


def insert_chunks(connection: Connection, chunks: Sequence[ChunkValues]) -> None:
    """Insert planned chunks."""
    connection.exec_driver_sql(
        "INSERT INTO chunk (campaign_id, no, first_id, last_id, members, kind, key, payload_digest, state) "
        "VALUES (?,?,?,?,?,?,?,?,?)",
        list(chunks),
    )


def chunk_payload(
    connection: Connection, frame: PayloadFrame, campaign_id: int, first_id: int, last_id: int
) -> tuple[bytes, tuple[int, ...]]:
    """Return a chunk's payload and its numbers in id order."""
    rows = chunk_rows(connection, campaign_id, first_id, last_id)
    return payload(frame, rows), tuple([r[0] for r in rows])


def chunk_rows(
    connection: Connection, campaign_id: int, first_id: int, last_id: int
) -> list[tuple[int, str, int]]:
    """Return (number, JSON of parameters, card 0/1) of a chunk's recipients in id order."""
    rows = connection.exec_driver_sql(_READ_CHUNK, (first_id, last_id, campaign_id))
    return [(r[0], r[1], r[2]) for r in rows]


def chunk_numbers(connection: Connection, first_id: int, last_id: int) -> tuple[int, ...]:
    """Return the numbers of a range of recipients in id order."""
    rows = connection.exec_driver_sql(
        "SELECT number FROM recipient WHERE id BETWEEN ? AND ? ORDER BY id", (first_id, last_id)
    )
    return tuple([row[0] for row in rows])


def plan_digest(connection: Connection, campaign_id: int) -> str:
    """Return the digest over the chunks' payload digests, in order."""
    plan = hashlib.sha256()
    for digest in _digests(connection, campaign_id):
        plan.update(digest.encode())
    return plan.hexdigest()


def _digests(connection: Connection, campaign_id: int) -> Iterator[str]:
    for row in connection.exec_driver_sql(
        "SELECT payload_digest FROM chunk WHERE campaign_id = ? ORDER BY no", (campaign_id,)
    ):
        yield row[0]
