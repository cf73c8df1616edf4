# SPDX-License-Identifier: Apache-2.0
"""Video SMS templates and audiences as a campaign sees them: what was approved, by whom, and who opted out of what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.operations.filed_links import FiledLinks
from koodesk.backend.operations.sources import DeskSources
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.resolve import DomainRecord, JumpUrlRecord
from koodesk.backend.ports.sendable import CarrierCounts
from koodesk.backend.ports.video import VideoRevision
from koodesk.backend.storage.stores.audience import SqlAudienceStore
from koodesk.backend.storage.stores.opt_outs import SqlOptOuts
from koodesk.backend.storage.stores.resolve import SqlResolveStore
from koodesk.domain.carrier import Carrier
from koodesk.domain.filing import FilingKind, FilingState
from koodesk.domain.plain_send import PlainSendRules
from koodesk.domain.problem import Refused
from koodesk.domain.resolve_rules import read_resolve_rules
from koodesk.domain.resolve_task import Generation
from koodesk.domain.review_state import ReviewKind, Verdict
from koodesk.domain.sms_rules import read_sms_rules
from koodesk.domain.video_sms.codec import encode, template_digest
from koodesk.domain.video_sms.review import CarrierVerdict
from koodesk.domain.video_sms.template import Channel, Frame, Text, VideoTemplate
from tests.backend.operations.clearing_desk import RESOURCES, START_MS, ClearingDesk
from tests.backend.sending.workshop import SEGMENTS

RESOLVE_RULES = read_resolve_rules((RESOURCES / "rules" / "resolve.toml").read_text("utf-8"))
DAY_MS = 86_400_000
CAR = VideoTemplate(
    title="新车上市",
    frames=(Frame((Text("#p_2#，新车#p_1#到店"),)),),
    name="新车上市",
    validity_days=30,
    channel=Channel.ONE_RESISTANT,
)
APPROVED = CarrierVerdict(Carrier.CMCC, Verdict.APPROVED)
REJECTED = CarrierVerdict(Carrier.CUCC, Verdict.REJECTED, "内容")


class Shelf:
    """A desk with one template, and the sources of campaigns on it."""

    def __init__(self, root: Path) -> None:
        self.desk = ClearingDesk(root)
        self.sources = DeskSources(
            self.desk.work,
            self.desk.filings,
            read_sms_rules((RESOURCES / "rules" / "sms.toml").read_text("utf-8")),
            SqlAudienceStore(),
            SqlOptOuts(),
            SEGMENTS,
            self.desk.clock.now_ms,
            FiledLinks(SqlResolveStore(), RESOLVE_RULES),
            PlainSendRules(filing=True, task="devSendTask"),
        )
        work = self.desk.work
        with work.write() as connection:
            filing = work.filings.get(connection, FilingKind.VIDEO_SMS)
            work.filings.put(connection, replace(filing, state=FilingState.APPROVED))
            self.id = work.video.create(connection, self.revision(CAR)).id

    def revision(self, template: VideoTemplate) -> VideoRevision:
        """Return a template as a version to be saved."""
        return VideoRevision(
            template_digest(template),
            template.name,
            template.title,
            template.params,
            template.size,
            (),
            encode(template),
            START_MS,
        )

    def reviewed(self, verdict: Verdict | None, *carriers: CarrierVerdict) -> None:
        """Hand the present content in under the signature 蔚途, and have it judged."""
        work = self.desk.work
        with work.write() as connection:
            record = work.video.template(connection, self.id)
            assert record is not None
            work.video.set_submitted(connection, self.id, "s" * 64, record.digest, "蔚途")
            work.video.set_tpl_id(connection, self.id, "200000003")
            work.submissions.put(
                connection,
                Submission(
                    ReviewKind.VIDEO_TEMPLATE,
                    str(self.id),
                    "s" * 64,
                    "{}",
                    verdict=verdict,
                    carriers=carriers,
                    decided_ms=START_MS,
                ),
            )


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    made = Shelf(tmp_path)
    yield made
    made.desk.database.close()


def test_what_was_approved_is_what_is_sent(shelf: Shelf) -> None:
    shelf.reviewed(Verdict.APPROVED, APPROVED, REJECTED)
    video = shelf.sources.video(shelf.id)
    assert (video.tpl_id, video.digest, video.signature) == ("200000003", "s" * 64, "蔚途")
    assert (video.params, video.carriers) == (("p_2", "p_1"), (Carrier.CMCC,))
    assert (video.channel, video.three, video.sendable) == ("单网抗诉", False, True)
    assert video.expires_ms == START_MS + 30 * DAY_MS


@pytest.mark.parametrize("why", ["never", "waiting", "rejected", "changed", "expired"])
def test_what_is_not_approved_now_is_not_sendable(shelf: Shelf, why: str) -> None:
    work = shelf.desk.work
    if why in ("waiting", "rejected"):
        shelf.reviewed(Verdict.WAITING if why == "waiting" else Verdict.REJECTED)
    elif why in ("changed", "expired"):
        shelf.reviewed(Verdict.APPROVED, APPROVED)
    if why == "changed":
        with work.write() as connection:
            work.video.save(connection, shelf.id, shelf.revision(replace(CAR, title="别的")))
    if why == "expired":
        assert shelf.sources.video(shelf.id).sendable
        shelf.desk.clock.forward(30 * DAY_MS)
    assert not shelf.sources.video(shelf.id).sendable


def test_nothing_is_sent_without_the_filing_of_video_sms(shelf: Shelf) -> None:
    shelf.reviewed(Verdict.APPROVED, APPROVED)
    work = shelf.desk.work
    with work.write() as connection:
        filing = work.filings.get(connection, FilingKind.VIDEO_SMS)
        work.filings.put(connection, replace(filing, state=FilingState.WAITING))
    with pytest.raises(Refused, match=r"filing\.needed_video"):
        shelf.sources.video(shelf.id)


def test_a_template_that_is_not_there_is_said(shelf: Shelf) -> None:
    with pytest.raises(Refused, match=r"video_sms\.unknown"):
        shelf.sources.video(shelf.id + 1)


def test_carriers_are_counted_without_who_opted_out_of_the_signature(shelf: Shelf) -> None:
    rows = [
        (13800000000, "HUAWEI"),
        (13800000001, "-"),
        (13000000000, "-"),
        (19200000000, ""),
        (18900000000, ""),
    ]
    with shelf.desk.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, digest) "
            "VALUES (1, 'ready', 'a', 0, '[]', 5, 5, 'd')"
        )
        connection.exec_driver_sql(
            "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (1, ?, ?, '{}', ?)",
            [(row, number, vendor) for row, (number, vendor) in enumerate(rows)],
        )
        connection.exec_driver_sql(
            "INSERT INTO opt_out (number, signature, at_ms) VALUES (18900000000, '蔚途', 0), (13800000000, '别家', 0)"
        )
    assert shelf.sources.carriers(1, "蔚途") == CarrierCounts(
        ((Carrier.CMCC, 2), (Carrier.CUCC, 1), (Carrier.UNKNOWN, 1)),
        ((Carrier.CMCC, 1), (Carrier.CUCC, 1)),
    )
    assert dict(shelf.sources.carriers(1, "别家").every)[Carrier.CMCC] == 1
    assert shelf.sources.carrier(18900000000) is Carrier.CTCC


def test_links_of_a_send_are_held_against_what_is_filed(shelf: Shelf) -> None:
    store, work = SqlResolveStore(), shelf.desk.work
    with work.write() as connection:
        for name, kind, state in (
            ("go.yunshan.cn", Generation.STANDARD, FilingState.APPROVED),
            ("code.yunshan.cn", Generation.CUSTOM, FilingState.APPROVED),
            ("new.yunshan.cn", Generation.STANDARD, FilingState.WAITING),
        ):
            store.put_domain(connection, DomainRecord(0, name, kind, "", state, "", 0))
        for host, state in (("shop.yunshan.cn", FilingState.APPROVED), ("no.cn", FilingState.REJECTED)):
            store.put_jump_url(connection, JumpUrlRecord(0, f"https://{host}/", host, "", state, "", 0))
    found = shelf.sources.links()
    assert (found.domains, found.jump_urls) == (("go.yunshan.cn",), ("https://shop.yunshan.cn/",))
    for domain, url, codes in (
        ("", "", []),
        ("km2n.cn", "", []),
        ("go.yunshan.cn", "https://shop.yunshan.cn/sale", []),
        ("code.yunshan.cn", "", ["resolve.domain.other_kind"]),
        ("new.yunshan.cn", "https://no.cn/", ["resolve.domain.not_filed", "resolve.url.not_filed"]),
        ("go.unknown.cn", "", ["resolve.domain.not_filed"]),
        ("go-x.cn", "javascript:alert(1)", ["resolve.domain.pattern", "jump_url.scheme"]),
        ("a" * 99 + ".cn", "", ["resolve.domain.too_long"]),
        ("", "https://shop.yunshan.cn/" + "a" * 2_024, []),
        ("", "https://shop.yunshan.cn/" + "a" * 2_025, ["jump_url.too_long"]),
        ("", "http://127.1/", ["jump_url.private"]),
    ):
        assert [p.code for p in shelf.sources.link_problems(domain, url)] == codes, (domain, url[:60])
