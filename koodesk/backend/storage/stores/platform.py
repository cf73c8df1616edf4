# SPDX-License-Identifier: Apache-2.0
"""The choice of platform in SQL, and the shelf: what stands with the platform that is left is put away, what stood with
the one that is entered comes back (`ports.platform.PlatformStore`).

Only columns that say what a reviewer did are moved; what a person made stays where it is. A record whose own content
is another by the time its state comes back stays as it is on the desk: it was approved as something else.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from threading import local
from typing import Any, Final

from sqlalchemy import Connection, Table, delete, insert, select, update

from koodesk.backend.ports.platform import Chosen, Waits
from koodesk.backend.storage.stores.platform_choice import chosen_platform, read_choice
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.audience import audience
from koodesk.backend.storage.tables.cards import card
from koodesk.backend.storage.tables.clearing import (
    filing,
    sms_app,
    sms_signature,
    sms_template,
    submission,
)
from koodesk.backend.storage.tables.desk import workspace_setting
from koodesk.backend.storage.tables.platform import platform_shelf
from koodesk.backend.storage.tables.resolve import jump_url, link_domain
from koodesk.backend.storage.tables.sending import campaign
from koodesk.backend.storage.tables.service_account import sa_binding, sa_record
from koodesk.backend.storage.tables.video import video_signature, video_template
from koodesk.domain.digest import canonical, content_digest
from koodesk.domain.platform import SETTING, Platform, in_the_way
from koodesk.domain.problem import Refused, problem


@dataclass(frozen=True, slots=True)
class _Shelved:
    """What of a table is a platform's own: its columns as they are before anything was handed in. `strict` records have
    their content beside their state: it must be the same when the state comes back."""

    table: Table
    before: Mapping[str, object]
    key: str = "id"
    strict: bool = False


_UNTOUCHED: Final = {"state": "not_submitted", "submitted_digest": ""}
_UNTOUCHED_SMS: Final = {"state": "NOT_SUBMITTED", "submitted_digest": ""}

_RECORDS: Final = (
    _Shelved(filing, _UNTOUCHED, key="kind"),
    _Shelved(sms_app, _UNTOUCHED_SMS, strict=True),
    _Shelved(sms_signature, {**_UNTOUCHED_SMS, "channel_num": ""}, strict=True),
    _Shelved(sms_template, _UNTOUCHED_SMS, strict=True),
    _Shelved(card, {"tpl_id": "", "submitted_digest": ""}),
    _Shelved(video_signature, _UNTOUCHED, strict=True),
    _Shelved(
        video_template,
        {"tpl_id": "", "submitted_digest": "", "submitted_content": "", "submitted_signature": ""},
    ),
    _Shelved(link_domain, _UNTOUCHED, strict=True),
    _Shelved(jump_url, _UNTOUCHED, strict=True),
    _Shelved(
        sa_record,
        {
            "pending": "",
            "live": "",
            "submitted_digest": "",
            "approval": "draft",
            "life": "not_in_effect",
            "effect_ms": 0,
            "freezes": 0,
            "freeze_reason": "",
            "urged_ms": 0,
        },
    ),
)
_WHOLE: Final = (submission, sa_binding)
"""Rows that are a platform's own altogether."""


