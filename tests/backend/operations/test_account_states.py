# SPDX-License-Identifier: Apache-2.0
"""A profile under any order of edits, submissions, answers, freezes: what phones show was once handed in and approved."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from koodesk.backend.views.service_account import RecordRow
from koodesk.domain.problem import Refused
from koodesk.domain.service_account.states import Approval, Life
from koodesk.domain.service_account.values import Content, Profile, RecordKind
from koodesk.domain.vendor import Vendor
from tests.backend.operations.clearing_desk import JPG, ClearingDesk
from tests.backend.operations.test_service_accounts import FILING, decide, port
from tests.domain.service_account.samples import HOME, MENU, PROFILE, SIGN
from tests.domain.test_company import GOOD

pytestmark = pytest.mark.slow


class ProfileMachine(RuleBasedStateMachine):
    """One account; menu and home page are in effect from the beginning."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.desk = desk = ClearingDesk(Path(self.folder.name))
        for paper in ("licence", "aim_authorization"):
            desk.filings.attach(FILING, paper, desk.file(f"{paper}.jpg", JPG + paper.encode()))
        desk.filings.set_company(FILING, GOOD)
        desk.filings.submit(FILING)
        decide(desk, "filing")
        self.id = desk.accounts.create(PROFILE, MENU, HOME).id
        desk.accounts.submit(self.id)
        decide(desk, "pub", "sa_menu", "sa_home")
        port(desk)
        self.approved: set[Content] = {PROFILE}
        self.frozen = False

    def teardown(self) -> None:
        self.desk.database.close()
        self.folder.cleanup()

    @property
    def row(self) -> RecordRow:
        return self.desk.accounts.get(self.id).profile

    def waiting(self) -> list[tuple[int, str]]:
        found = self.desk.reviewer.reviews_by_key.values()
        return [
            (r.id, r.state) for r in found if r.kind.value == "pub" and r.state in ("waiting", "processing")
        ]

    @rule(number=st.integers(0, 3))
    def edit(self, number: int) -> None:
        row = self.row
        profile = replace(PROFILE, abstract=f"简介{number}")
        locked = row.approval is Approval.WAITING or row.life is Life.FROZEN
        try:
            self.desk.accounts.save_profile(self.id, profile, row.revision)
        except Refused:
            assert locked
        else:
            assert not locked or row.content == profile

    @rule()
    def submit(self) -> None:
        before = self.row
        try:
            self.desk.accounts.submit(self.id, {RecordKind.PROFILE: "改了"})
        except Refused:
            assert before.approval is Approval.WAITING

    @precondition(lambda self: self.waiting())
    @rule(approve=st.booleans())
    def answer(self, approve: bool) -> None:
        number, _ = self.waiting()[-1]
        pending = self.pending()
        self.desk.reviewer.decide(number, approve)
        self.desk.reviews.sync()
        if approve and pending is not None:
            self.approved.add(pending)

    @precondition(lambda self: any(state == "waiting" for _, state in self.waiting()))
    @rule()
    def approve_for_later(self) -> None:
        self.desk.reviewer.processing(self.waiting()[-1][0])
        self.desk.reviews.sync()

    @rule()
    def freeze(self) -> None:
        before = self.row.life
        try:
            self.desk.accounts.freeze(self.id, "原因")
            self.frozen = True
        except Refused:
            assert before is not Life.IN_EFFECT

    @rule()
    def unfreeze(self) -> None:
        before = self.row
        try:
            self.desk.accounts.unfreeze(self.id)
            assert before.life is Life.FROZEN
            self.frozen = False
        except Refused:
            assert before.life is not Life.FROZEN or before.approval is Approval.WAITING

    def pending(self) -> Content | None:
        with self.desk.work.read() as connection:
            record = self.desk.work.accounts.record(connection, self.id)
        assert record is not None
        return record.pending

    @invariant()
    def phones_show_what_was_approved_and_nothing_else(self) -> None:
        row = self.row
        assert row.live in self.approved
        assert (row.life is Life.FROZEN) == self.frozen
        shown = self.desk.accounts.effects_on(SIGN)
        assert self.desk.records.effects(SIGN, "", Vendor.HUAWEI, 1 << 52) == shown, (
            "a change was not written down"
        )
        if row.life is Life.IN_EFFECT:
            assert isinstance(row.live, Profile)
            assert (shown.account_id, shown.name) == (self.id, row.live.name)
        else:
            assert shown.empty

    @invariant()
    def what_waits_is_what_was_handed_in(self) -> None:
        row = self.row
        assert row.approval is not Approval.WAITING or self.pending() == row.content
        assert row.life is not Life.EXPIRED


ProfileMachine.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
TestProfile = ProfileMachine.TestCase
