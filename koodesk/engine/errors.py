# SPDX-License-Identifier: Apache-2.0
"""The one error of the engine's wire: `{"error_code", "error_msg", "params"}` with an HTTP status.

Codes are the platform's own where the facts sheet knows one (KM., E2000..), else Koodesk's ("KD."). `error_msg` is for
a log; the desk makes its sentences from code and params.
"""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """A request was refused as a whole."""

    def __init__(self, status: int, code: str, message: str, **params: str | float | bool) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status = status
        self.code = code
        self.message = message
        self.params = params

    def to_json(self) -> dict[str, Any]:
        """Return the body of the answer."""
        return {"error_code": self.code, "error_msg": self.message, "params": self.params}
