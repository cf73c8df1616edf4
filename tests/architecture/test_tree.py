# SPDX-License-Identifier: Apache-2.0
"""Habits that a machine can hold: licence tags, short files, no machine's or registry's name, hashes in the locks."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 450
# In pieces, or this file would be the first to break the rule.
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("deb", "debian", "org"),
        ("mirrors", "aliyun"),
        ("tuna", "tsinghua"),
    )
)
MACHINE_PATHS = re.compile(r"(?<![\w.])/(work/(main|shared)|root|opt/(wheels|pypi))\b")


def tree() -> list[Path]:
    """Every file that is, or is about to be, in the repository."""
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
    )
    if listing.returncode:
        pytest.skip("not a checkout")
    return [path for name in listing.stdout.split("\0") if name and (path := ROOT / name).is_file()]


def texts() -> dict[Path, str]:
    """The text files of the tree by path."""
    found: dict[Path, str] = {}
    for path in tree():
        data = path.read_bytes()
        if b"\0" not in data[:8192]:
            found[path.relative_to(ROOT)] = data.decode("utf-8")
    return found


def test_no_file_names_a_registry_or_a_machine() -> None:
    guilty = [
        f"{path}: {word}"
        for path, text in texts().items()
        for word in [
            *(host for host in REGISTRIES if host in text),
            *(m[0] for m in MACHINE_PATHS.finditer(text)),
        ]
    ]
    assert guilty == []


def test_the_lock_of_uv_is_not_in_the_tree() -> None:
    assert ROOT / "uv.lock" not in tree()


@pytest.mark.parametrize("name", ["runtime.txt", "dev.txt", "uv.txt", "video.txt"])
def test_every_locked_package_has_hashes_and_no_address(name: str) -> None:
    text = (ROOT / "requirements" / name).read_text("utf-8")
    assert "://" not in text
    assert not re.search(r"^\s*--(?!hash=)", text, re.MULTILINE), "an option beside --hash"
    entries = re.split(r"\n(?=[A-Za-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert len(entries) > (0 if name in ("uv.txt", "video.txt") else 20)
    assert [entry.split()[0] for entry in entries if "==" not in entry or "--hash=sha256:" not in entry] == []


def test_the_locks_hold_what_the_project_asks_for() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wanted = {
        "runtime.txt": project["project"]["dependencies"],
        "dev.txt": project["project"]["dependencies"] + project["dependency-groups"]["dev"],
    }
    for name, requirements in wanted.items():
        locked = set(
            re.findall(r"^([a-z0-9-]+)==", (ROOT / "requirements" / name).read_text("utf-8"), re.MULTILINE)
        )
        asked = {re.split(r"[^A-Za-z0-9._-]", one)[0].lower() for one in requirements}
        assert asked <= locked, name


def test_every_python_file_has_the_licence_tag_first() -> None:
    late = [
        str(path)
        for path, text in texts().items()
        if path.suffix == ".py" and not text.startswith("# SPDX-License-Identifier: Apache-2.0\n")
    ]
    assert late == []


def test_every_module_says_what_it_is_for() -> None:
    silent = [
        str(path)
        for path, text in texts().items()
        if path.suffix == ".py" and text.count("\n") > 1 and not re.match(r'(#.*\n|\s)*r?"""\S', text)
    ]
    assert silent == []


def test_no_file_is_too_long_to_read() -> None:
    long = {
        str(path): lines
        for path, text in texts().items()
        if path.parts[0] == "koodesk" and path.suffix == ".py" and (lines := text.count("\n")) > LONGEST
    }
    assert long == {}


def test_there_is_no_drawer_for_everything() -> None:
    drawers = {"utils", "util", "helpers", "common", "misc"}
    assert [str(path) for path in texts() if path.suffix == ".py" and path.stem in drawers] == []


def test_this_python_is_one_we_promise() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["requires-python"] == ">=3.11,<3.14"
    assert (3, 11) <= sys.version_info[:2] < (3, 14)
