# SPDX-License-Identifier: Apache-2.0
"""The local engine's append-only log of acceptances, read by the engine's own command: the file is its, not ours."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Final

from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused, problem


class EngineRecord:
    """The log of a workspace's engine, whether the engine runs or not."""

    by: Final = "engine_log"

    def __init__(self, workspace: Workspace) -> None:
        self._folder = workspace.engine

    def of(self, campaign: str) -> Iterator[tuple[str, str, str]]:
        """Yield (key of the call, message id, keyed hash of the recipient)."""
        command = [sys.executable, "-m", "koodesk.engine", "log", "--folder", str(self._folder)]
        with subprocess.Popen(  # noqa: S603 - our own program, a folder we made and a campaign's uuid
            [*command, "--campaign", campaign],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as reader:
            assert reader.stdout is not None
            try:
                for line in reader.stdout:
                    told = json.loads(line)
                    yield str(told["chunk"]), str(told["message"]), str(told["recipient"])
            except (ValueError, KeyError, TypeError) as failure:
                reader.kill()
                raise Refused(problem("certificate.no_record", by=self.by)) from failure
            except GeneratorExit:
                reader.kill()
                raise
        if reader.returncode != 0:
            raise Refused(problem("certificate.no_record", by=self.by))
