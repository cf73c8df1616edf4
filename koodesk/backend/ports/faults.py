# SPDX-License-Identifier: Apache-2.0
"""Fault scripts as the local engine has them."""

from __future__ import annotations

from dataclasses import dataclass

from koodesk.domain.fault_script import FaultScript


@dataclass(frozen=True, slots=True)
class FaultsInForce:
    """The fault script in force and since when by the engine's clock; one without rules means that the engine behaves."""

    script: FaultScript
    since_ms: int
