# SPDX-License-Identifier: Apache-2.0
"""Play the sender's state machine: by default 5,000 stories of a hundred steps, spread over the three classes of gateway.

    python benchmarks/sender_machine.py [--runs 5000] [--steps 100] [--gateway listable] [--seed 1]

What may happen and what must hold after every step is `tests/backend/sending/sender_machine.py`. Ends 0 when it held; a story
in which it did not is printed, cut down to the steps that matter.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from hypothesis import HealthCheck, Phase, settings
from hypothesis import seed as seeded
from hypothesis.stateful import run_state_machine_as_test

from tests.backend.sending.sender_machine import SENDERS, with_calls


def main() -> int:
    """Play; return 0 when everything held."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=5_000)
    parser.add_argument("--steps", type=int, default=100)
    parser.add_argument("--gateway", choices=[sender.klass.value for sender in SENDERS])
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    with_calls(setattr)
    machines = [one for one in SENDERS if given.gateway in (None, one.klass.value)]
    for machine in machines:
        runs = -(-given.runs // len(machines))
        profile = settings(
            max_examples=runs,
            stateful_step_count=given.steps,
            deadline=None,
            database=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        )
        start = time.monotonic()
        run_state_machine_as_test(seeded(given.seed)(machine), settings=profile)
        print(
            f"{machine.klass.value:>10}: {runs:,} stories of up to {given.steps} steps held, "
            f"{time.monotonic() - start:.0f} s",
            flush=True,
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
