# SPDX-License-Identifier: Apache-2.0
"""What screens show of the local engine beside its own values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FaultText:
    """A fault script as somebody wrote it: its file's name and its text."""

    name: str
    text: str
