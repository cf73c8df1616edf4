# SPDX-License-Identifier: Apache-2.0
"""Video SMS under kill -9 of worker and engine: one message a recipient, by the engine's own append-only log."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from random import Random

import pytest

from koodesk.backend.views.sending import DetailFilter
from tests.crash.crashing_worker import POINTS
from tests.crash.kill_site import Site

pytestmark = [pytest.mark.slow, pytest.mark.crash]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One engine for all stories; each has a campaign of its own."""
    made = Site(tmp_path_factory.mktemp("site"))
    yield made
    made.close()


@pytest.mark.parametrize("point", POINTS)
def test_a_worker_killed_at_a_named_point(site: Site, point: str) -> None:
    uuid = f"video-{point}"
    campaign = site.confirm_video(uuid, 2_000, 200)
    worker = site.worker(
        str(site.workspace.root), str(campaign), point, "2", module="tests.crash.crashing_worker"
    )
    code = worker.wait(120)
    # Receipts may all be there before the fuse burns; every other point is certainly passed.
    assert code == -signal.SIGKILL or "receipts" in point
    site.finish(campaign)
    site.judge(campaign, uuid, 2_000)


def test_a_fallback_under_a_kill_gives_each_phone_one_of_the_two(site: Site) -> None:
    campaign = site.confirm_fallback("fallback", 2_000, 200)
    worker = site.worker(
        str(site.workspace.root), str(campaign), "after_call", "2", module="tests.crash.crashing_worker"
    )
    assert worker.wait(120) == -signal.SIGKILL
    site.finish(campaign)
    site.judge(campaign, "fallback", 2_000)
    rows = site.ledger.details(campaign, 0, 100, DetailFilter(), 0).rows
    got = [(row.card, site.doors.message(row.message_id)) for row in rows]
    assert {
        card: {told.get("kind", "smart") for shown, told in got if shown is card} for card in (True, False)
    } == {
        True: {"smart"},
        False: {"video"},
    }
    assert {str(told["template"]) for shown, told in got if not shown} == {site.video_tpl_id}


def test_random_moments_of_a_large_send(site: Site) -> None:
    """At least 20 kills in a send of 100,000 to three carriers, every fifth of them the engine's."""
    count, seed = 100_000, int(os.environ.get("KOODESK_TEST_SEED", "20261128"))
    campaign = site.confirm_video("video-random", count, 500)
    killed = site.send_with_kills(campaign, 22, Random(seed))
    site.finish(campaign)
    site.judge(campaign, "video-random", count)
    assert killed >= 20, f"the kills came after the end: too little was tested (seed {seed})"
    funnel = site.ledger.funnel(campaign, site.doors.status().now_ms)
    assert {name: one.sent for name, one in funnel.carriers} == {
        "cmcc": count // 2,
        "cucc": count // 4,
        "ctcc": count // 4,
    }
