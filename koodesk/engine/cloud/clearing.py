# SPDX-License-Identifier: Apache-2.0
"""What a send names: the SMS template by its id, and channel number, signature and application that must belong to it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import orjson

from koodesk.domain.review_state import ReviewKind
from koodesk.domain.sms import VariableType, places
from koodesk.engine.cloud.errors import refusal
from koodesk.engine.cloud.ids import record
from koodesk.engine.errors import ApiError

_NUMBER: Final = re.compile(r"(?:\+?86|0086)?(1\d{10})", re.ASCII)


@dataclass(frozen=True, slots=True)
class SmsTemplate:
    """An approved SMS template: the ref it was handed in under, its signature, channel number and application, and the
    numbers of its variables in the order of the text, those that are filled with the link apart."""

    ref: str
    signature: str
    channel: str
    app: str
    order: tuple[int, ...]
    links: frozenset[int]

    @property
    def asked(self) -> tuple[int, ...]:
        """Return the variables that a recipient's `sms_params` fill, in their order."""
        return tuple(one for one in self.order if one not in self.links)

    def values(self, given: list[str]) -> dict[str, str]:
        """Return the values of the variables by number. Raises ApiError (KM.00001376) when their number is another."""
        if len(given) != len(self.asked):
            raise refusal("KM.00001376", limit=len(self.asked), actual=len(given))
        return {str(number): value for number, value in zip(self.asked, given, strict=True)}


def sms_template(connection: Any, template_id: str) -> SmsTemplate:
    """Return what is approved under an id. Raises ApiError (400) when nothing is."""
    try:
        found = record(connection, ReviewKind.SMS_TEMPLATE, template_id)
    except ApiError:
        raise refusal("E200030", template=template_id) from None
    row = connection.execute(
        "SELECT body FROM review WHERE kind = 'sms_template' AND ref = ? AND state = 'approved' ORDER BY id DESC LIMIT 1",
        (found["ref"],),
    ).fetchone()
    if row is None:
        raise refusal("E200030", template=template_id)
    body = orjson.loads(row[0])
    types = {int(one["number"]): str(one["type"]) for one in body["variables"]}
    order = tuple(dict.fromkeys(places(str(body["content"]))))
    links = frozenset(number for number in order if types.get(number) == VariableType.NEWTEXT.value)
    return SmsTemplate(
        found["ref"],
        str(body["signature"]),
        channel_of(connection, body["signature"]),
        str(body["app"]),
        order,
        links,
    )


def channel_of(connection: Any, signature: str) -> str:
    """Return the channel number of a signature, empty while it has none."""
    row = connection.execute(
        "SELECT channel_num FROM review WHERE kind = 'sms_signature' AND state = 'approved' "
        "AND json_extract(body, '$.name') = ? ORDER BY id DESC LIMIT 1",
        (signature,),
    ).fetchone()
    return str(row[0]) if row else ""


def mobile(text: str) -> int | str:
    """Return the eleven digits of a number, with or without the country's code; what is no number stays as it is, to be
    refused with the others."""
    found = _NUMBER.fullmatch(text.strip())
    return int(found[1]) if found else text
