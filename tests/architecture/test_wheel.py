# SPDX-License-Identifier: Apache-2.0
"""The wheel is complete: whoever installs it has the code, the resources beside it, and the licences."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout, built with the locked build tool."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    [made] = folder.glob("*.whl")
    return made


def test_every_module_and_resource_is_in_it(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        held = set(archive.namelist())
    code = {path.relative_to(ROOT).as_posix() for path in (ROOT / "koodesk").rglob("*.py")}
    resources = {
        f"koodesk/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "resources").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert code <= held
    assert resources <= held
    # Nothing that only developers need, and no second top-level name.
    assert {name.partition("/")[0] for name in held} == {
        "koodesk",
        f"{wheel.name.rsplit('-', 3)[0]}.dist-info",
    }


def test_an_installed_wheel_finds_its_resources(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    code = (
        "import koodesk.paths as p; print(p.resources()); print((p.resources() / 'fonts/OFL.txt').is_file())"
    )
    # -P and a foreign folder: the checkout must not help. The path replaces an installation.
    done = subprocess.run(
        [sys.executable, "-P", "-c", f"import sys; sys.path.insert(0, {str(tmp_path)!r}); {code}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == [str(tmp_path / "koodesk" / "resources"), "True"]
