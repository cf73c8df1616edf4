# SPDX-License-Identifier: Apache-2.0
"""Filings, the SMS layer and submissions come back from storage as they went in."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from koodesk.backend.ports.clearing import (
    FilingRecord,
    SignatureRecord,
    SmsAppRecord,
    SmsTemplateRecord,
    Submission,
)
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.domain.filing import FiledPaper, FilingKind, FilingState
from koodesk.domain.papers import Paper
from koodesk.domain.review_state import Reason, ReviewKind, VendorVerdict, Verdict
from koodesk.domain.signature import SignatureDraft, SignatureSource, SignatureState, SmsType
from koodesk.domain.sms import SmsTemplateDraft, SmsTemplateState, Variable, VariableType
from koodesk.domain.sms_app import SmsAppDraft, SmsAppState
from koodesk.domain.vendor import Vendor
from tests.databases import open_database

pytestmark = pytest.mark.both_databases

LICENCE = Paper("执照.jpg", 10, "a" * 64, "jpg")
APP = SmsAppRecord(0, SmsAppDraft("Spruce", "http://a.example/"), SmsAppState.CREATED, "d", 5)
SIGN = SignatureRecord(
    0,
    SignatureDraft("云杉", SmsType.PROMOTION, 1, SignatureSource.SHOP, True, "旗舰店", "<b>=1+1</b>"),
    LICENCE,
    None,
    SignatureState.PENDING_REVIEW,
    "d",
    "",
    5,
)
TEMPLATE = SmsTemplateRecord(
    0,
    SmsTemplateDraft("名", SmsType.PROMOTION, 1, "${1}", (Variable(1, VariableType.TEXT, "说明"),), "用途"),
    SmsTemplateState.REVIEWING,
    "d",
    5,
)
CARD = Submission(
    ReviewKind.CARD,
    "7",
    "c" * 64,
    "{}",
    ("HUAWEI", "OPPO"),
    Verdict.WAITING,
    (VendorVerdict(Vendor.OPPO, Verdict.REJECTED, "不清"),),
    (Reason("x", "content:a", (("limit", 3), ("name", "标题")), "看", Vendor.OPPO),),
    1,
    2,
    3,
    "1069",
    "100000001",
)


@pytest.fixture
def work(tmp_path: Path) -> Iterator[SqlUnitOfWork]:
    database = open_database(tmp_path)
    database.prepare()
    yield SqlUnitOfWork(database)
    database.close()


def test_a_filing_keeps_its_papers_in_order(work: SqlUnitOfWork) -> None:
    kind = FilingKind.SHORT_LINK
    papers = tuple(FiledPaper("special", replace(LICENCE, digest=c * 64)) for c in "cab")
    record = FilingRecord(kind, FilingState.REJECTED, papers, "d")
    with work.write() as connection:
        assert work.filings.get(connection, kind) == FilingRecord(kind, FilingState.NOT_SUBMITTED, (), "")
        work.filings.put(connection, record)
        assert work.filings.get(connection, kind) == record
        work.filings.put(connection, replace(record, papers=papers[1:]))
        assert work.filings.get(connection, kind).papers == papers[1:]
        assert work.filings.get(connection, FilingKind.SEND_TASK).papers == ()


def test_the_sms_layer_comes_back(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        app = work.sms.put_app(connection, APP)
        sign = work.sms.put_signature(connection, SIGN)
        template = work.sms.put_template(connection, TEMPLATE)
        assert (app, sign, template) == (replace(APP, id=1), replace(SIGN, id=1), replace(TEMPLATE, id=1))
        assert work.sms.apps(connection) == (app,)
        assert work.sms.signature(connection, 1) == sign
        assert work.sms.templates(connection) == (template,)
        passed = replace(sign, state=SignatureState.REVIEW_PASSED, channel_num="1069", attorney=LICENCE)
        work.sms.put_signature(connection, passed)
        assert work.sms.signatures(connection) == (passed,)
        work.sms.delete_signature(connection, 1)
        assert work.sms.templates(connection) == ()
        assert work.sms.template(connection, 1) is None


def test_the_database_itself_refuses_a_second_name(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        work.sms.put_app(connection, APP)
    with pytest.raises(IntegrityError), work.write() as connection:
        work.sms.put_app(connection, replace(APP, draft=SmsAppDraft("SPRUCE")))


def test_a_submission_comes_back_and_is_one_row_an_identity(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        work.submissions.put(connection, CARD)
        assert work.submissions.get(connection, CARD.kind, CARD.ref, CARD.digest) == CARD
        changed = replace(CARD, verdict=Verdict.APPROVED, decided_ms=9)
        work.submissions.put(connection, changed)
        assert dict(work.submissions.of_kind(connection, ReviewKind.CARD)) == {("7", "c" * 64): changed}
        assert dict(work.submissions.of_kind(connection, ReviewKind.FILING)) == {}


def test_each_attempt_has_a_name_of_its_own_on_the_wire(work: SqlUnitOfWork) -> None:
    second = replace(CARD, attempt=2)
    assert CARD.wire_digest == CARD.digest
    assert second.wire_digest not in (CARD.digest, replace(CARD, attempt=3).wire_digest)
    with work.write() as connection:
        work.submissions.put(connection, CARD)
        work.submissions.put(connection, second)
        assert work.submissions.by_wire(connection, CARD.kind, CARD.ref, CARD.wire_digest) is None
        assert work.submissions.by_wire(connection, CARD.kind, CARD.ref, second.wire_digest) == second


def test_unsent_intents_wait_in_order_and_overtaken_ones_go(work: SqlUnitOfWork) -> None:
    first, second, third = (
        Submission(ReviewKind.FILING, ref, digest, "{}")
        for ref, digest in (("a", "1"), ("a", "2"), ("b", "3"))
    )
    with work.write() as connection:
        for submission in (first, second, third, CARD):
            work.submissions.put(connection, submission)
        assert work.submissions.unsent(connection) == (first, second, third)
        work.submissions.drop_unsent(connection, ReviewKind.FILING, "a", keep="2")
        assert work.submissions.unsent(connection) == (second, third)


def test_the_cursor_is_kept_a_gateway(work: SqlUnitOfWork) -> None:
    with work.write() as connection:
        assert work.submissions.cursor(connection, "local") == 0
        work.submissions.set_cursor(connection, "local", 7)
        work.submissions.set_cursor(connection, "local", 9)
        assert work.submissions.cursor(connection, "local") == 9
        assert work.submissions.cursor(connection, "cloud") == 0


def test_a_write_that_fails_is_forgotten(work: SqlUnitOfWork) -> None:
    def fail() -> None:
        with work.write() as connection:
            work.sms.put_app(connection, APP)
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    with work.read() as connection:
        assert work.sms.apps(connection) == ()
