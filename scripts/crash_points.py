# SPDX-License-Identifier: Apache-2.0
"""Kill a process at every named crash point, at its first, middle and last pass, and judge what is left.

    python scripts/crash_points.py [--database postgresql] [C07 C23 ...]

With PostgreSQL the workspace is a team's, on a private server of the system's packages that keeps what it has committed. Each story is played once without a kill first, which counts how often it passes the point. Prints a line a kill, and ends
0 when everything that must hold has held. How often a worker passes a point is a matter of pace too: a pass that did not
come this time is tried one earlier.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import postgres
from tests.crash.crash_stories import play_at
from tests.crash.kill_site import Site
from tests.crash.points import Point, points_of

MORE: Final = 5
"""How often a point is tried at its first pass."""


@contextmanager
def standing(root: Path, *, shared: bool) -> Iterator[Site]:
    """Make the place where everything happens, on a file or on a server of its own."""
    if not shared:
        site = Site(root)
        try:
            yield site
        finally:
            site.close()
        return
    missing = postgres.why_not()
    if missing:
        raise SystemExit(missing)
    with postgres.running(postgres.DURABLE) as server:
        site = Site(root, server.create("team"), server.create)
        try:
            yield site
        finally:
            site.close()


def kills(site: Site, folder: Path, point: Point) -> list[str]:
    """Kill at a point's first, middle and last pass, once at each; return what did not hold, a line each."""
    wrong: list[str] = []
    passes = play_at(site, folder / "count", point, 0).passed
    wanted: dict[int, str] = {}
    for name, times in (("first", 1), ("middle", (passes + 1) // 2), ("last", passes)):
        wanted[max(1, times)] = ", ".join(filter(None, (wanted.get(max(1, times)), name)))
    for times, name in wanted.items():
        start, told = time.monotonic(), ""
        try:
            at, tries = times, 0
            while not play_at(site, folder / f"{times}-{at}-{tries}", point, at).killed:
                at, tries = max(1, at - 1), tries + 1
                assert at > 1 or tries < times + MORE, "nobody died: the story does not pass the point"
            told = f"pass {at} of {passes}"
        except AssertionError as failed:
            told = f"DID NOT HOLD: {str(failed)[:300]}"
            wrong.append(f"{point.id} {name}: {failed}")
        print(
            f"{point.id}  {name:<19}  {told:<24}  {time.monotonic() - start:5.1f} s  {point.name}", flush=True
        )
    return wrong


def main() -> int:
    """Run them; return 0 when everything held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("points", nargs="*", help="by id, for example C07; without any, all of them")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    given = parser.parse_args()
    wanted, shared = given.points, given.database == "postgresql"
    wrong: list[str] = []
    with (
        tempfile.TemporaryDirectory(prefix="koodesk-points-") as name,
        standing(Path(name) / "site", shared=shared) as site,
    ):
        for point in points_of(shared=shared):
            if wanted and point.id not in wanted:
                continue
            if point.story:
                wrong += kills(site, Path(name) / point.id, point)
            else:
                print(f"{point.id}  {point.name}", flush=True)
    print(f"{len(wrong)} of them did not hold" if wrong else "all of them held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
