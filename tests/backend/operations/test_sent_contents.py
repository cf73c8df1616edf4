# SPDX-License-Identifier: Apache-2.0
"""Deleting what was sent: it leaves the gallery, and stays for the record with what it shows; what was never sent is gone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.domain.campaign import encode
from koodesk.domain.digest import template_digest
from koodesk.domain.video_sms.codec import decode
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate
from tests.backend.operations.clearing_desk import ClearingDesk
from tests.backend.sending.workshop import snapshot, video_snapshot
from tests.domain.strategies import good


@pytest.fixture
def desk(tmp_path: Path) -> ClearingDesk:
    return ClearingDesk(tmp_path)


def add_campaign(desk: ClearingDesk, text: str, card_id: int) -> None:
    """Write a campaign that is over."""
    with desk.work.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO campaign (uuid, name, state, digest, snapshot, gateway, gateway_class, card_id, signature, promotion, "
            "fallback, validity_days, window_start, window_end, chunk_size, created_ms, confirmed_ms) "
            "VALUES ('u', '春节', 'finished', 'd', ?, 'local', 'idempotent', ?, 's', 0, 'none', 7, 0, 1440, 10, 0, 0)",
            (text, card_id),
        )


@pytest.mark.both_databases
def test_a_card_that_was_sent_is_kept_as_it_was_sent(desk: ClearingDesk) -> None:
    row = desk.cards.create(good())
    sent = row.digest
    later = desk.cards.save(row.id, replace(good(), name="没有发过"), row.revision)
    add_campaign(desk, encode(snapshot("u", 1, card_id=row.id, card_digest=sent)), row.id)
    desk.cards.delete(row.id)
    assert desk.cards.list() == ()
    with desk.work.read() as connection:
        kept = desk.work.sent.card(connection, row.id, sent)
        assert desk.work.sent.card(connection, row.id, later.digest) is None
    assert kept is not None
    assert '"没有发过"' not in kept
    assert template_digest(good()) == sent


def test_a_card_nobody_sent_leaves_nothing(desk: ClearingDesk) -> None:
    row = desk.cards.create(good())
    desk.cards.delete(row.id)
    with desk.work.read() as connection:
        assert desk.work.sent.card(connection, row.id, row.digest) is None


@pytest.mark.parametrize("sent", [True, False])
def test_a_video_sms_keeps_its_versions_where_one_was_sent(desk: ClearingDesk, sent: bool) -> None:
    template = VideoTemplate(title="新车上市", frames=(Frame((Text("到店"),)),), name="新车上市")
    row = desk.video_templates.create(template)
    desk.video_templates.save(row.id, replace(template, title="改过"), row.revision)
    if sent:
        add_campaign(desk, encode(video_snapshot("u", 4, video_template_id=row.id)), 0)
    desk.video_templates.delete(row.id)
    with desk.work.read() as connection:
        kept = {decode(text).title for text in desk.work.sent.videos(connection, row.id)}
    assert ({"新车上市", "改过"} <= kept) is sent
    assert bool(kept) is sent
