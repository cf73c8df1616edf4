# SPDX-License-Identifier: Apache-2.0
"""Which channel number and application a text message template belongs to; asked once for each and kept.

A send task names template, signature, application and channel number, and all four have to match. The template knows its
application, the signature its channel number, which operations set up after the signature was approved (facts 4.2).
"""

from __future__ import annotations

import threading
from typing import Any, Final

from koodesk.backend.gateways.cloud.client import CloudQuestions
from koodesk.backend.gateways.cloud.smart import SmsChannel

_PAGE: Final = 100


class ChannelUnknown(Exception):
    """The platform knows no such template, or its signature has no channel number yet; `code` says which."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Channels:
    """Finds channels. Safe to use from several threads; two that ask at once both ask the platform."""

    def __init__(self, client: CloudQuestions) -> None:
        self._client = client
        self._lock = threading.Lock()
        self._known: dict[tuple[str, str], SmsChannel] = {}

    def of(self, template_id: str, signature: str) -> SmsChannel:
        """Return the channel. Raises ChannelUnknown, and what a call raises."""
        with self._lock:
            known = self._known.get((template_id, signature))
        if known is not None:
            return known
        template = self._one("list_aim_msg_template", "template_id", template_id, template_id=template_id)
        if template is None:
            raise ChannelUnknown("sms_template_unknown")
        app = str(template.get("app_name") or "")
        # The SDK declares this one offset as text.
        sign = self._one(
            "list_aim_msg_signature",
            "signature_name",
            signature,
            offset="0",
            signature_name=signature,
            app_name=app,
        )
        number = str((sign or {}).get("channel_num") or "")
        if not (app and number):
            raise ChannelUnknown("channel_not_set_up")
        channel = SmsChannel(number, app)
        with self._lock:
            self._known[template_id, signature] = channel
        return channel

    def _one(self, operation: str, name: str, value: str, **where: object) -> dict[str, Any] | None:
        """Return the row of a list whose field is exactly the value: the platform's own filter may match a part."""
        told = self._client.ask(operation, **{"offset": 0, "limit": _PAGE, **where})
        rows = told.get("result") or ()
        return next((row for row in rows if isinstance(row, dict) and row.get(name) == value), None)
