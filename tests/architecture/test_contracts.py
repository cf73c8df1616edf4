# SPDX-License-Identifier: Apache-2.0
"""Every import contract is red when it should be: each is shown one forbidden import, in a copy of the tree.

A contract that nobody has seen fail may be one that cannot.
"""

import ast
import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LINT = Path(sys.executable).parent / "lint-imports"


@dataclass(frozen=True, slots=True)
class Trespass:
    """A contract's id, the package a new module is put into, and the line it may not have."""

    contract: str
    package: str
    line: str


TRESPASSES = (
    Trespass("layers", "preview", "import koodesk.editor"),
    Trespass("layers", "domain", "import koodesk.preview"),
    Trespass("layers", "editor", "import koodesk.backend.workspace"),
    Trespass("layers", "backend/operations", "import koodesk.ui"),
    Trespass("layers", "ui", "import koodesk.cli"),
    Trespass("backend-layers", "backend/ports", "import koodesk.backend.operations"),
    Trespass("backend-layers", "backend/storage", "import koodesk.backend.gateways"),
    Trespass("backend-layers", "backend/readers", "import koodesk.backend.sending"),
    Trespass("adapters", "backend/operations", "import koodesk.backend.storage"),
    Trespass("adapters", "backend/sending", "import koodesk.backend.gateways"),
    Trespass("adapters", "cli", "import koodesk.backend.readers"),
    Trespass("front-door", "ui", "import koodesk.backend.operations"),
    Trespass("front-door", "ui", "import koodesk.backend.sending"),
    Trespass("front-door", "cli", "import koodesk.backend.ports"),
    Trespass("bootstrap", "ui", "import koodesk.backend.bootstrap"),
    Trespass("wiring", "cli", "import koodesk.backend.wiring.ground"),
    Trespass("backend-layers", "backend/wiring", "import koodesk.backend.service"),
    Trespass("engine", "cli", "import koodesk.engine"),
    Trespass("engine", "backend/gateways", "import koodesk.engine"),
    Trespass("engine-alone", "engine", "import koodesk.backend.workspace"),
    Trespass("engine-alone", "engine", "import koodesk.messages"),
    Trespass("engine-draws-by-h5", "engine", "import koodesk.preview.arrange"),
    Trespass("no-words-below", "backend/operations", "import koodesk.preview"),
    Trespass("no-words-below", "backend/operations", "import koodesk.h5"),
    Trespass("no-words-below", "backend/sending", "import koodesk.messages"),
    Trespass("no-qt", "domain", "import PySide6.QtCore"),
    Trespass("no-qt", "backend/storage", "import PySide6.QtSql"),
    Trespass("no-qt", "engine", "import shiboken6"),
    Trespass("no-qt", "h5", "import PySide6.QtGui"),
    Trespass("no-qt", "h5", "import koodesk.preview.fonts"),
    Trespass("layers", "h5", "import koodesk.engine"),
    Trespass("layers", "preview", "import koodesk.h5"),
    Trespass("plain-domain", "domain", "import orjson"),
)


def contracts() -> dict[str, str]:
    """Names of the contracts by id."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    return {one["id"]: one["name"] for one in project["tool"]["importlinter"]["contracts"]}


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The package and its contracts in a folder of their own."""
    folder = tmp_path_factory.mktemp("contracts")
    shutil.copytree(ROOT / "koodesk", folder / "koodesk", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def verdicts(folder: Path) -> dict[str, str]:
    """What import-linter says of the tree in `folder`: the word after each contract's name."""
    run = subprocess.run(
        [LINT, "--no-logo", "--config", "pyproject.toml"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "COLUMNS": "300"},
        capture_output=True,
        text=True,
        check=False,
    )
    found = {
        identifier: word
        for identifier, name in contracts().items()
        for word in ("KEPT", "BROKEN")
        if f"{name} {word}" in run.stdout
    }
    assert found.keys() == contracts().keys(), run.stdout + run.stderr
    assert (run.returncode != 0) == ("BROKEN" in found.values())
    return found


def test_the_tree_keeps_every_contract(copy: Path) -> None:
    assert set(verdicts(copy).values()) == {"KEPT"}


def test_every_contract_is_seen_red() -> None:
    assert {one.contract for one in TRESPASSES} | {"no-cycles"} == contracts().keys()


@pytest.mark.parametrize("trespass", TRESPASSES, ids=lambda one: f"{one.contract}: {one.package}: {one.line}")
def test_a_forbidden_import_is_red(copy: Path, trespass: Trespass) -> None:
    intruder = copy / "koodesk" / trespass.package / "intruder.py"
    intruder.write_text(f"{trespass.line}\n", encoding="utf-8")
    try:
        assert verdicts(copy)[trespass.contract] == "BROKEN"
    finally:
        intruder.unlink()


def test_a_module_without_a_place_is_red(copy: Path) -> None:
    for package, contract in (("", "layers"), ("backend", "backend-layers")):
        stranger = copy / "koodesk" / package / "stranger.py"
        stranger.write_text("", encoding="utf-8")
        try:
            assert verdicts(copy)[contract] == "BROKEN"
        finally:
            stranger.unlink()


def test_the_domain_imports_the_standard_library_only() -> None:
    # The contract can only list the packages we have; this sees any other.
    foreign = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in sorted((ROOT / "koodesk" / "domain").rglob("*.py"))
        for name in imported(path)
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("koodesk.domain")
    ]
    assert foreign == []


def imported(path: Path) -> list[str]:
    """Names of the modules that the file imports, wherever in it."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            names += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names.append(node.module or "")
    return names


def test_two_modules_that_import_each_other_are_red(copy: Path) -> None:
    folder = copy / "koodesk" / "domain"
    pair = (folder / "one.py", folder / "other.py")
    pair[0].write_text("import koodesk.domain.other\n", encoding="utf-8")
    pair[1].write_text("import koodesk.domain.one\n", encoding="utf-8")
    try:
        assert verdicts(copy)["no-cycles"] == "BROKEN"
    finally:
        for path in pair:
            path.unlink()
