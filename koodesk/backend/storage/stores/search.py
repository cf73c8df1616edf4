# SPDX-License-Identifier: Apache-2.0
"""The search in SQL: takes changed records into the index, and asks it, a kind at a time, newest first.

How a record of each kind is called is one statement; a kind with its own tables adds one here, one line to `WATCHED` of
`tables.search` and its triggers to the step of the schema.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row

from koodesk.backend.ports.search import Entry
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores import search_index
from koodesk.domain.recipient import masked
from koodesk.domain.search import FoundKind, fold, kind_token, tokens

_TASK: Final = (
    "SELECT c.id, c.name, CASE c.signature WHEN '' THEN '' ELSE '【' || c.signature || '】' END, c.signature "
    "FROM json_each(?) j JOIN campaign c ON c.id = CAST(j.value AS INTEGER) WHERE c.state <> 'creating'"
)
# Each gives (ref, name, note, what else it is found by) for the refs of a JSON array, and no row for what is gone.
_CALLED: Final = {
    FoundKind.CARD: "SELECT c.id, r.name, c.tpl_id, c.tpl_id FROM json_each(?) j JOIN card c ON c.id = CAST(j.value AS INTEGER) "
    "JOIN card_revision r ON r.card_id = c.id AND r.revision = c.revision",
    FoundKind.VIDEO_TEMPLATE: "SELECT t.id, r.name, r.title, t.tpl_id || ' ' || r.title FROM json_each(?) j "
    "JOIN video_template t ON t.id = CAST(j.value AS INTEGER) "
    "JOIN video_revision r ON r.template_id = t.id AND r.revision = t.revision",
    FoundKind.CAMPAIGN: _TASK,
    FoundKind.VIDEO_CAMPAIGN: _TASK,
    FoundKind.AUDIENCE: "SELECT a.id, a.name, a.consent_source, a.consent_source FROM json_each(?) j "
    "JOIN audience a ON a.id = CAST(j.value AS INTEGER) WHERE a.state = 'ready'",
    FoundKind.SMS_TEMPLATE: "SELECT t.id, t.name, t.content, t.content FROM json_each(?) j "
    "JOIN sms_template t ON t.id = CAST(j.value AS INTEGER)",
    FoundKind.SMS_SIGNATURE: "SELECT s.id, s.name, s.channel_num, s.channel_num FROM json_each(?) j "
    "JOIN sms_signature s ON s.id = CAST(j.value AS INTEGER)",
    FoundKind.SMS_APP: "SELECT a.id, a.name, a.uplink_url, a.uplink_url FROM json_each(?) j "
    "JOIN sms_app a ON a.id = CAST(j.value AS INTEGER)",
    FoundKind.VIDEO_SIGNATURE: "SELECT s.id, s.name, '', '' FROM json_each(?) j "
    "JOIN video_signature s ON s.id = CAST(j.value AS INTEGER)",
    # An account is found by its menu and home page too, a number by its signatures, a shortcut by its buttons.
    FoundKind.SERVICE_ACCOUNT: "SELECT a.id, a.title, json_extract(a.content, '$.remark'), "
    "(SELECT group_concat(p.title, ' ') FROM sa_record p WHERE p.account_id = a.id) FROM json_each(?) j "
    "JOIN sa_record a ON a.id = CAST(j.value AS INTEGER) WHERE a.kind = 'pub'",
    FoundKind.CHANNEL_NUMBER: "SELECT p.id, p.title, (SELECT group_concat('【' || s.value || '】', '') "
    "FROM json_each(p.content, '$.signatures') s), json_extract(p.content, '$.signatures') FROM json_each(?) j "
    "JOIN sa_record p ON p.id = CAST(j.value AS INTEGER) WHERE p.kind = 'sa_port'",
    FoundKind.SHORTCUT: "SELECT p.id, p.title, (SELECT group_concat(json_extract(b.value, '$.name'), '、') "
    "FROM json_each(p.content, '$.buttons') b), (SELECT group_concat(json_extract(b.value, '$.name'), ' ') "
    "FROM json_each(p.content, '$.buttons') b) FROM json_each(?) j "
    "JOIN sa_record p ON p.id = CAST(j.value AS INTEGER) WHERE p.kind = 'sa_shortcut'",
    # A resolve task is found by its card, its platform id and the codes of its links too.
    FoundKind.RESOLVE_TASK: "SELECT t.id, t.name, t.card_name, t.card_name || ' ' || t.tpl_id || ' ' || "
    "coalesce((SELECT group_concat(l.code, ' ') FROM resolve_link l WHERE l.task_id = t.id), '') FROM json_each(?) j "
    "JOIN resolve_task t ON t.id = CAST(j.value AS INTEGER)",
    FoundKind.LINK_DOMAIN: "SELECT d.id, d.name, d.note, d.note FROM json_each(?) j "
    "JOIN link_domain d ON d.id = CAST(j.value AS INTEGER)",
    FoundKind.JUMP_URL: "SELECT u.id, u.url, u.note, u.note FROM json_each(?) j "
    "JOIN jump_url u ON u.id = CAST(j.value AS INTEGER)",
    FoundKind.MATERIAL: "SELECT m.digest, m.name, trim(replace(m.tags, char(10), ' ')), m.tags FROM json_each(?) j "
    "JOIN material m ON m.digest = j.value",
    # A review is called as what was handed in; a filing has no name of its own.
    FoundKind.REVIEW: """
