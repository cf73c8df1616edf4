# SPDX-License-Identifier: Apache-2.0
"""A team's worker dies with a job in its hands, and before it says that one is done: nothing is sent twice, nothing is lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests import postgres

pytestmark = [pytest.mark.slow, pytest.mark.crash]


def test_workers_die_around_their_jobs(tmp_path: Path) -> None:
    missing = postgres.why_not()
    if missing:
        pytest.skip(missing)
    from tests.crash.kill_jobs import walk
    from tests.crash.kill_site import Site

    with postgres.running() as server:
        site = Site(tmp_path, server.create("team"))
        try:
            walk(site, [("after_fetch", 1), ("before_finish", 1)])
        finally:
            site.close()