class SqlPlatformStore:
    """The one implementation; holds no state."""

    def chosen(self, connection: Connection) -> Chosen:
        """Return the choice, the local engine while nobody ever chose."""
        row = connection.execute(
            select(workspace_setting).where(workspace_setting.c.name == SETTING)
        ).one_or_none()
        return Chosen(Platform.LOCAL) if row is None else Chosen(read_choice(row.value), row.by, row.at_ms)

    def choose(self, connection: Connection, chosen: Chosen) -> None:
        """Keep a choice."""
        given = {"value": json.dumps(chosen.platform.value), "by": chosen.by, "at_ms": chosen.at_ms}
        connection.execute(
            upsert(connection, workspace_setting)
            .values(name=SETTING, **given)
            .on_conflict_do_update(index_elements=["name"], set_=given)
        )

    def campaigns(self, connection: Connection) -> tuple[Waits, ...]:
        """Return the campaigns that are neither finished nor stopped, oldest first."""
        rows = connection.execute(
            select(campaign.c.id, campaign.c.name, campaign.c.state).order_by(campaign.c.id)
        )
        return tuple(Waits(row.id, row.name, row.state) for row in rows if in_the_way([row.state]))

    def unreported(self, connection: Connection, since_ms: int) -> int:
        """Count the messages accepted since an instant of whose status nothing is known."""
        return int(
            connection.exec_driver_sql(
                "SELECT count(*) FROM campaign c JOIN sent s ON s.recipient_id BETWEEN c.first_id AND c.last_id "
                "LEFT JOIN delivery d ON d.recipient_id = s.recipient_id "
                "WHERE c.ended_ms >= ? AND s.outcome = 'accepted' AND s.at_ms >= ? AND d.sms IS NULL",
                (since_ms, since_ms),
            ).scalar_one()
        )

    def asked_audiences(self, connection: Connection) -> tuple[int, ...]:
        """Return the audiences of which a platform said whose phones show a card."""
        asked = audience.c.resolvable + audience.c.unresolvable > 0
        return tuple(connection.execute(select(audience.c.id).where(asked).order_by(audience.c.id)).scalars())

    def standing(self, connection: Connection) -> Mapping[str, int]:
        """Count what stands with the present platform, by kind of review."""
        kinds = connection.execute(select(submission.c.kind, submission.c.ref).distinct())
        return Counter(row.kind for row in kinds)

    def shelved(self, connection: Connection, platform: Platform) -> Mapping[str, int]:
        """Count the same of what was put away of a platform."""
        rows = connection.execute(
            select(platform_shelf.c.content).where(
                platform_shelf.c.platform == platform.value, platform_shelf.c.what == submission.name
            )
        ).scalars()
        records = {(told["kind"], told["ref"]) for told in map(json.loads, rows)}
        return Counter(kind for kind, _ in records)

    def swap(self, connection: Connection, leaving: Platform, entering: Platform) -> None:
        """Put away what stands with one platform and bring back what stood with the other."""
        for one in _RECORDS:
            _put_away(connection, one, leaving)
        for table in reversed(_WHOLE):
            for row in connection.execute(select(table)).mappings().all():
                _shelve(connection, leaving, table, str(row["id"]), dict(row))
            connection.execute(delete(table))
        for one in _RECORDS:
            _bring_back(connection, one, entering)
        for table in _WHOLE:
            for _, told in _taken(connection, entering, table):
                if table is not sa_binding or _both_there(connection, told):
                    connection.execute(insert(table).values(told))


class BoundPlatform:
    """Holds what is written to the platform a service was opened for (`ports.platform.PlatformBound`)."""

    def __init__(self, platform: Platform) -> None:
        self.platform: Final = platform
        self._thread = local()

    @contextmanager
    def switching(self) -> Iterator[None]:
        """Let this thread write the choice itself."""
        self._thread.switching = True
        try:
            yield
        finally:
            self._thread.switching = False

    def check(self, connection: Connection) -> None:
        """Refuse a write (platform.changed) once another platform was chosen; called at the end of each."""
        if getattr(self._thread, "switching", False):
            return
        if chosen_platform(connection) is not self.platform:
            raise Refused(problem("platform.changed", "platform"))


def _content(one: _Shelved, row: Mapping[str, Any]) -> str:
    """Return the digest of what a person made of a record."""
    own = {name: value for name, value in row.items() if name not in one.before}
    return content_digest(canonical(own))


def _put_away(connection: Connection, one: _Shelved, platform: Platform) -> None:
    for row in connection.execute(select(one.table)).mappings().all():
        told = {name: row[name] for name in one.before}
        if told != one.before:
            told["content"] = _content(one, dict(row)) if one.strict else ""
            _shelve(connection, platform, one.table, str(row[one.key]), told)
    connection.execute(update(one.table).values(one.before))


def _bring_back(connection: Connection, one: _Shelved, platform: Platform) -> None:
    kept = {str(row[one.key]): row for row in connection.execute(select(one.table)).mappings().all()}
    for ref, told in _taken(connection, platform, one.table):
        content, row = told.pop("content"), kept.get(ref)
        if row is not None and (not one.strict or content == _content(one, dict(row))):
            connection.execute(update(one.table).where(one.table.c[one.key] == row[one.key]).values(**told))


def _shelve(
    connection: Connection, platform: Platform, table: Table, ref: str, told: Mapping[str, object]
) -> None:
    connection.execute(
        insert(platform_shelf).values(
            platform=platform.value,
            what=table.name,
            ref=ref,
            content=json.dumps(told, ensure_ascii=False),
        )
    )


def _taken(connection: Connection, platform: Platform, table: Table) -> list[tuple[str, dict[str, Any]]]:
    """Take what lies on the shelf of a table off it."""
    where = (platform_shelf.c.platform == platform.value) & (platform_shelf.c.what == table.name)
    rows = connection.execute(select(platform_shelf.c.ref, platform_shelf.c.content).where(where)).all()
    connection.execute(delete(platform_shelf).where(where))
    return [(row.ref, json.loads(row.content)) for row in rows]


def _both_there(connection: Connection, told: Mapping[str, Any]) -> bool:
    wanted = {told["port_id"], told["account_id"]}
    found = connection.execute(select(sa_record.c.id).where(sa_record.c.id.in_(wanted))).scalars()
    return set(found) == wanted
