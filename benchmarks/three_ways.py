# SPDX-License-Identifier: Apache-2.0
"""The same journey (import, card, clearing, send, status reports, report, certificate) on SQLite, on PostgreSQL and through the
official SDK to the cloud's own API, and a table of what came of each.

    python benchmarks/three_ways.py [--recipients 10000]

Without PostgreSQL's packages that column is left out, and the reason printed. Ends 0 when every way gave the same facts, else 1.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"  # nobody's key store is opened

from tests import postgres
from tests.journeys.three_ways import Facts, Way, travel


def flat(facts: Facts) -> dict[str, int]:
    """Return every figure by its name."""
    found: dict[str, int] = {}
    for name, told in asdict(facts).items():
        found |= (
            {f"{name}.{inner}": count for inner, count in told.items()}
            if isinstance(told, dict)
            else {name: told}
        )
    return found


def main() -> int:
    """Go every way; return 0 when they agree."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=10_000)
    given = parser.parse_args()
    found: dict[str, dict[str, int]] = {}
    seconds: dict[str, float] = {}
    with ExitStack() as ends:
        root = Path(ends.enter_context(tempfile.TemporaryDirectory(prefix="koodesk-three-ways-")))
        urls = {"sqlite": "", "cloud": ""}
        missing = postgres.why_not()
        if missing:
            print(f"postgresql is left out: {missing}")
        else:
            server = ends.enter_context(postgres.running(postgres.DURABLE))
            urls = {"sqlite": "", "postgresql": server.create("journey"), "cloud": ""}
        for name, url in urls.items():
            folder = root / name
            folder.mkdir()
            way, begun = Way(folder, url, cloud=name == "cloud"), time.monotonic()
            try:
                found[name] = flat(travel(way, given.recipients, folder))
            finally:
                way.end()
            seconds[name] = time.monotonic() - begun
    print(f"{'':<28}" + "".join(f"{name:>14}" for name in found))
    for figure in next(iter(found.values())):
        values = [told[figure] for told in found.values()]
        print(
            f"{figure:<28}"
            + "".join(f"{value:>14,}" for value in values)
            + ("" if len(set(values)) == 1 else "   DIFFERS")
        )
    print(f"{'seconds':<28}" + "".join(f"{seconds[name]:>14.1f}" for name in found))
    same = all(told == next(iter(found.values())) for told in found.values())
    print("the same by every way" if same else "NOT the same")
    return 0 if same else 1


if __name__ == "__main__":
    sys.exit(main())
