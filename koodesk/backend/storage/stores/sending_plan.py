# SPDX-License-Identifier: Apache-2.0
"""From a confirmation to a campaign with recipients and chunks, inside the caller's transaction.

Recipients are copied by the database itself, those that will be sent first, so that their ids are one block and a
chunk is a range of ids. Each chunk's payload is built once here and its digest kept: a digit that changes between
confirmation and sending changes the digest, and the chunk does not leave.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from typing import Final

from sqlalchemy import Connection

from koodesk.domain.campaign import PayloadFrame, Snapshot, chunk_key, decode, payload, payload_frame
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_state import Bucket, CampaignState, ChunkState

# The plus keeps SQLite from the index on (campaign_id, number): a range of ids must stay a range of ids, or reading
# chunk after chunk is quadratic in the campaign.
_READ_CHUNK: Final = (
    "SELECT number, params, card FROM recipient WHERE id BETWEEN ? AND ? AND +campaign_id = ? ORDER BY id"
)

_OPTED_OUT: Final = "EXISTS (SELECT 1 FROM opt_out o WHERE o.number = a.number AND o.signature = :signature)"

# A vendor of '-' is a phone that cannot show the card; '' was never asked, and the gateway decides.
_COPY: Final = """
INSERT INTO recipient (campaign_id, number, params, card, vendor, bucket, code)
SELECT :campaign, a.number, {params}, a.vendor <> '-', CASE a.vendor WHEN '-' THEN '' ELSE a.vendor END, {decision}
FROM audience_row a WHERE a.audience_id = :audience AND {condition} ORDER BY a.row_no
"""


def insert_campaign(
    connection: Connection, digest: str, text: str, at_ms: int, audience: bool
) -> tuple[int, Snapshot]:
    """Insert the campaign row of a snapshot; return its id and the snapshot."""
    snapshot = decode(text)
    connection.exec_driver_sql(
        "INSERT INTO campaign (uuid, name, test, state, digest, snapshot, gateway, gateway_class, audience_id, card_id, "
        "sms_template_id, signature, promotion, fallback, validity_days, start_at_ms, not_after_ms, window_start, "
        "window_end, chunk_size, rate, imported, invalid, duplicate, created_ms, confirmed_ms) "
        "VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?)",
        (
            snapshot.uuid,
            snapshot.name,
            int(snapshot.test),
            CampaignState.SCHEDULED.value,
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
        ),
    )
    campaign_id: int = connection.exec_driver_sql("SELECT last_insert_rowid()").scalar_one()
    return campaign_id, snapshot


def copy_audience(
    connection: Connection, campaign_id: int, snapshot: Snapshot, columns: Sequence[str]
) -> None:
    """Copy an audience's rows as recipients: first those to send, then the opted-out, then the not eligible.

    `columns` are the audience's parameter columns; those the card does not know are left out of the message.
    """
    extra = [name for name in columns if name not in snapshot.params]
    places = [f"$.{json.dumps(name, ensure_ascii=False)}" for name in extra]
    bound = {f"path{i}": place for i, place in enumerate(places)}
    params = (
        "json_remove(a.params" + "".join(f", :path{i}" for i in range(len(places))) + ")"
        if extra
        else "json(a.params)"
    )
    eligible = "a.vendor <> '-'" if snapshot.fallback == "none" else "1"
    values = {
        "campaign": campaign_id,
        "audience": snapshot.audience_id,
        "signature": snapshot.signature,
        **bound,
    }
    for decision, condition in (
        (f"'{Bucket.PENDING}', ''", f"NOT {_OPTED_OUT} AND {eligible}"),
        (f"'{Bucket.OPTED_OUT}', 'opted_out'", _OPTED_OUT),
        (f"'{Bucket.NOT_ELIGIBLE}', 'not_resolvable'", f"NOT {_OPTED_OUT} AND NOT ({eligible})"),
    ):
        # Only words of this module are put together here; every value is bound.
        connection.exec_driver_sql(
            _COPY.format(params=params, decision=decision, condition=condition), values
        )


def copy_numbers(connection: Connection, campaign_id: int, recipients: Sequence[tuple[int, str]]) -> None:
    """Insert recipients that were typed in, for a test send: all of them are to be sent, all as a card."""
    connection.exec_driver_sql(
        "INSERT INTO recipient (campaign_id, number, params, card, vendor, bucket, code) "
        "VALUES (?, ?, json(?), 1, '', 'pending', '')",
        [(campaign_id, number, params) for number, params in recipients],
    )


def count_recipients(connection: Connection, campaign_id: int) -> dict[str, tuple[int, int, int]]:
    """Return (count, lowest id, highest id) by decided bucket."""
    rows = connection.exec_driver_sql(
        "SELECT bucket, count(*), min(id), max(id) FROM recipient WHERE campaign_id = ? GROUP BY bucket",
        (campaign_id,),
    )
    return {bucket: (count, first, last) for bucket, count, first, last in rows}


def plan_chunks(connection: Connection, campaign_id: int, snapshot: Snapshot) -> None:
    """Cut the recipients to send into chunks and keep each payload's digest; complete the campaign row.

    Raises Refused (campaign.changed) when the counts are not those that were confirmed.
    """
    found = count_recipients(connection, campaign_id)
    to_send, first, last = found.get(Bucket.PENDING, (0, 0, -1))
    opted_out = found.get(Bucket.OPTED_OUT, (0, 0, 0))[0]
    not_eligible = found.get(Bucket.NOT_ELIGIBLE, (0, 0, 0))[0]
    confirmed = (snapshot.to_send, snapshot.opted_out, snapshot.not_eligible)
    if (to_send, opted_out, not_eligible) != confirmed:
        raise Refused(problem("campaign.changed", "audience", limit=snapshot.to_send, actual=to_send))
    if to_send != last - first + 1:
        raise AssertionError("recipient ids of one transaction are one block")
    frame = payload_frame(snapshot)
    plan = hashlib.sha256()
    size = max(1, snapshot.chunk_size)
    for number, begin in enumerate(range(first, last + 1, size)):
        end = min(last, begin + size - 1)
        digest = hashlib.sha256(chunk_payload(connection, frame, campaign_id, begin, end)[0]).hexdigest()
        plan.update(digest.encode())
        connection.exec_driver_sql(
            "INSERT INTO chunk (campaign_id, no, first_id, last_id, members, kind, key, payload_digest, state) "
            "VALUES (?,?,?,?,?,?,?,?,?)",
            (
                campaign_id,
                number,
                begin,
                end,
                end - begin + 1,
                "test" if snapshot.test else "send",
                chunk_key(snapshot.uuid, number),
                digest,
                ChunkState.PLANNED.value,
            ),
        )
    everybody = [(low, high) for _, low, high in found.values()]
    connection.exec_driver_sql(
        "UPDATE campaign SET first_id=?, last_id=?, opted_out=?, not_eligible=?, plan_digest=? WHERE id=?",
        (
            min((low for low, _ in everybody), default=0),
            max((high for _, high in everybody), default=-1),
            opted_out,
            not_eligible,
            plan.hexdigest(),
            campaign_id,
        ),
    )


def chunk_payload(
    connection: Connection, frame: PayloadFrame, campaign_id: int, first_id: int, last_id: int
) -> tuple[bytes, tuple[int, ...]]:
    """Return a chunk's payload and its numbers in id order."""
    rows = connection.exec_driver_sql(_READ_CHUNK, (first_id, last_id, campaign_id)).fetchall()
    return payload(frame, ((r[0], r[1], r[2]) for r in rows)), tuple([r[0] for r in rows])


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
