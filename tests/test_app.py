# SPDX-License-Identifier: Apache-2.0
"""The program with a window: what is not loaded when it shows."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

LATE = (
    "sqlalchemy",
    "openpyxl",
    "PIL",
    "av",
    "httpx",
    "uvicorn",
    "starlette",
    "python_calamine",
    "pysqlite3",
    "keyring",
)

SHOW = """
import json, os, sys, threading
from pathlib import Path
from koodesk import app
from koodesk.backend.workspace import Workspace

go_on = threading.Event()
app.open_backend = lambda *_args, **_options: go_on.wait(20)  # the window shows before the service is opened
window = app.build_window(Workspace(Path(sys.argv[1])), processes=False)
window.show()
app.application().processEvents()
print(json.dumps([window.isVisible(), sorted(sys.modules)]), flush=True)
os._exit(0)
"""


@pytest.mark.gui
def test_the_window_shows_before_any_backend_library_is_loaded(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW, str(tmp_path)], capture_output=True, text=True, check=True, timeout=60
    )
    visible, modules = json.loads(done.stdout)
    assert visible
    loaded = {name.partition(".")[0] for name in modules}
    assert loaded.isdisjoint(LATE), sorted(loaded.intersection(LATE))
    assert [name for name in modules if name.startswith("koodesk.engine")] == []
