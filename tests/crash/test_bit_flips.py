# SPDX-License-Identifier: Apache-2.0
"""Single bits of the database's file changed at random: found before anything is sent, or of no matter to the send.

A few here; two hundred by `python scripts/storage_faults.py`.
"""

from __future__ import annotations

import os
import shutil
import threading
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from koodesk.domain.problem import Refused
from tests.backend.sending.workshop import Workshop, open_workshop

COUNT = 300
FLIPS = int(os.environ.get("PROOF_FLIPS", "25"))
SEED = int(os.environ.get("PROOF_SEED", "20261128"))


def send(folder: Path, campaign: int) -> tuple[str, list[bytes]]:
    """Open a workspace and let a worker send; return what came of it, and the payloads that left."""
    workshop: Workshop | None = None
    gave_up = threading.Event()
    timer = threading.Timer(20, gave_up.set)
    try:
        workshop = open_workshop(folder)
        timer.start()
        workshop.worker().run_until_idle(campaign, gave_up)
        left = [call.payload for call in workshop.gateway.calls]
        if gave_up.is_set():
            return "waits", left
        same = workshop.ledger.buckets(campaign) == workshop.ledger.recount(campaign)
        return workshop.state(campaign) if same else "sums differ", left
    except (Refused, ValueError) as refused:
        # What a screen cannot read is told there; here it counts what has left.
        return f"refused: {refused}"[:40], [
            call.payload for call in workshop.gateway.calls
        ] if workshop else []
    finally:
        timer.cancel()
        if workshop is not None:
            workshop.database.close()


@pytest.mark.slow
@pytest.mark.crash
def test_a_changed_bit_is_found_before_anything_is_sent_or_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "made").mkdir()
    workshop = open_workshop(tmp_path / "made")
    campaign = workshop.confirm(COUNT)
    workshop.database.close()
    shutil.copytree(tmp_path / "made", tmp_path / "right")
    state, right = send(tmp_path / "right", campaign)
    assert (state, len(right)) == ("finished", COUNT // 10)
    data = (tmp_path / "made" / "koodesk.db").read_bytes()
    random, told = Random(SEED), Counter[str]()
    for number in range(FLIPS):
        bit = random.randrange(len(data) * 8)
        folder = tmp_path / f"flip-{number}"
        folder.mkdir()
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        (folder / "koodesk.db").write_bytes(changed)
        state, left = send(folder, campaign)
        assert left in ([], right), (
            f"bit {bit} (page {bit // 8 // 4096 + 1}): {state}, {len(left)} calls left"
        )
        assert left == [] or state == "finished", f"bit {bit}: {state} after everything was sent"
        told["nothing left" if not left else "no matter"] += 1
        shutil.rmtree(folder)
    print(dict(told))


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE recipient SET params = replace(params, '9', '0') WHERE id = (SELECT max(id) FROM recipient)",
        "UPDATE recipient SET bucket = 'opted_out' WHERE id = (SELECT max(id) FROM recipient)",
        "UPDATE chunk SET key = 'x' || key WHERE no = 4",
        "UPDATE chunk SET state = 'plannee' WHERE no = 4",
        "DELETE FROM chunk WHERE no = 4",
        "UPDATE campaign SET gateway_class = 'idempotenu'",
        "UPDATE campaign SET window_end = 1439",
        "UPDATE campaign SET snapshot = replace(snapshot, '红包', '红苞')",
    ],
)
def test_a_change_in_the_last_chunk_is_known_before_the_first_leaves(tmp_path: Path, change: str) -> None:
    """In a file somebody has changed past the triggers."""
    workshop = open_workshop(tmp_path)
    campaign = workshop.confirm(50)
    with workshop.database.write() as connection:
        names = connection.exec_driver_sql("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall()
        for (name,) in names:
            connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
        connection.exec_driver_sql(change)
    assert not workshop.ledger.sound(campaign)
    workshop.run(campaign)
    assert workshop.gateway.calls == []
    assert (workshop.state(campaign), workshop.ledger.campaign(campaign).reason) == (
        "needs_decision",
        "changed",
    )
    workshop.database.close()
