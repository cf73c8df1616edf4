# SPDX-License-Identifier: Apache-2.0
"""The product's worker with another way to its engine and shorter waits: `python -m tests.crash.steered_worker WAY SECONDS HASTE ARGS...`.

WAY is the port that calls go through (`wires.EngineWire`), 0 for the engine's own; SECONDS how long an answer is waited for. HASTE
is what the seconds of a team's hearts and locks are divided by: what takes half a minute can be seen in a few seconds. All of it is put
around the product from outside.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace

from koodesk import worker
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.keyless import NAMES, KeylessGateway
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.sending import dispatcher
from koodesk.backend.storage.postgres import server


def main(arguments: Sequence[str]) -> int:
    """Work as told."""
    way, seconds, haste, *rest = arguments

    def engine_gateway(process: LocalEngineProcess, name: str) -> LocalGateway | KeylessGateway:
        def endpoint() -> Endpoint:
            there = process.endpoint()
            return replace(there, url=f"http://127.0.0.1:{way}") if int(way) else there

        if name in NAMES:
            return KeylessGateway(endpoint, NAMES[name], float(seconds))
        return LocalGateway(endpoint, float(seconds))

    worker.engine_gateway = engine_gateway
    if int(haste) > 1:
        _hurry(int(haste))
    return worker.main(rest)


def _hurry(times: int) -> None:
    from koodesk.backend.storage.postgres import queue_worker

    for name in ("SILENT_SECONDS", "RESCUE_SECONDS", "BEAT_SECONDS", "LOOK_SECONDS"):
        setattr(queue_worker, name, getattr(queue_worker, name) / times)
    for module, name in ((dispatcher, "ADOPT_MS"), (server, "STILL_SECONDS")):
        setattr(module, name, getattr(module, name) // times)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
