# SPDX-License-Identifier: Apache-2.0
"""A worker that comes up while its workspace is moved works where the workspace is then, never with what is left behind."""

import subprocess
import sys
from pathlib import Path

from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace

MOVED_BEFORE_IT_HAS_THE_LOCK = """
import sys
from pathlib import Path
from koodesk import worker
from koodesk.backend.bootstrap import move_workspace
from koodesk.backend.workspace import Workspace

old, new = map(Path, sys.argv[1:])

class Waited(worker.WorkerLock):
    def __enter__(self):
        if Workspace(old).root == old:
            move_workspace(Workspace(old), new)  # it holds the lock and gives it back
        return super().__enter__()

worker.WorkerLock = Waited
worker._run = lambda workspace, *_: print(workspace.root) or 0
sys.exit(worker.main(["--workspace", str(old)]))
"""


def test_who_waited_for_the_lock_of_the_old_place_goes_to_the_new(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    with open_service(Workspace(old)):
        pass
    told = subprocess.run(
        [sys.executable, "-c", MOVED_BEFORE_IT_HAS_THE_LOCK, str(old), str(new)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, f"{new}\n", "")
