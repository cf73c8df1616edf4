# SPDX-License-Identifier: Apache-2.0
"""The local engine under the user's hand: start, stop, look, set, and run its clock forward.

Starting a process is the gateway package's matter (`EngineProcess`); rights are checked here.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from koodesk.backend.operations.cloud_keys import CloudKeys
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.cloud_keys import CloudSettings
from koodesk.backend.ports.engine import Endpoint, EngineAdmin, EngineSettings, EngineStatus
from koodesk.backend.ports.faults import FaultsInForce
from koodesk.backend.ports.gateway import GatewayClock
from koodesk.backend.views.engine import FaultText
from koodesk.domain.fault_script import FILE, LONGEST_NAME, LONGEST_SCRIPT, FaultScript, read_fault_script
from koodesk.domain.problem import Refused, problem

FORWARD_MAX_SECONDS: Final = 366 * 86_400
"""The furthest one step runs the clock: a year. Koodesk's own."""


FASTEST_CLOCK: Final = 3_600
"""The fastest the engine's clock runs: an hour a second. Koodesk's own."""


class EngineProcess(Protocol):
    """The engine as a process of this machine."""

    def ensure_running(self) -> Endpoint:
        """Start it when it does not run; return where it is reached. Raises Refused (engine.*)."""
        ...

    def stop(self) -> None:
        """End it and wait until it is gone; nothing happens when it does not run."""
        ...


class WorkerProcess(Protocol):
    """The worker of the workspace as a process of this machine."""

    def ensure_running(self) -> None:
        """Start it unless it runs; a second worker of a workspace ends by itself."""
        ...

    def stop(self) -> None:
        """Let it finish the calls that have left, and wait until it has gone."""
        ...


class Engine:
    """The engine of one workspace."""

    def __init__(
        self,
        access: Access,
        process: EngineProcess,
        admin: EngineAdmin,
        worker: WorkerProcess,
        samples: Path,
        cloud: CloudKeys,
    ) -> None:
        """`samples` is the folder of the fault scripts that come with Koodesk; `meet` is told the process of every engine that
        is seen: one that was started anew knows nobody's keys."""
        self.access: Final = access
        self._process = process
        self._admin = admin
        self._worker = worker
        self._samples = samples
        self._cloud = cloud

    @needs("koodesk:engine:get")
    def status(self) -> EngineStatus:
        """Return the engine at a glance. Raises Refused (gateway.unreachable) when it does not run."""
        status = self._admin.status()
        self._cloud.meet(status.pid)
        return status

    @needs("koodesk:engine:get")
    def ensure_running(self) -> Endpoint:
        """Start the engine when it does not run."""
        endpoint = self._process.ensure_running()
        self._cloud.meet(endpoint.pid)
        return endpoint

    @needs("koodesk:engine:get")
    def ensure_worker(self) -> None:
        """Start the worker, which sends and takes receipts, unless one runs; it brings up the engine as well."""
        self._worker.ensure_running()

    @needs("koodesk:engine:control")
    def stop_worker(self) -> None:
        """End the worker this process has started, when the calls that have left are answered."""
        self._worker.stop()

    @needs("koodesk:engine:control")
    def stop(self) -> None:
        """End the engine; what it accepted stays in its folder."""
        self._process.stop()

    @needs("koodesk:engine:control")
    def forward(self, seconds: int) -> int:
        """Run the engine's clock forward and return its new now in ms. Raises Refused("engine.forward_range")."""
        if not 0 < seconds <= FORWARD_MAX_SECONDS:
            raise Refused(
                problem("engine.forward_range", "seconds", limit=FORWARD_MAX_SECONDS, actual=seconds)
            )
        return self._admin.forward(seconds * 1000)

    @needs("koodesk:engine:control")
    def set_speed(self, speed: int) -> GatewayClock:
        """Let the engine's clock run at a speed from now on; it goes on from where it stands. Return the clock.

        Raises Refused("engine.speed_range").
        """
        if not 1 <= speed <= FASTEST_CLOCK:
            raise Refused(problem("engine.speed_range", "speed", limit=FASTEST_CLOCK, actual=speed))
        return self._admin.set_speed(speed)

    @needs("koodesk:engine:get")
    def settings(self) -> EngineSettings:
        """Return the seeded model of phones and faults."""
        return self._admin.settings()

    @needs("koodesk:engine:control")
    def change(self, settings: EngineSettings) -> EngineSettings:
        """Put settings in force and return them."""
        return self._admin.change(settings)

    @needs("koodesk:engine:get")
    def cloud(self) -> CloudSettings:
        """Return what is set on the cloud's API that the engine serves."""
        return self._cloud.door.settings()

    @needs("koodesk:engine:control")
    def change_cloud(
        self, *, requests_per_second: int | None = None, callbacks: str | None = None
    ) -> CloudSettings:
        """Set what is given and return all of it. Raises Refused (gateway.refused) for what the engine does not take."""
        return self._cloud.door.change(requests_per_second=requests_per_second, callbacks=callbacks)

    @needs("koodesk:engine:get")
    def faults(self) -> FaultScript:
        """Return the fault script in force; one without rules means that the engine behaves."""
        return self._admin.faults().script

    @needs("koodesk:engine:get")
    def faults_in_force(self) -> FaultsInForce:
        """Return the fault script in force and since when it is."""
        return self._admin.faults()

    @needs("koodesk:engine:get")
    def fault_samples(self) -> tuple[FaultText, ...]:
        """Return the fault scripts that come with Koodesk."""
        found = sorted(self._samples.glob("*.toml"))
        return tuple(FaultText(path.name, path.read_text("utf-8")) for path in found)

    @needs("koodesk:engine:get")
    def fault_file(self, path: Path) -> FaultText:
        """Read a fault script of somebody's; nothing is put in force. Raises Refused: faults.not_found, or faults.not_toml when
        it is no text."""
        try:
            with path.open("rb") as file:
                data = file.read(4 * LONGEST_SCRIPT + 1)
            return FaultText(path.name, data.decode("utf-8"))
        except OSError as missing:
            raise Refused(problem("faults.not_found", path.name, file=path.name)) from missing
        except UnicodeDecodeError as broken:
            raise Refused(problem("faults.not_toml", path.name, file=path.name, cause="UTF-8")) from broken

    @needs("koodesk:engine:control")
    def put_faults(self, text: str, file: str = FILE) -> FaultScript:
        """Put a fault script (TOML) in force from now on and return it; an empty text ends the faults.

        Raises Refused (faults.*, data.*) naming the key that is wrong; nothing changes then.
        """
        script = read_fault_script(text, file)
        named = script.name or file in ("", FILE)
        return self._admin.put_faults(script if named else replace(script, name=file[-LONGEST_NAME:]))