SELECT j.value, CASE s.kind
  WHEN 'card' THEN (SELECT r.name FROM card c JOIN card_revision r ON r.card_id = c.id AND r.revision = c.revision
                    WHERE c.id = CAST(s.ref AS INTEGER))
  WHEN 'sms_app' THEN (SELECT name FROM sms_app WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sms_signature' THEN (SELECT name FROM sms_signature WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sms_template' THEN (SELECT name FROM sms_template WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'video_signature' THEN (SELECT name FROM video_signature WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'domain' THEN (SELECT name FROM link_domain WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'jump_url' THEN (SELECT url FROM jump_url WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'pub' THEN (SELECT title FROM sa_record WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sa_menu' THEN (SELECT title FROM sa_record WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sa_home' THEN (SELECT title FROM sa_record WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sa_port' THEN (SELECT title FROM sa_record WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'sa_shortcut' THEN (SELECT title FROM sa_record WHERE id = CAST(s.ref AS INTEGER))
  WHEN 'video_template' THEN (SELECT r.name FROM video_template t
                    JOIN video_revision r ON r.template_id = t.id AND r.revision = t.revision
                    WHERE t.id = CAST(s.ref AS INTEGER)) END,
  s.kind, max(s.tpl_id)
FROM json_each(?) j JOIN submission s
  ON s.kind = substr(j.value, 1, instr(j.value, '/') - 1) AND s.ref = substr(j.value, instr(j.value, '/') + 1)
GROUP BY j.value, s.kind, s.ref""",
}

_QUEUE: Final = "SELECT seq, kind, ref FROM search_queue ORDER BY seq LIMIT ?"
_PUT: Final = (
    "INSERT INTO search_entry (kind, ref, name, note, folded) VALUES (?, ?, ?, ?, ?) "
    "ON CONFLICT (kind, ref) DO UPDATE SET name = excluded.name, note = excluded.note, folded = excluded.folded"
)
_IDS: Final = "SELECT e.id, e.ref FROM json_each(?2) j CROSS JOIN search_entry e ON e.kind = ?1 AND e.ref = j.value ORDER BY e.id"
# A name that begins with the query; the end of the range is the query with the highest sign there is.
_BEGINS: Final = (
    "SELECT id, ref, name, note FROM search_entry WHERE kind = ? AND folded >= ? AND folded < ? "
    "ORDER BY folded LIMIT ?"
)
# CROSS JOIN keeps the tasks the outer loop: each is one look into the index on (campaign_id, number).
_NUMBER: Final = (
    "SELECT c.id, c.name, r.number FROM campaign c CROSS JOIN recipient r ON r.campaign_id = c.id AND r.number = ? "
    "WHERE c.state <> 'creating' AND instr(?, c.kind) > 0 ORDER BY c.id DESC LIMIT ?"
)
_NEWEST: Final = (
    "SELECT id, name, first_id, last_id FROM campaign WHERE state <> 'creating' AND instr(?, kind) > 0 "
    "ORDER BY id DESC LIMIT ?"
)
_TAIL: Final = "SELECT number FROM recipient WHERE id BETWEEN ? AND ? AND number % 10000 = ? LIMIT ?"
LONGEST_NOTE: Final = 200
LOOK_AT: Final = 100_000
"""Recipients that are looked through for four last digits: about 20 ms."""


class SqlSearchStore:
    """Implements `ports.search.SearchStore` on one workspace's database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def catch_up(self, most: int) -> int:
        """Take up to `most` changes into the index; return how many still wait."""
        with self._database.read() as connection:
            if _waiting(connection) == 0:
                return 0
        with self._database.write() as connection:
            queue = connection.exec_driver_sql(_QUEUE, (most,)).fetchall()
            if not queue:
                return 0
            changed: dict[str, dict[str, None]] = {}
            for _, kind, ref in queue:
                changed.setdefault(kind, {})[str(ref)] = None
            for kind, refs in changed.items():
                _index(connection, FoundKind(kind), tuple(refs))
            connection.exec_driver_sql("DELETE FROM search_queue WHERE seq <= ?", (queue[-1][0],))
            return _waiting(connection)

    def find(self, kind: FoundKind, asked: str, name: str, limit: int) -> tuple[Entry, ...]:
        """Return records of a kind: names that begin with `name` first, then what the index finds, newest first."""
        with self._database.read() as connection:
            first = connection.exec_driver_sql(
                _BEGINS, (kind.value, name, name + "\U0010ffff", limit)
            ).fetchall()
            seen = {row[0] for row in first}
            rest: Sequence[Row[Any]] = ()
            if len(first) < limit:
                rest = search_index.find(connection, kind.value, kind_token(kind.value), asked, limit)
        found = [*first, *(row for row in rest if row[0] not in seen)][:limit]
        return tuple(Entry(kind, str(ref), title, note) for _, ref, title, note in found)

    def numbers(self, number: int, kinds: Collection[str], limit: int) -> tuple[Entry, ...]:
        """Return the send tasks of some kinds that a number is in."""
        with self._database.read() as connection:
            rows = connection.exec_driver_sql(_NUMBER, (number, ",".join(kinds), limit)).fetchall()
        return tuple(_recipient(*row) for row in rows)

    def tails(self, tail: int, kinds: Collection[str], tasks: int, limit: int) -> tuple[Entry, ...]:
        """Return recipients of the newest tasks of some kinds whose number ends with four digits."""
        found: list[Entry] = []
        left = LOOK_AT
        with self._database.read() as connection:
            newest = connection.exec_driver_sql(_NEWEST, (",".join(kinds), tasks)).fetchall()
            for task, name, first, last in newest:
                if left <= 0 or len(found) >= limit:
                    break
                end = min(last, first + left - 1)
                left -= max(0, end - first + 1)
                rows = connection.exec_driver_sql(_TAIL, (first, end, tail, limit - len(found))).fetchall()
                found.extend(_recipient(task, name, number) for (number,) in rows)
        return tuple(found)


def _waiting(connection: Connection) -> int:
    return int(connection.exec_driver_sql("SELECT count(*) FROM search_queue").scalar_one())


def _recipient(task: int, name: str, number: int) -> Entry:
    return Entry(FoundKind.RECIPIENT, f"{task}/{number}", masked(number), name)


def _index(connection: Connection, kind: FoundKind, refs: tuple[str, ...]) -> None:
    """Write records as they are called now; those that are gone leave the index."""
    put = connection.exec_driver_sql
    listed = json.dumps(refs)
    before = put(_IDS, (kind.value, listed)).fetchall()
    if before:
        put("DELETE FROM search_index WHERE rowid = ?", [(number,) for number, _ in before])
    called = {
        str(ref): (name or "", note or "", more or "")
        for ref, name, note, more in put(_CALLED[kind], (listed,))
        if name or more
    }
    gone = [(number,) for number, ref in before if ref not in called]
    if gone:
        put("DELETE FROM search_entry WHERE id = ?", gone)
    if called:
        put(
            _PUT,
            [
                (kind.value, ref, name, note[:LONGEST_NOTE], fold(name))
                for ref, (name, note, _) in called.items()
            ],
        )
        search_index.put(
            connection,
            [
                (number, tokens(kind.value, called[ref][0], called[ref][2]))
                for number, ref in put(_IDS, (kind.value, listed)).fetchall()
            ],
        )
