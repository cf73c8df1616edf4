# SPDX-License-Identifier: Apache-2.0
"""Processes that stand still and wires that break, in full: `docs/decisions/0067`.

    python scripts/process_faults.py [--database sqlite|postgresql] [--seed 1] [--moments 40] [still stops wires sessions engine ...]

    still     a worker stops at each named point, at its first and a later pass, for longer than anybody waits for its heart
    stops     workers are stopped and let go on at any moment
    wires     the connections of two workers break around a commit and within transactions (a team's)
    sessions  the server ends sessions of two workers, and crashes three times and more (a team's)
    engine    calls and answers are lost, cut and held, the engine is stopped and killed with calls in its hands

A line a story: what was done, and by the engine's log who is lost, has two, is unknown, or was accepted and is denied. Ends 0 when nobody is.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests import postgres
from tests.crash import process_stories as stories
from tests.crash.process_stories import Ground, Told
from tests.crash.wires import EngineWire, ServerWire

PARTS = ("still", "stops", "wires", "sessions", "engine")
TEAMS = ("wires", "sessions")
STILL_SECONDS = {True: 5.0, False: 1.0}
"""Longer than a team's worker may be silent here (`process_stories.HASTE`); on a file nobody counts."""


@contextmanager
def standing(*, shared: bool) -> Iterator[Ground]:
    """Make the place where stories happen, on a file or on a server that keeps what it promises to keep."""
    with tempfile.TemporaryDirectory(prefix="koodesk-process-") as name:
        if not shared:
            ground = Ground(Path(name))
            try:
                yield ground
            finally:
                ground.close()
            return
        missing = postgres.why_not()
        if missing:
            raise SystemExit(missing)
        with postgres.running(postgres.DURABLE) as server:
            ground = Ground(Path(name), server)
            try:
                yield ground
            finally:
                ground.close()


def told_by(part: str, ground: Ground, moments: int, random: Random) -> Iterator[Told]:
    """Tell the stories of a part."""
    shared = ground.server is not None
    if part == "still":
        for point in stories.STAND_STILL:
            if point.team in (None, shared):
                for times in (1, 4):
                    yield stories.stand_still(ground, point, times, 800, 10, STILL_SECONDS[shared])
    elif part == "stops":
        yield stories.stopped_at_random(ground, moments, 1_000 * moments, 50, random)
    elif part == "wires":
        with ServerWire(ground.socket, random) as wire:
            yield stories.cut_wires(ground, wire, 500 * moments, 25, share=0.02)
    elif part == "sessions":
        ways = [random.choice(tuple(stories.SESSIONS)) for _ in range(moments)]
        ways += ["the server"] * max(3, moments // 10)
        random.shuffle(ways)
        yield stories.sessions_ended(ground, ways, 500 * moments, 25, random)
    else:
        with EngineWire(stories.engine_of(ground.site), 3.0, random) as wire:
            yield stories.engine_struck(ground, wire, 100 * moments, 25, 2.0, share=0.3)


def main() -> int:
    """Tell them; return 0 when nobody is lost, has two or is unknown."""
    parser = argparse.ArgumentParser()
    parser.add_argument("parts", nargs="*", default=[], help=f"of {', '.join(PARTS)}; without any, all")
    parser.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--moments", type=int, default=40)
    given = parser.parse_args()
    strange = sorted(set(given.parts) - set(PARTS))
    if strange:
        parser.error(f"{', '.join(strange)}: one of {', '.join(PARTS)}")
    shared, random, bad = given.database == "postgresql", Random(given.seed), 0  # noqa: S311 - moments of faults
    with standing(shared=shared) as ground:
        for part in given.parts or PARTS:
            if part in TEAMS and not shared:
                continue
            for told in told_by(part, ground, given.moments, random):
                found = told.verdict
                wrong = found.lost + found.twice + found.unknown + found.untold
                bad += bool(wrong)
                done = ", ".join(f"{name}: {count}" for name, count in sorted(told.met.items()))
                print(
                    f"{part:<9} accepted {found.accepted:,}, lost {found.lost}, twice {found.twice}, unknown {found.unknown}, "
                    f"untold {found.untold}  {told.seconds:5.0f} s  {done}",
                    flush=True,
                )
    print(f"{bad} did not hold" if bad else "all held")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
