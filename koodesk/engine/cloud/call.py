# SPDX-License-Identifier: Apache-2.0
"""What a handler of the cloud's API gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from koodesk.engine.batches import Acceptance, Refusal, nobody_else
from koodesk.engine.cloud.config import CloudConfig
from koodesk.engine.cloud.keys import Caller
from koodesk.engine.settings import EngineSettings


@dataclass(frozen=True, slots=True)
class Call:
    """One request, read and allowed, inside the store's transaction. `values` are those of path and query; `refusal` says
    whom a fault refuses."""

    connection: Any
    now_ms: int
    caller: Caller
    acceptance: Acceptance
    settings: EngineSettings
    config: CloudConfig
    values: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    refusal: Refusal = nobody_else


Handler = Callable[[Call], dict[str, Any]]
"""Carries out an operation and returns its answer."""
