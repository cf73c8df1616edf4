# SPDX-License-Identifier: Apache-2.0
"""The local engine, brought up by commands that hand in or send, where it is what the workspace speaks to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from koodesk.domain.platform import Platform

if TYPE_CHECKING:  # a command's help is shown without loading the service
    from koodesk.backend.service import Service


def bring_up(service: Service) -> None:
    """Start the local engine unless it runs; nothing at the real cloud. Raises Refused (engine.*)."""
    if service.platform.opened_for is Platform.LOCAL:
        service.engine.ensure_running()
