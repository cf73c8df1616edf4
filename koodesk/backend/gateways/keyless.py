# SPDX-License-Identifier: Apache-2.0
"""The local engine as a gateway without keys: a twin of the two classes of the real cloud, to prove sends against.

The engine keeps keys and would hide a second acceptance. Here every call has a key of its own, so that a repeat is a
second acceptance, as it is at the cloud. What is left of a call is what the cloud leaves:

    listable   a task can be found again by its name, which is made unique by the chunk's key; smart messages and video
               SMS, at most 100 recipients a call
    blind      nothing; plain SMS, at most 500 a call

No campaign of a person's is sent by it: its names are chosen by `koodesk bench once` and by `worker --gateway`.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Final

import orjson

from koodesk.backend.gateways.engine_http import CALL_SECONDS
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.gateway import (
    Batch,
    GatewayClass,
    GatewayClock,
    LookUp,
    Outcome,
    Promise,
    ReceiptPage,
    Unclear,
)

MOST: Final = {GatewayClass.LISTABLE: 100, GatewayClass.BLIND: 500}
"""Recipients of one call at most, as at the cloud (facts 4.2, 4.3)."""

NAMES: Final = {f"local-{klass}": klass for klass in MOST}
"""The gateways of this kind by name."""


class KeylessGateway:
    """Sends through the engine of a workspace as through a cloud without keys. Safe to use from several threads."""

    def __init__(
        self, endpoint: Callable[[], Endpoint], klass: GatewayClass, seconds: float = CALL_SECONDS
    ) -> None:
        """`klass` is listable or blind; `seconds` the longest an answer may take before its outcome is unknown."""
        self.klass: Final = klass
        self.name: Final = f"local-{klass}"
        self.max_chunk: Final = MOST[klass]
        self.video_fallback: Final = True
        self._engine = LocalGateway(endpoint, seconds)

    def promise(self, kind: str) -> Promise:
        """Return the same of every kind."""
        del kind
        return Promise(self.klass, self.max_chunk)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._engine.close()

    def now_ms(self) -> int:
        """Return the engine's clock. Raises Refused (gateway.unreachable)."""
        return self._engine.now_ms()

    def reading(self) -> GatewayClock:
        """Return the engine's clock and how fast it goes. Raises Refused (gateway.unreachable)."""
        return self._engine.reading()

    def send(self, batch: Batch) -> Outcome:
        """Make the one call, under the chunk's own task name and a key that was never used."""
        told = orjson.loads(batch.payload)
        told["task_name"] = task_name(batch.key)
        once = f"{uuid.uuid4().hex}-{batch.key.rpartition('-')[2]}"
        return self._engine.send(Batch.of(once, orjson.dumps(told), batch.numbers))

    def look_up(self, key: str) -> LookUp:
        """Look for the task in the engine's list, where this class has one."""
        if self.klass is GatewayClass.BLIND:
            return Unclear("gateway.blind")
        return self._engine.look_up_task(task_name(key))

    def receipts(self, after: int, limit: int) -> ReceiptPage:
        """Return receipts after a cursor. Raises Refused (gateway.unreachable)."""
        return self._engine.receipts(after, limit)

    def capability(self, numbers: Sequence[int], template_id: str) -> Mapping[int, str]:
        """Return the vendor per number, "" where the card cannot be shown. Raises Refused."""
        return self._engine.capability(numbers, template_id)


def task_name(key: str) -> str:
    """Return the unique name of a chunk's task: the same for the same key, short enough for every kind of task."""
    return "kd" + hashlib.blake2b(key.encode(), digest_size=12).hexdigest()
