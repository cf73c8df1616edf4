# SPDX-License-Identifier: Apache-2.0
"""Digests: the identity of a revision.

Two templates with equal digests are the same card, whenever and wherever they were saved; what was filed for review is
named by its digest, so "changed since the review" is one comparison.
"""

from __future__ import annotations

import hashlib
import json

from koodesk.domain.codec import encode
from koodesk.domain.template import Template


def canonical(value: object) -> bytes:
    """Return JSON values as the one byte string they have: keys sorted, no spaces, UTF-8."""
    return json.dumps(
        value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    ).encode()


def content_digest(data: bytes) -> str:
    """Return the lower-case hex SHA-256 of a file's bytes: the name of a material."""
    return hashlib.sha256(data).hexdigest()


def template_digest(template: Template) -> str:
    """Return the lower-case hex SHA-256 of a template's canonical JSON."""
    return content_digest(canonical(encode(template)))
