# SPDX-License-Identifier: Apache-2.0
"""What the tests of video sends share: the service on a real ledger, audiences of chosen numbers, a desk whose template
and card are cleared, and whose counts come from the stores themselves."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from koodesk import paths
from koodesk.backend.operations.rights import Access
from koodesk.backend.operations.sources import DeskSources
from koodesk.backend.ports.sendable import (
    CarrierCounts,
    SendableAudience,
    SendableCard,
    SendableLinks,
    SendablePlain,
    SendableSms,
    SendableVideo,
)
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.frequency import SqlFrequency
from koodesk.backend.storage.stores.opt_outs import SqlOptOuts
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.domain.access import AccessRules, Principal, read_access_rules
from koodesk.domain.carrier import THREE_CARRIERS, Carrier
from koodesk.domain.plain_send import PlainSendRules
from koodesk.domain.problem import Problem
from koodesk.domain.sms import Variable, VariableType
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.video_send import VideoSendDraft, read_video_send_rules
from tests.backend.sending.workshop import SEGMENTS, UNLIMITED, Workshop

MOBILE, UNICOM, TELECOM, NOBODY = 13_800_000_000, 13_000_000_000, 18_900_000_000, 19_200_000_000
"""First numbers of a segment of each carrier, and of one whose carrier is not among the platform's three."""

SIGNATURE = "蔚途汽车"
VIDEO = SendableVideo(
    3, "新车上市", "200000003", "d" * 64, ("p_1",), SIGNATURE, THREE_CARRIERS, "三网一般", True, True
)
CARD = SendableCard(1, "card", "100000001", "c" * 64, ("name",), True)
SMS = SendableSms(1, "1", "hi ${1}", SIGNATURE, False, (("1", "NEWTEXT"),), True)
PLAIN = SendablePlain(
    5,
    "5",
    "您好${1}，取货码${2}",
    SIGNATURE,
    False,
    (Variable(1, VariableType.TEXT, "姓名"), Variable(2, VariableType.CHARDIGIT)),
    (),
)
DRAFT = VideoSendDraft("新车上市", 3, 1)


def numbers(mobile: int = 0, unicom: int = 0, telecom: int = 0, nobody: int = 0) -> list[int]:
    """Return so many numbers of each carrier, mixed as a file has them."""
    counts = ((MOBILE, mobile), (UNICOM, unicom), (TELECOM, telecom), (NOBODY, nobody))
    return sorted((first + i for first, count in counts for i in range(count)), key=lambda n: n % 1_000_000)


def access_rules() -> AccessRules:
    """Return the rights as they ship."""
    return read_access_rules((paths.resources() / "rules" / "access.toml").read_text("utf-8"))


class Desk:
    """Cards, texts and templates that a test may change; audiences as they lie in the database."""

    def __init__(self, workshop: Workshop) -> None:
        self.the_video = VIDEO
        self.the_card = CARD
        self.the_sms = SMS
        self.the_plain = PLAIN
        work = SqlUnitOfWork(workshop.database)
        self._real = DeskSources(
            work,
            None,  # type: ignore[arg-type]  # filings and rules are asked for cards and templates only
            None,  # type: ignore[arg-type]
            SqlAudienceStore(),
            SqlOptOuts(),
            SEGMENTS,
            workshop.clock.now_ms,
            None,  # type: ignore[arg-type]  # what is filed for links is told below
            PlainSendRules(filing=True, task="devSendTask"),
        )

    def links(self) -> SendableLinks:
        """Offer nothing beside the platform's own."""
        return SendableLinks((), ())

    def link_problems(self, domain: str, jump_url: str) -> tuple[Problem, ...]:
        """Take the platform's own."""
        assert not domain
        assert not jump_url
        return ()

    def card(self, card_id: int) -> SendableCard:
        """Return the card."""
        return self.the_card

    def sms(self, sms_template_id: int) -> SendableSms:
        """Return the SMS template."""
        return self.the_sms

    def plain(self, sms_template_id: int) -> SendablePlain:
        """Return the template of a plain SMS."""
        return self.the_plain

    def video(self, template_id: int) -> SendableVideo:
        """Return the video SMS template."""
        return self.the_video

    def audience(self, audience_id: int, signature: str) -> SendableAudience:
        """Return an audience of the database."""
        return self._real.audience(audience_id, signature)

    def carriers(self, audience_id: int, signature: str) -> CarrierCounts:
        """Count an audience of the database."""
        return self._real.carriers(audience_id, signature)

    def carrier(self, number: int) -> Carrier:
        """Return whose segment a number is of."""
        return self._real.carrier(number)


@dataclass
class Bench:
    """The service on a workshop, with the desk it asks."""

    campaigns: Campaigns
    desk: Desk
    workshop: Workshop

    def audience(
        self, who: Iterable[int], *, consent: str = "展厅登记表", cannot: Iterable[int] = (), id_: int = 1
    ) -> None:
        """Write an audience with the columns name and p_1; the phones of `cannot` cannot show the card."""
        everybody, without = list(who), frozenset(cannot)
        with self.workshop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, resolvable, unresolvable, "
                "consent_source, digest) VALUES (?, 'ready', 'a', 0, ?, ?, ?, ?, ?, ?, ?)",
                (
                    id_,
                    json.dumps(["name", "p_1"]),
                    len(everybody),
                    len(everybody),
                    len(everybody) - len(without),
                    len(without),
                    consent,
                    "a" * 64,
                ),
            )
            connection.exec_driver_sql(
                "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (?, ?, ?, ?, ?)",
                [
                    (
                        id_,
                        row,
                        number,
                        json.dumps({"name": f"王{row}", "p_1": f"{row}号"}, ensure_ascii=False),
                        "-" if number in without else "HUAWEI",
                    )
                    for row, number in enumerate(everybody, 2)
                ],
            )

    def opt_out(self, number: int, signature: str = SIGNATURE) -> None:
        """Let a number have replied R to a signature."""
        with self.workshop.database.write() as connection:
            connection.exec_driver_sql(
                "INSERT INTO opt_out (number, signature, at_ms) VALUES (?, ?, 0)", (number, signature)
            )

    def send(self, draft: VideoSendDraft = DRAFT) -> int:
        """Confirm what is prepared now; return the campaign's id."""
        return self.campaigns.confirm(self.campaigns.prepare_video(draft).digest).id

    def told(self) -> list[dict[str, object]]:
        """Return the envelopes of all calls."""
        return [json.loads(batch.payload) for batch in self.workshop.gateway.calls]


def open_bench(workshop: Workshop, principal: Principal | None = None) -> Bench:
    """Open the service; without a principal its user may do everything."""
    rules, desk = access_rules(), Desk(workshop)
    folder = paths.resources() / "rules"
    campaigns = Campaigns(
        Access(rules, principal or rules.local_owner()),
        workshop.ledger,
        desk,
        workshop.gateway,
        read_sms_rules((folder / "sms.toml").read_text("utf-8")).template,
        read_video_send_rules((folder / "video_sending.toml").read_text("utf-8")),
        lambda _audience: None,
        lambda: UNLIMITED,
        SqlFrequency(workshop.database, SEGMENTS),
    )
    return Bench(campaigns, desk, workshop)
