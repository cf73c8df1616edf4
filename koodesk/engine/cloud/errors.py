# SPDX-License-Identifier: Apache-2.0
"""Refusals in the platform's shape: `{"error_code", "error_msg"}`, with the codes of `errors.toml`.

What the engine's own parts refuse with is told under the same code; its place and limit go into the sentence, because the
platform's shape has no room for them.
"""

from __future__ import annotations

from typing import Any

from koodesk.engine.cloud.spec import cloud_spec
from koodesk.engine.errors import ApiError

FIELD = "KD.CLOUD.FIELD"


def refusal(code: str, **params: str | float | bool) -> ApiError:
    """Return the refusal of a code of `errors.toml`."""
    known = cloud_spec().errors[code]
    return ApiError(known.status, code, known.en, **params)


def wrong_field(where: str, **params: str | float | bool) -> ApiError:
    """Return the refusal of one field of a request."""
    return refusal(FIELD, where=where, **params)


def told(failure: ApiError) -> dict[str, Any]:
    """Return the body of a refusal."""
    more = ", ".join(f"{name}={value}" for name, value in failure.params.items())
    return {
        "error_code": failure.code,
        "error_msg": f"{failure.message} ({more})" if more else failure.message,
    }
