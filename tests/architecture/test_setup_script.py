# SPDX-License-Identifier: Apache-2.0
"""scripts/setup.sh on machines that lack something: it says so in words, and leaves nothing half-made."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ("bash", "cat", "cksum", "dirname", "id", "rm", "uname")

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the script is for POSIX; Windows uses uv run"
)


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """What the script reads, in a folder of its own, with all of PATH: `stubs`, and `bin` without Python and apt."""
    folder = tmp_path / "checkout"
    (folder / "scripts").mkdir(parents=True)
    shutil.copy(ROOT / "scripts" / "setup.sh", folder / "scripts")
    shutil.copytree(ROOT / "requirements", folder / "requirements")
    shutil.copy(ROOT / "pyproject.toml", folder)
    (folder / "stubs").mkdir()
    programs = folder / "bin"
    programs.mkdir()
    for name in PROGRAMS:
        found = shutil.which(name)
        assert found, name
        (programs / name).symlink_to(found)
    return folder


def set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script with nothing else on PATH."""
    return subprocess.run(
        ["bash", "scripts/setup.sh"],
        cwd=folder,
        env={"PATH": f"{folder / 'stubs'}{os.pathsep}{folder / 'bin'}", "HOME": str(folder), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def write_stub(folder: Path, name: str, lines: str) -> None:
    """A shell script under a name that the script under test looks for, found before the real one.

    Stubs have a folder of their own and are only ever new files: written into `bin`, a stub would go through the
    link there and replace the machine's own program.
    """
    path = folder / "stubs" / name
    with path.open("x", encoding="utf-8") as file:
        file.write(f"#!/bin/sh\n{lines}\n")
    path.chmod(0o755)


def test_a_machine_without_python_is_told_so(checkout: Path) -> None:
    done = set_up(checkout)
    assert done.returncode == 1
    assert "no Python from 3.11 to 3.13 on PATH" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_name_that_does_not_start_is_no_python(checkout: Path) -> None:
    # What version managers leave on PATH for versions that are installed but not chosen.
    write_stub(checkout, "python3.13", "echo 'command not found' >&2; exit 127")
    done = set_up(checkout)
    assert done.returncode == 1
    assert "no Python from 3.11 to 3.13 on PATH" in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="system libraries are looked at on Linux only")
def test_missing_libraries_are_named_as_packages(checkout: Path) -> None:
    # A Python for which no library loads.
    write_stub(
        checkout,
        "python3.11",
        f'case "$1" in -) shift; echo libgl1 libegl1;; *) exec {sys.executable} "$@";; esac',
    )
    done = set_up(checkout)
    assert done.returncode == 1
    assert "install what they call: libgl1 libegl1" in done.stderr

    write_stub(checkout, "apt-get", "exit 1")
    write_stub(checkout, "id", "echo 1000")
    done = set_up(checkout)
    assert done.returncode == 1
    assert "apt-get install libgl1 libegl1" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_folder_that_is_no_environment_is_left_alone(checkout: Path) -> None:
    (checkout / ".venv").mkdir()
    (checkout / ".venv" / "mine.txt").write_text("mine", encoding="utf-8")
    done = set_up(
        checkout, KOODESK_PYTHON=sys.executable, LD_LIBRARY_PATH=os.environ.get("LD_LIBRARY_PATH", "")
    )
    assert done.returncode == 1
    assert "not a virtual environment" in done.stderr
    assert (checkout / ".venv" / "mine.txt").read_text("utf-8") == "mine"
