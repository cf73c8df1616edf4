# SPDX-License-Identifier: Apache-2.0
"""Which function carries out which operation, by the SDK's own names."""

from __future__ import annotations

from koodesk.engine.cloud import (
    account_parts,
    accounts,
    callbacks,
    materials,
    plain_sms,
    ports,
    reports,
    resolve,
    sending,
    sms_records,
    templates,
    video,
)
from koodesk.engine.cloud.call import Handler

TOPICS = (
    sending,
    reports,
    templates,
    materials,
    resolve,
    callbacks,
    video,
    sms_records,
    plain_sms,
    accounts,
    account_parts,
    ports,
)


def handlers() -> dict[str, Handler]:
    """Return every handler by its operation."""
    return {name: handler for topic in TOPICS for name, handler in topic.HANDLERS.items()}
