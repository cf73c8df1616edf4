# SPDX-License-Identifier: Apache-2.0
"""Which function carries out which operation, by the SDK's own names."""

from __future__ import annotations

from koodesk.engine.cloud import sending
from koodesk.engine.cloud.call import Handler

TOPICS = (sending,)


def handlers() -> dict[str, Handler]:
    """Return every handler by its operation."""
    return {name: handler for topic in TOPICS for name, handler in topic.HANDLERS.items()}
