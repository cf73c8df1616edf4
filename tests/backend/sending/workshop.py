# SPDX-License-Identifier: Apache-2.0
"""What the tests of sending share: a real ledger in a temporary file, an audience in it, a confirmed campaign."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from pathlib import Path

from koodesk import paths
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.sending.dispatcher import WorkerOptions
from koodesk.backend.sending.worker import Worker
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.storage.stores.sending_unknown import SqlUnknown
from koodesk.backend.storage.tables import audience as _audience_tables  # noqa: F401 - declares the tables
from koodesk.backend.storage.tables import sending as _sending_tables  # noqa: F401 - declares the tables
from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.domain.campaign import Snapshot, digest_of, encode
from koodesk.domain.carrier import read_segments
from koodesk.domain.pacing import ErrorLimit
from koodesk.domain.quiet_hours import PROMOTION, WIDEST_PROMOTION
from koodesk.domain.send_policy import FrequencyLimits, SendPolicy
from koodesk.domain.unknown_call import Decision, decision_digest
from koodesk.proof.ground import FIRST_NUMBER, add_audience, snapshot
from tests.databases import open_database

__all__ = ["FIRST_NUMBER", "add_audience", "snapshot"]
"""What of the ground of a proof the tests ask for here."""

SEGMENTS = read_segments((paths.resources() / "rules" / "carriers.toml").read_text("utf-8"))
UNLIMITED = SendPolicy(PROMOTION, FrequencyLimits(), WIDEST_PROMOTION)
"""What a workspace holds its sends to that limits nothing but the hours."""

PATIENT = ErrorLimit(at_least=1 << 40, in_a_row=1 << 40)


VIDEO_FIRST = (13_800_000_000, 13_900_000_000, 13_000_000_000, 18_900_000_000)
"""Two segments of China Mobile, one of China Unicom and one of China Telecom: half of a video send is not China Mobile's."""


def video_snapshot(uuid: str, count: int, **changes: object) -> Snapshot:
    """Return a sound snapshot of a video send to `count` recipients of audience 1, a quarter of them of each segment."""
    quarters = [len(range(i, count, 4)) for i in range(4)]
    base = snapshot(
        uuid,
        count,
        card_id=0,
        card_digest="",
        tpl_id="",
        params=(),
        sms_template_id=0,
        sms_template="",
        sms_text="",
        validity_days=0,
        kind="video",
        video_template_id=1,
        video_name="新车上市",
        video_tpl_id="200000003",
        video_digest="d" * 64,
        video_params=("p_1",),
        video_channel="三网一般",
        video_carriers=("cmcc", "cucc", "ctcc", "unknown"),
        expiration_hours=72,
        carriers=(("cmcc", quarters[0] + quarters[1]), ("cucc", quarters[2]), ("ctcc", quarters[3])),
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the tests name fields of Snapshot


def add_video_audience(database: Database, count: int, audience_id: int = 1) -> None:
    """Write an audience of `count` numbers of three carriers with the parameter of a video SMS."""
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, consent_source, digest) "
            "VALUES (?, 'ready', 'a', 0, '[\"p_1\"]', ?, ?, 'form', ?)",
            (audience_id, count, count, "a" * 64),
        )
        connection.exec_driver_sql(
            "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (?, ?, ?, ?, '')",
            [
                (audience_id, i, VIDEO_FIRST[i % 4] + i, json.dumps({"p_1": f"{i}号"}, ensure_ascii=False))
                for i in range(count)
            ],
        )


@dataclass
class Workshop:
    """A ledger, a scripted gateway and their clock."""

    database: Database
    ledger: SqlLedger
    gateway: ScriptedGateway
    clock: FixedClock

    def confirm(self, count: int = 50, *, audience: bool = True, **changes: object) -> int:
        """Confirm a campaign to `count` recipients; return its id."""
        if audience:
            add_audience(self.database, count)
        changes.setdefault("gateway_class", self.gateway.klass.value)
        changes.setdefault("gateway", self.gateway.name)
        text = encode(snapshot(str(changes.pop("uuid", "u1")), count, **changes))
        return self.ledger.create(digest_of(text), text, self.clock.now_ms(), "tester")

    def worker(
        self, gateway: SendGateway | None = None, errors: ErrorLimit = PATIENT, senders: int = 1
    ) -> Worker:
        """Return a worker on this ledger: one call at a time, so that scripts are followed in order."""
        return Worker(
            self.ledger,
            gateway or self.gateway,
            clock=self.clock,
            options=WorkerOptions(senders=senders, watch_ms=0, errors=errors),
        )

    def run(self, campaign_id: int, errors: ErrorLimit = PATIENT) -> None:
        """Send until the campaign waits for somebody."""
        self.worker(errors=errors).run_until_idle(campaign_id)

    def counts(self, campaign_id: int) -> dict[str, int]:
        """Return the buckets that are not empty, and check that they agree with the rows."""
        buckets = self.ledger.buckets(campaign_id)
        assert buckets == self.ledger.recount(campaign_id)
        assert buckets.total == self.ledger.campaign(campaign_id).imported
        names = "invalid duplicate opted_out not_eligible pending in_flight accepted refused unknown cancelled expired"
        return {name: getattr(buckets, name) for name in names.split() if getattr(buckets, name)}

    def state(self, campaign_id: int) -> str:
        """Return the campaign's state."""
        return self.ledger.campaign(campaign_id).state


def give_up(database: Database, campaign: int, at_ms: int, by: str = "Li") -> int:
    """Count everybody of unknown outcome as not sent, as a person does; return how many."""
    unknown = SqlUnknown(database)
    uuid, _ = unknown.about(campaign)
    digest = decision_digest(uuid, Decision.NOT_SENT, "nobody knows", unknown.facts(campaign, ()))
    return unknown.decide(campaign, Decision.NOT_SENT, (), "nobody knows", digest, at_ms, by)


def open_workshop(folder: Path, gateway: ScriptedGateway | None = None) -> Workshop:
    """Open a workshop in a folder, new or as it was left."""
    gateway = gateway or ScriptedGateway(clock=FixedClock(tick_ms=50))
    database = open_database(folder)
    database.prepare()
    return Workshop(database, SqlLedger(database, SEGMENTS), gateway, gateway.clock)
