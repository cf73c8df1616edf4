# SPDX-License-Identifier: Apache-2.0
"""Handing records in for review over the cloud's API: each way of writing one is a review like the desk's."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from koodesk.domain.review_state import ReviewKind
from koodesk.engine import reviews
from koodesk.engine.cloud.call import Call


def hand_in(
    call: Call, kind: ReviewKind, ref: str, body: dict[str, Any], parties: tuple[str, ...] = ()
) -> dict[str, Any]:
    """Hand a record in; the same content under the same ref is the same review. Raises ApiError."""
    digest = hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()
    given = {"kind": kind.value, "ref": ref, "digest": digest, "vendors": list(parties), "body": body}
    return reviews.submit(call.connection, given, call.settings, call.now_ms)


def why(found: dict[str, Any]) -> str:
    """Return why a review was refused, as the platform has a field for: the reviewer's words, else the codes."""
    return "; ".join(str(one["text"] or one["code"]) for one in found["reasons"])
