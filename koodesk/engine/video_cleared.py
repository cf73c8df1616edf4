# SPDX-License-Identifier: Apache-2.0
"""What a video SMS may send: an approved template and the filing behind it, or why it may not; and for which numbers.

`video_cleared` refuses a batch as a whole; `VideoCleared.refusal` judges one recipient.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import orjson

from koodesk.domain.carrier import Carrier
from koodesk.domain.review_state import Verdict
from koodesk.domain.video_sms.reslist import TEXT_TYPE
from koodesk.domain.video_sms.review import AuditState, audit_state
from koodesk.domain.video_sms.template import PARAM, Channel
from koodesk.engine.errors import ApiError
from koodesk.engine.rule_book import segments

CARRIER_NOT_APPROVED: Final = "KD.CARRIER_NOT_APPROVED"
CARRIER_UNKNOWN: Final = "KD.CARRIER_UNKNOWN"
PARAM_MISSING: Final = "KD.PARAM_MISSING"
PARAM_VALUE: Final = "KD.PARAM_VALUE"

LONGEST_VALUE: Final = 256
"""Characters of one parameter's value (content_detail, facts 4.2)."""

_HEAD: Final = 10_000_000
"""What leaves the first four of a number's eleven digits: the longest segment."""


@dataclass(frozen=True, slots=True)
class VideoCleared:
    """What was found: the template, its text parameters ("p_1"), the carriers that have approved it, and whether its
    channel reaches all three."""

    template: str
    params: tuple[str, ...]
    carriers: frozenset[str]
    three: bool
    _by_head: dict[int, str] = field(default_factory=dict, compare=False, repr=False)

    def refusal(self, number: int, values: dict[str, Any]) -> str:
        """Return the code of what is wrong with one recipient, empty when nothing is. The number is a mobile number."""
        head = number // _HEAD
        code = self._by_head.get(head)
        if code is None:
            code = self._by_head[head] = self._carrier_refusal(head)
        if code:
            return code
        for name in self.params:
            value = values.get(name)
            if value is None:
                return PARAM_MISSING
            if not isinstance(value, str) or len(value) > LONGEST_VALUE:
                return PARAM_VALUE
        return ""

    def _carrier_refusal(self, head: int) -> str:
        # A segment nobody lists may belong to any carrier: a channel of three tries, a channel of one cannot.
        carrier = segments().carrier_of_head(head)
        if carrier is Carrier.UNKNOWN:
            return "" if self.three else CARRIER_UNKNOWN
        return "" if carrier.value in self.carriers else CARRIER_NOT_APPROVED

    def to_json(self) -> dict[str, Any]:
        """Return what is kept with a batch."""
        return {"template": self.template, "carriers": sorted(self.carriers), "three": self.three}


def video_cleared(connection: Any, template: str, now_ms: int, where: str = "template") -> VideoCleared:
    """Return what may be sent under a video SMS template's tpl_id. Raises ApiError (400) naming what is missing, not
    approved or over; `where` is the field of the request that names the template."""
    _check_filing(connection)
    row = connection.execute(
        "SELECT state, vendors, body FROM review WHERE kind = 'video_template' AND tpl_id = ?", (template,)
    ).fetchone()
    if row is None:
        raise ApiError(400, "KD.VIDEO_TEMPLATE_UNKNOWN", "no such template", where=where, template=template)
    state, stored, text = row
    carriers, body = orjson.loads(stored), orjson.loads(text)
    approved = {name: one for name, one in carriers.items() if one["state"] == Verdict.APPROVED.value}
    if state != Verdict.APPROVED.value:
        raise ApiError(400, "KD.VIDEO_TEMPLATE_NOT_APPROVED", "not approved", where=where, state=state)
    try:
        days, channel, texts = int(body["expiration_time"]), Channel(body["restags"]), texts_of(body)
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        # No reviewer takes such a body; a person at the review desk may.
        raise ApiError(400, "KD.VIDEO_TEMPLATE_UNREADABLE", "cannot be read", where=where) from failure
    # The last approval counts: as long as one carrier's is within its days there is somebody to send to.
    since_ms = max(int(one["decided_ms"]) for one in approved.values())
    if audit_state(Verdict.APPROVED, since_ms, days, now_ms) is AuditState.EXPIRED:
        raise ApiError(400, "KD.VIDEO_TEMPLATE_EXPIRED", "its validity is over", where=where, days=days)
    numbers = (n for words in texts for n in PARAM.findall(words))
    params = tuple(dict.fromkeys(f"p_{int(n)}" for n in numbers))
    return VideoCleared(template, params, frozenset(approved), channel.three)


def texts_of(body: dict[str, Any]) -> tuple[str, ...]:
    """Return the texts of a template that was handed in, in their order; the signature is part of the first."""
    return tuple(str(one["source"]) for one in body["reslist"] if one["res_type"] == TEXT_TYPE)


def shown(connection: Any, template: str, values: dict[str, Any]) -> dict[str, Any]:
    """Return what a phone gets under a template: title, signature, and the resources in their order with the
    parameters of the texts filled. A review's body never changes, so this is the same whenever it is asked."""
    row = connection.execute(
        "SELECT body FROM review WHERE kind = 'video_template' AND tpl_id = ?", (template,)
    ).fetchone()
    body = orjson.loads(row[0])
    resources = [
        {**one, "source": _filled(one["source"], values)} if one["res_type"] == TEXT_TYPE else one
        for one in body["reslist"]
    ]
    return {"title": body["title"], "sign": body["sign"], "resources": resources}


def carrier_of(number: int) -> str:
    """Return the carrier that issued a number, by its segment: who serves it now nobody can tell (携号转网)."""
    return segments().carrier(number).value


def _filled(text: str, values: dict[str, Any]) -> str:
    return PARAM.sub(lambda found: str(values.get(f"p_{int(found[1])}", found[0])), text)


def _check_filing(connection: Any) -> None:
    row = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'filing' AND state = 'approved' "
        "AND json_extract(body, '$.kind') = 'video_sms' LIMIT 1"
    ).fetchone()
    if row is None:
        raise ApiError(400, "KD.VIDEO_FILING_NOT_APPROVED", "no approved filing of video SMS", where="filing")
