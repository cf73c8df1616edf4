# SPDX-License-Identifier: Apache-2.0
"""PyAV, whose wheels hold GPL code, is loaded by the reader child of videos and by nothing else (docs/decisions/0013)."""

import ast
import json
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
FOLDER = "koodesk/backend/readers"
READERS = [f"{FOLDER}/{name}.py" for name in ("video_fit", "video_graph", "video_source", "videos")]


@cache
def imports() -> dict[str, tuple[str, ...]]:
    """What each file of the program imports, wherever in it."""
    found = {}
    for path in sorted((ROOT / "koodesk").rglob("*.py")):
        names: list[str] = []
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names += [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names += [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
        found[path.relative_to(ROOT).as_posix()] = tuple(names)
    return found


def importers(module: str) -> list[str]:
    """The files of the program that import a module, or something in it."""
    return [
        file
        for file, names in imports().items()
        if any(name == module or name.startswith(f"{module}.") for name in names)
    ]


def test_the_readers_of_videos_import_it_and_the_child_alone_imports_them() -> None:
    assert importers("av") == READERS
    outside = {
        file for reader in READERS for file in importers(reader.removesuffix(".py").replace("/", "."))
    } - set(READERS)
    assert outside == {"koodesk/backend/readers/child.py"}
    # Started as a program of its own, never imported.
    assert importers("koodesk.backend.readers.child") == []


USE = """
import json, sys
from pathlib import Path
from koodesk.backend import bootstrap
from koodesk.backend.workspace import Workspace
from koodesk.domain.video_fit import FitGoal, whole
import koodesk.worker
with bootstrap.open_service(Workspace(Path(sys.argv[1]))) as service:
    added = service.materials.add_video(Path(sys.argv[2]))
    shown = sum(len(block) for block in service.materials.frames(added.video.digest))
    facts = service.materials.probe_video(Path(sys.argv[2]))
    shown += sum(len(block) for block in service.materials.first_frames(Path(sys.argv[2]), 0, 500))
    fitted = service.materials.fit_video(Path(sys.argv[2]), whole(facts, 1_000), FitGoal(200_000))
print(json.dumps([shown, sorted(name.partition(".")[0] for name in sys.modules)]))
"""


def test_a_process_that_takes_in_and_plays_a_video_has_not_loaded_it(tmp_path: Path) -> None:
    pytest.importorskip("av", reason="the extra that opens videos is not installed (KOODESK_VIDEO=no)")
    film = ROOT / "resources" / "samples" / "videos" / "tea.mp4"
    done = subprocess.run(
        [sys.executable, "-c", USE, str(tmp_path), str(film)],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    shown, modules = json.loads(done.stdout)
    assert shown > 30
    assert "av" not in modules


def test_it_is_an_extra_and_locked_as_the_extra_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    asked = project["optional-dependencies"]["video"]
    lines = (ROOT / "requirements" / "video.in").read_text("utf-8").splitlines()
    assert [line for line in lines if not line.startswith("#")] == asked
    for other in ("runtime.txt", "dev.txt"):
        assert "\nav==" not in (ROOT / "requirements" / other).read_text("utf-8")
    assert "x264" in (ROOT / "NOTICE").read_text("utf-8")
