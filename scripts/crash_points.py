# SPDX-License-Identifier: Apache-2.0
"""Kill a process at every named crash point, at its first, middle and last pass, and judge what is left.

    python scripts/crash_points.py [C07 C23 ...]

Each story is played once without a kill first, which counts how often it passes the point. Prints a line a kill, and ends
0 when everything that must hold has held. How often a worker passes a point is a matter of pace too: a pass that did not
come this time is tried one earlier.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.crash.crash_stories import play_at
from tests.crash.kill_site import Site
from tests.crash.points import POINTS, Point


def kills(site: Site, folder: Path, point: Point) -> list[str]:
    """Kill at a point three times; return what did not hold, a line each."""
    wrong: list[str] = []
    passes = play_at(site, folder / "count", point, 0).passed
    for name, wanted in {"first": 1, "middle": (passes + 1) // 2, "last": passes}.items():
        start, told = time.monotonic(), ""
        times = max(1, wanted)
        try:
            while not play_at(site, folder / f"{name}-{times}", point, times).killed and times > 1:
                times -= 1
            told = f"pass {times} of {passes}"
        except AssertionError as failed:
            told = f"DID NOT HOLD: {str(failed)[:300]}"
            wrong.append(f"{point.id} {name}: {failed}")
        print(
            f"{point.id}  {name:<6}  {told:<24}  {time.monotonic() - start:5.1f} s  {point.name}", flush=True
        )
    return wrong


def main() -> int:
    """Run them; return 0 when everything held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("points", nargs="*", help="by id, for example C07; without any, all of them")
    wanted = parser.parse_args().points
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="koodesk-points-") as name:
        site = Site(Path(name) / "site")
        try:
            for point in POINTS:
                if not wanted or point.id in wanted:
                    wrong += kills(site, Path(name) / point.id, point)
        finally:
            site.close()
    print(f"{len(wrong)} of them did not hold" if wrong else "all of them held")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
