# SPDX-License-Identifier: Apache-2.0
"""The worker beside what others do: how fast, and what is lost or sent twice when the sender is killed half-way.

    python benchmarks/bench_beside.py [--recipients 50000]

- the worker of Koodesk, to the local engine, receipts taken meanwhile;
- a sender that remembers the last id it has fetched, as listmonk does (`last_id_sender.py`), to the same engine;
- Kannel's bearerbox with its durable queue (spool), fed by mtbatch, to Kannel's fakesmsc: plain SMS, nothing of cards,
  receipts or templates. Left out where it is not installed (Debian: kannel, kannel-extras).

Each sends twice: once in peace, for the rate; once killed (SIGKILL) when half has arrived, and started again. What
arrived is counted where it arrives: in the engine's own log, and in what fakesmsc writes. Ends 0 when the worker has
lost nobody and written to nobody twice.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks import bench_loop, bench_restart, bench_send, last_id_sender
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.workspace import Workspace
from koodesk.proof.ground import FIRST_NUMBER, acceptances, cleared_engine

ROOT = Path(__file__).resolve().parents[1]
FAKESMSC = Path("/usr/lib/kannel/test/fakesmsc")
QUIET_S = 3.0
"""Nothing has arrived for so long: nothing more will."""
WAIT_S = 120.0


@dataclass(frozen=True, slots=True)
class Row:
    """What one sender came to; `per_second` in peace, `lost` and `twice` of a send that was killed half-way."""

    name: str
    per_second: float
    lost: int
    twice: int


def ended(child: subprocess.Popen[bytes]) -> None:
    """End a program and wait for it."""
    if child.poll() is None:
        child.terminate()
    child.wait()


def wait_for(count: Callable[[], int], wanted: int) -> float:
    """Wait until so many have arrived or nothing moves any more; return the instant of the last arrival."""
    begin = moved = time.perf_counter()
    before = -1
    while True:
        now = count()
        if now != before:
            before, moved = now, time.perf_counter()
        still = now and time.perf_counter() - moved > QUIET_S
        if now >= wanted or still or time.perf_counter() - begin > WAIT_S:
            return moved
        time.sleep(0.02)


# --- ours ------------------------------------------------------------------------------------------------------


def koodesk(folder: Path, recipients: int) -> Row:
    """The worker."""
    run = bench_send.campaign(folder / "peace", recipients)
    killed = bench_restart.restarted(folder / "killed", recipients, at_share=0.5)
    return Row("Koodesk worker", run.accepted / run.send_s, killed.lost, killed.twice)


# --- the last id -----------------------------------------------------------------------------------------------


def last_id(folder: Path, recipients: int) -> Row:
    """The sender that remembers one number."""
    seconds, _ = by_last_id(folder / "peace", recipients, kill=False)
    _, taken = by_last_id(folder / "killed", recipients, kill=True)
    lost, twice = recipients - len(taken), sum(taken.values()) - len(taken)
    return Row("last id (listmonk's shape)", recipients / seconds, lost, twice)


def by_last_id(folder: Path, recipients: int, *, kill: bool) -> tuple[float, Counter[str]]:
    """Send one campaign; return the seconds, and how often each recipient was accepted."""
    workspace = Workspace(folder).create()
    tpl_id = cleared_engine(workspace, receipt_delay_ms=0)
    doors = EngineDoors(LocalEngineProcess(workspace).endpoint)
    path = folder / "last_id.db"
    bench_loop.write(path, tpl_id, recipients)

    def start() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [sys.executable, str(Path(last_id_sender.__file__)), str(path), str(workspace.engine_endpoint)],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    try:
        begin = time.perf_counter()
        sender = start()
        if kill:
            # Within a batch: between two of them there is nothing to lose.
            wait_for(lambda: doors.status().messages, recipients // 2 + last_id_sender.BATCH // 4)
            sender.kill()
            sender.wait()
            sender = start()
        if sender.wait() != 0:
            raise RuntimeError(f"the sender ended with {sender.returncode}")
        return time.perf_counter() - begin, acceptances(workspace, "hand")
    finally:
        LocalEngineProcess(workspace).stop()


# --- Kannel ----------------------------------------------------------------------------------------------------


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


class Kannel:
    """A bearerbox with its queue in a folder, and the SMSC it sends to."""

    def __init__(self, folder: Path) -> None:
        (folder / "spool").mkdir(parents=True)
        self._folder = folder
        self.box, self._smsc = free_port(), free_port()
        self._arrived = 0
        self._logs: list[Path] = []
        (folder / "kannel.conf").write_text(
            f"group = core\nadmin-port = {free_port()}\nadmin-password = x\nsmsbox-port = {self.box}\n"
            f"store-type = spool\nstore-location = {folder / 'spool'}\nlog-level = 3\n\n"
            f"group = smsc\nsmsc = fake\nsmsc-id = FAKE\nport = {self._smsc}\nconnect-allow-ip = 127.0.0.1\n\n"
            "group = smsbox\nbearerbox-host = localhost\n",
            "utf-8",
        )

    @contextmanager
    def _running(self, command: list[str], port: int, log: Path) -> Iterator[subprocess.Popen[bytes]]:
        with log.open("ab") as told:
            child = subprocess.Popen(command, stdout=told, stderr=told, cwd=self._folder)
        try:
            deadline = time.perf_counter() + 10
            while port and time.perf_counter() < deadline:
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            yield child
        finally:
            ended(child)

    def bearerbox(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Run the gateway until the block ends; it has come up when it listens for boxes."""
        command = ["bearerbox", "-v", "3", "kannel.conf"]
        return self._running(command, self.box, self._folder / "bearerbox.log")

    def smsc(self) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Run the SMSC until the block ends; each has a log of its own."""
        self._logs.append(self._folder / f"smsc-{len(self._logs)}.log")
        command = [
            str(FAKESMSC),
            "-H",
            "localhost",
            "-r",
            str(self._smsc),
            "-i",
            "1",
            "-m",
            "0",
            "1 2 text nop",
        ]
        return self._running(command, 0, self._logs[-1])

    def hand_in(self, recipients: int) -> None:
        """Give the gateway everybody, as one batch."""
        (self._folder / "text").write_text("您有一个红包，点击领取\n", "utf-8")
        (self._folder / "numbers").write_text(
            "".join(f"{FIRST_NUMBER + place}\n" for place in range(recipients)), "utf-8"
        )
        with (self._folder / "mtbatch.log").open("ab") as told:
            subprocess.run(
                [
                    "mtbatch",
                    "-v",
                    "3",
                    "-b",
                    "localhost",
                    "-p",
                    str(self.box),
                    "-f",
                    "10690000",
                    "-r",
                    "FAKE",
                    "text",
                    "numbers",
                ],
                stdout=told,
                stderr=told,
                cwd=self._folder,
                check=True,
            )

    def arrived(self) -> Counter[str]:
        """Return how often each number was received."""
        return Counter(
            line.split("<", 1)[1].split()[1]
            for log in self._logs
            for line in log.read_text("utf-8", "replace").splitlines()
            if "Got message" in line and line.count("<")
        )

    def count(self) -> int:
        """Return how many messages were received."""
        return sum(log.read_bytes().count(b"Got message") for log in self._logs)


def kannel(folder: Path, recipients: int) -> Row:
    """Kannel: the rate from the first message handed in; then killed while it sends a queue that it had taken whole."""
    peace = Kannel(folder / "peace")
    with peace.bearerbox(), peace.smsc():
        time.sleep(1.0)
        begin = time.perf_counter()
        peace.hand_in(recipients)
        rate = recipients / (wait_for(peace.count, recipients) - begin)
    killed = Kannel(folder / "killed")
    with killed.bearerbox() as box:
        killed.hand_in(recipients)
        with killed.smsc():
            wait_for(killed.count, recipients // 2)
            box.send_signal(signal.SIGKILL)
            box.wait()
    with killed.bearerbox(), killed.smsc():
        wait_for(killed.count, 2 * recipients)
    got = killed.arrived()
    return Row("Kannel (bearerbox, spool)", rate, recipients - len(got), sum(got.values()) - len(got))


def main() -> int:
    """Run all; return 0 when ours lost nobody and wrote to nobody twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--recipients", type=int, default=50_000)
    given = parser.parse_args()
    rows: list[Row] = []
    for name, run in (("koodesk", koodesk), ("last-id", last_id), ("kannel", kannel)):
        if run is kannel and not (
            shutil.which("bearerbox") and shutil.which("mtbatch") and FAKESMSC.exists()
        ):
            print("Kannel is not installed (Debian: apt-get install kannel kannel-extras): left out")
            continue
        with tempfile.TemporaryDirectory(prefix="koodesk-bench-") as folder:
            rows.append(run(Path(folder) / name, given.recipients))
        row = rows[-1]
        print(
            f"{row.name:<28}{row.per_second:>10,.0f}/s; killed half-way: {row.lost:,} lost, {row.twice:,} twice",
            flush=True,
        )
    met = rows[0].lost == rows[0].twice == 0
    print(
        json.dumps(
            {
                "bench": "beside",
                "recipients": given.recipients,
                "rows": [asdict(row) for row in rows],
                "met": met,
            }
        )
    )
    print(f"{given.recipients:,} recipients; Koodesk: 0 lost and 0 twice; {'met' if met else 'MISSED'}")
    return 0 if met else 1


if __name__ == "__main__":
    sys.exit(main())
