# SPDX-License-Identifier: Apache-2.0
"""Sizes and lengths in a few characters, the same in every list."""

from __future__ import annotations


def bytes_of(size: int) -> str:
    """Say a number of bytes: whole KB below a tenth of a MB, else MB with two places."""
    return f"{size / 1_048_576:.2f} MB" if size >= 104_858 else f"{max(1, round(size / 1024))} KB"


def seconds_of(duration_ms: int) -> str:
    """Say a length as minutes and seconds."""
    seconds = round(duration_ms / 1000)
    return f"{seconds // 60:02d}:{seconds % 60:02d}"
