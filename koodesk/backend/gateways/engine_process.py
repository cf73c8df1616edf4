# SPDX-License-Identifier: Apache-2.0
"""Starting, finding and ending the local engine of a workspace. It is a session of its own and outlives the window."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import Final

from koodesk.backend.gateways.engine_http import EngineHttp, NothingSent, read_endpoint
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem
from koodesk.file_lock import is_locked

START_SECONDS: Final = 30.0
STOP_SECONDS: Final = 15.0
_LOOK_SECONDS: Final = 0.05
_AGAIN_SECONDS: Final = 0.5
ENGINE_LOCK: Final = "engine.lock"
"""The file an engine keeps locked while it has its folder."""
_OWNED_BY_ANOTHER: Final = 3
"""The engine's exit code when another engine has the folder: that one is as good as ours."""

SECRETS: Final = frozenset(
    {
        "KOODESK_PASSWORD",
        "KOODESK_NEW_PASSWORD",
        "KOODESK_AK",
        "KOODESK_SK",
        "KOODESK_CLOUD_SK",
        "KOODESK_CLOUD_AK",
    }
)
"""Names of the environment by which commands take a password or an access key."""
_STARTED: Final[list[subprocess.Popen[bytes]]] = []
"""Children that are meant to outlive us: kept, so that nobody takes a forgotten one for a mistake."""


class LocalEngineProcess:
    """The engine as a process of this machine."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace

    def endpoint(self) -> Endpoint:
        """Return where the engine says it is. Raises NothingSent; for gateways, which ask at every connection."""
        return read_endpoint(self._workspace.engine_endpoint)

    def ensure_running(self) -> Endpoint:
        """Start the engine when it does not answer; return where it is reached.

        Raises Refused: engine.start_failed with the exit code, engine.start_timeout with the seconds waited.
        """
        answering = self._answering()
        if answering is not None:
            return answering
        child = self._spawn()
        until = time.monotonic() + START_SECONDS
        while time.monotonic() < until:
            answering = self._answering()
            if answering is not None:
                return answering
            exit_code = child.poll()
            if exit_code is not None and exit_code > 0 and exit_code != _OWNED_BY_ANOTHER:
                raise Refused(problem("engine.start_failed", exit=exit_code, log=self._log.name))
            if exit_code is not None:
                # The one that had the folder may have been on its way out: then nobody has it now. Or somebody killed ours.
                time.sleep(_AGAIN_SECONDS)
                child = self._spawn() if self._answering() is None else child
            time.sleep(_LOOK_SECONDS)
        raise Refused(problem("engine.start_timeout", seconds=int(START_SECONDS), log=self._log.name))

    def stop(self) -> None:
        """End the engine and wait until its folder is free; nothing happens when it does not run.

        One that is coming up is told as soon as it answers, one on its way out is waited for. Raises Refused:
        engine.stop_timeout with the process that keeps the folder.
        """
        told = 0
        until = time.monotonic() + STOP_SECONDS
        while is_locked(self._workspace.engine / ENGINE_LOCK):
            endpoint = self._answering()
            if endpoint is not None and endpoint.pid != told:
                with suppress(NothingSent, Refused):  # gone between the two, or asked again
                    EngineHttp(self.endpoint, seconds=5).ask("POST", "/engine/v1/stop", {})
                    told = endpoint.pid
            if time.monotonic() >= until:
                raise Refused(problem("engine.stop_timeout", seconds=int(STOP_SECONDS), pid=told))
            time.sleep(_LOOK_SECONDS)

    def _answering(self) -> Endpoint | None:
        """Return the endpoint when the engine behind it answers a signed request, and is the one it names."""
        try:
            endpoint = self.endpoint()
            http = EngineHttp(lambda: endpoint, seconds=5)
            told = http.ask("GET", "/engine/v1/status")
            http.forget()
        except (NothingSent, Refused):
            return None
        return endpoint if isinstance(told, dict) and told.get("pid") == endpoint.pid else None

    @property
    def _log(self) -> Path:
        return self._workspace.engine / "engine.log"

    def _spawn(self) -> subprocess.Popen[bytes]:
        folder = self._workspace.engine.resolve()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        command = [sys.executable, "-m", "koodesk.engine", "serve", "--folder", str(folder)]
        return detached(command, self._log)


def detached(command: list[str], log_path: Path, told: bytes = b"") -> subprocess.Popen[bytes]:
    """Start one of our own programs in a session of its own, its output in a log for the user alone; `told` is what it reads
    on its standard input, where nobody else can."""
    with log_path.open("ab") as log:
        log_path.chmod(0o600)
        if sys.platform == "win32":
            child = subprocess.Popen(  # noqa: S603 - our own program, no text of anybody's in it
                command,
                stdin=subprocess.PIPE if told else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env=_inherited(),
                creationflags=subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.DETACHED_PROCESS,
            )
        else:
            child = subprocess.Popen(  # noqa: S603 - our own program, no text of anybody's in it
                command,
                stdin=subprocess.PIPE if told else subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                cwd=os.sep,
                env=_inherited() | {"PYTHONPATH": _package_parent()},
            )
    _STARTED.append(child)
    if child.stdin is not None:
        with suppress(BrokenPipeError), child.stdin:  # it has ended already: its log says why
            child.stdin.write(told)
    return child


def _inherited() -> dict[str, str]:
    """Return this process's environment without what somebody signed in with: what is started here outlives her command."""
    return {name: value for name, value in os.environ.items() if name not in SECRETS}


def _package_parent() -> str:
    """Return the folder this package is imported from first, then the caller's own path: the engine must be the same
    Koodesk, whatever folder it is started in."""
    here = str(Path(__file__).resolve().parents[3])
    inherited = os.environ.get("PYTHONPATH", "")
    return here + (os.pathsep + inherited if inherited else "")


def ensure_engine(workspace: Workspace) -> Endpoint:
    """Start the workspace's engine when it does not answer; return where it is reached. Raises Refused (engine.*)."""
    return LocalEngineProcess(workspace).ensure_running()
