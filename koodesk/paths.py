# SPDX-License-Identifier: Apache-2.0
"""Where Koodesk's own files lie, and where a user's go when she names no place. Asked once, handed down."""

from __future__ import annotations

from pathlib import Path

import platformdirs


def resources() -> Path:
    """Return the folder of rules, fonts, icons and texts: beside the package in a checkout, inside it when installed.

    Raises FileNotFoundError when the installation is incomplete.
    """
    package = Path(__file__).resolve().parent
    for candidate in (package.parent / "resources", package / "resources"):
        if (candidate / "rules").is_dir():
            return candidate
    raise FileNotFoundError("resources")


def default_workspace() -> Path:
    """Return the workspace opened when none is named."""
    return Path(platformdirs.user_data_dir("Koodesk", appauthor=False)) / "workspace"


def sample_workspace() -> Path:
    """Return the workspace that `--sample` opens: real, but apart from the user's own work."""
    return Path(platformdirs.user_data_dir("Koodesk", appauthor=False)) / "sample"


def worker_marks() -> Path:
    """Return the folder of the marks that workers leave apart from their workspaces (`sending.fence`); it need not be there."""
    return Path(platformdirs.user_state_dir("Koodesk", appauthor=False)) / "workers"


def machine_mark() -> Path:
    """Return the file that tells this user on this machine from others (`storage.export_place`); it need not be there."""
    return Path(platformdirs.user_state_dir("Koodesk", appauthor=False)) / "machine"


def installed_rules() -> Path:
    """Return the file of a rule pack the user has installed; it need not be there."""
    return Path(platformdirs.user_data_dir("Koodesk", appauthor=False)) / "installed-rules.zip"
