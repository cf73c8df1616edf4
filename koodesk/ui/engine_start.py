# SPDX-License-Identifier: Apache-2.0
"""The local engine does not answer: telling that from other trouble, and starting it from wherever that was said."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from koodesk.domain.problem import Problem

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from koodesk.backend.service import Service
    from koodesk.ui.desk import Desk

ACTION: Final = "koodesk:engine:get"
"""What one has to be allowed in order to start it."""


def is_away(problems: Iterable[Problem]) -> bool:
    """Tell whether the local engine's silence is among what went wrong."""
    return any(p.code == "gateway.unreachable" and p.param("gateway") == "local" for p in problems)


def start(desk: Desk, owner: QObject, failed: Callable[[tuple[Problem, ...]], None]) -> None:
    """Start engine and worker, where they do not run, and tell every page."""

    def up(_: object) -> None:
        desk.engine_starting = False
        desk.changed.emit("engine")

    def not_up(problems: tuple[Problem, ...]) -> None:
        desk.engine_starting = False
        failed(problems)

    desk.engine_starting = True
    desk.bridge.call(owner, lambda service, _task: _start(service), up, not_up)


def _start(service: Service) -> None:
    service.engine.ensure_running()
    service.engine.ensure_worker()
