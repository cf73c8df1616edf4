# SPDX-License-Identifier: Apache-2.0
"""Three senders as people write them, each wrong in one way, sent through the same engine under the same kills.

    python -m koodesk.proof.bad_senders NAME WORKSPACE RECIPIENTS TPL_ID

They prove nothing of Koodesk: they show that the judge sees what it should. `fetched` moves its checkpoint when it
fetches a batch; `marked` marks a batch after it was sent, without a key; `hasty` looks an unclear batch up sooner than the
list shows it, and sends it again.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.keyless import KeylessGateway
from koodesk.backend.ports.gateway import Answered, Batch, GatewayClass, NotFound, NotSent, Outcome
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import payload, payload_frame
from koodesk.proof.ground import FIRST_NUMBER, SIGNATURE, SMS_TEXT, snapshot

CHUNK: Final = 50
STORE: Final = "bad-sender.json"
_AGAIN_SECONDS: Final = 0.02


class Store:
    """What survives a kill: the place in the list, and the place up to which somebody was sent to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        told = json.loads(path.read_text("utf-8")) if path.exists() else [0, 0]
        self.cursor: int = told[0]
        self.done: int = told[1]

    def save(self) -> None:
        """Write it down, whole."""
        beside = self._path.with_suffix(".part")
        with beside.open("w", encoding="utf-8") as file:
            json.dump([self.cursor, self.done], file)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(self._path)


class Call:
    """One batch after the other, as numbers in a row; a call is made until the engine is there to take it."""

    def __init__(self, gateway: KeylessGateway, recipients: int, tpl_id: str, uuid: str) -> None:
        self.gateway = gateway
        self._recipients = recipients
        self._frame = payload_frame(
            snapshot(uuid, recipients, tpl_id=tpl_id, sms_text=SMS_TEXT, signature=SIGNATURE)
        )
        self._uuid = uuid

    def following(self, cursor: int) -> int:
        """Return the cursor behind the batch that begins at one."""
        return min(self._recipients, cursor + CHUNK)

    def key(self, cursor: int) -> str:
        """Return the name of the batch that begins at a cursor."""
        return f"{self._uuid}-{cursor:06d}"

    def send(self, cursor: int) -> Outcome:
        """Send the batch that begins at a cursor."""
        numbers = tuple(range(FIRST_NUMBER + cursor, FIRST_NUMBER + self.following(cursor)))
        rows = [(number, json.dumps({"name": "王", "amount": "1"}), 1) for number in numbers]
        batch = Batch.of(self.key(cursor), payload(self._frame, rows), numbers)
        while isinstance(outcome := self.gateway.send(batch), NotSent):
            time.sleep(_AGAIN_SECONDS)  # the engine is being started again: nothing has left
        return outcome


def fetched(store: Store, call: Call, recipients: int) -> None:
    """Move the checkpoint when a batch is fetched: a kill between fetching and sending loses it."""
    while store.cursor < recipients:
        cursor = store.cursor
        store.cursor = call.following(cursor)
        store.save()
        call.send(cursor)
        store.done = store.cursor
        store.save()


def marked(store: Store, call: Call, recipients: int) -> None:
    """Mark after sending, without a key: a kill between sending and marking sends the batch again."""
    while store.cursor < recipients:
        call.send(store.cursor)
        store.cursor = store.done = call.following(store.cursor)
        store.save()


def hasty(store: Store, call: Call, recipients: int) -> None:
    """Ask the list at once what became of an unclear call, believe "not found", and send again."""
    while store.cursor < recipients:
        if not isinstance(call.send(store.cursor), Answered):
            found = call.gateway.look_up(call.key(store.cursor))
            if isinstance(found, NotFound):
                call.send(store.cursor)
        store.cursor = store.done = call.following(store.cursor)
        store.save()


SENDERS: Final[dict[str, Callable[[Store, Call, int], None]]] = {
    sender.__name__: sender for sender in (fetched, marked, hasty)
}


def main(arguments: Sequence[str]) -> None:
    """Send on from where the last life of the sender ended."""
    name, root, recipients, tpl_id = arguments
    workspace = Workspace(Path(root))
    gateway = KeylessGateway(LocalEngineProcess(workspace).endpoint, GatewayClass.LISTABLE)
    call = Call(gateway, int(recipients), tpl_id, f"bench-{name}")
    SENDERS[name](Store(workspace.root / STORE), call, int(recipients))


if __name__ == "__main__":
    main(sys.argv[1:])
