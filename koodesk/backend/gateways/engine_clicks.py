# SPDX-License-Identifier: Apache-2.0
"""The local engine's clicks on service accounts. Translation only."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from koodesk.backend.gateways.engine_http import EngineHttp
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.service_clicks import ServiceClick
from koodesk.domain.problem import Refused, problem


class EngineClicks:
    """Implements `ports.service_clicks.ClickGateway`."""

    name: Final = "local"

    def __init__(self, endpoint: Callable[[], Endpoint]) -> None:
        self._http = EngineHttp(endpoint)

    def close(self) -> None:
        """Close the connections of every thread."""
        self._http.close()

    def clicks(self, after: int, limit: int) -> tuple[ServiceClick, ...]:
        """Return clicks numbered after `after`. Raises Refused (gateway.unreachable)."""
        page = self._http.ask("GET", f"/engine/v1/sa-clicks?after={after}&limit={limit}")
        try:
            return tuple(_click(*item) for item in page["items"])
        except (KeyError, TypeError, ValueError) as broken:
            raise Refused(problem("gateway.unreachable", gateway=self.name, reason="unreadable")) from broken


def _click(id_: Any, pub: Any, kind: Any, item: Any, billed: Any, message: Any, at_ms: Any) -> ServiceClick:
    return ServiceClick(int(id_), str(pub), str(kind), str(item), bool(billed), str(message), int(at_ms))
