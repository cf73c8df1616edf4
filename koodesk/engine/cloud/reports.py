# SPDX-License-Identifier: Apache-2.0
"""Reports over the cloud's API, counted anew from what messages came to.

The send report is by day or month and template, of the day a task was handed in. The template report counts what phones told by
the day it happened, and knows a day only from 16:00 of the next one on (facts 4.5). Days are Beijing's.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.checking import milliseconds
from koodesk.engine.cloud.errors import wrong_field
from koodesk.engine.cloud.paging import DAY_MS, WEEK_MS, YEAR_MS, iso, page_of, window_of
from koodesk.engine.cloud.sending import NOT_JUDGED
from koodesk.engine.cloud.tasks import Task, card_name, counts, numbered, tasks
from koodesk.engine.delivery import CLICKED, EXPOSED, SHORTCHAIN
from koodesk.engine.envelope import SmartBatch
from koodesk.engine.handsets import Handsets
from koodesk.engine.receipts import events

LONGEST_MS: Final = 90 * DAY_MS
_BEIJING_MS: Final = 8 * 3_600_000
_READY_MS: Final = 16 * 3_600_000
_MONTHLY: Final = "2"


def send_reports(call: Call) -> dict[str, Any]:
    """Return how far sends came, the newest day first; of the last seven days when no window is given."""
    given, page = call.body, page_of(call)
    found = tasks(call.connection, ("smart",), window_of(call, WEEK_MS), template=given.get("tpl_id", ""))
    if "tpl_name" in given:
        found = [one for one in found if given["tpl_name"] in card_name(call.connection, one.template)]
    form = "%Y-%m" if given.get("report_type") == _MONTHLY else "%Y-%m-%d"
    rows: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for one in found:
        counted = counts(call.connection, one, call.now_ms)
        rows[_day(one.at_ms, form), one.template].update(
            submission_count=one.submitted,
            send_count=one.accepted,
            send_success_count=counted.delivered,
            resolve_success_count=counted.resolved,
        )
    told = [
        {
            "report_time": day,
            "tpl_id": template,
            "tpl_name": card_name(call.connection, template),
            "support_resolve_count": NOT_JUDGED,
            **rows[day, template],
        }
        for day, template in sorted(rows, reverse=True)
    ]
    data = {"data_list": [] if page.too_deep else list(page.of(told)), "page_info": page.info(len(told))}
    return {"status": "200", "message": "success", "data": data}


@dataclass(slots=True)
class _Seen:
    """What phones told of one card."""

    resolved: int = 0
    exposed: Counter[int] = field(default_factory=Counter)
    clicked: Counter[int] = field(default_factory=Counter)


def template_reports(call: Call) -> dict[str, Any]:
    """Return what became of cards within at most 90 days, one row each; nothing when more is asked for."""
    given, page = call.body, page_of(call)
    begin, end = milliseconds(given["begin_time"]), milliseconds(given["end_time"])
    if begin > end:
        raise wrong_field("begin_time", expected="not after end_time")
    wanted = list(dict.fromkeys(given["tpl_ids"]))
    if end - begin > LONGEST_MS:
        return {"template_reports": [], "page_info": page.info(0)}
    vendors = frozenset(name.upper() for name in given.get("factory_type", ()))
    last = min(end, _ready_until(call.now_ms) - 1)
    seen = {tpl_id: _seen(call, tpl_id, begin, last, vendors) for tpl_id in wanted}
    told = [
        {
            "tpl_id": tpl_id,
            "start_time": iso(begin),
            "end_time": iso(end),
            "resolving_times": one.resolved,
            "expose_uv": len(one.exposed),
            "expose_pv": one.exposed.total(),
            "click_uv": len(one.clicked),
            "click_pv": one.clicked.total(),
        }
        for tpl_id, one in seen.items()
    ]
    return {"template_reports": list(page.of(told)), "page_info": page.info(len(told))}


def _seen(call: Call, tpl_id: str, begin: int, last: int, vendors: frozenset[str]) -> _Seen:
    found = _Seen()
    # A message may be opened days after it was sent, a year after it by nobody.
    for task in tasks(call.connection, ("smart",), (begin - YEAR_MS, last), template=tpl_id):
        mine = _messages_of(call, task, vendors) if vendors else None
        for message, kind, _status, _code, at_ms in events(call.connection, task.batch_id, call.now_ms):
            if not begin <= at_ms <= last or (mine is not None and message not in mine):
                continue
            if kind == SHORTCHAIN:
                found.resolved += 1
            elif kind == EXPOSED:
                found.exposed[message] += 1
            elif kind == CLICKED:
                found.clicked[message] += 1
    return found


def _messages_of(call: Call, task: Task, vendors: frozenset[str]) -> frozenset[int]:
    """Return the messages of a task whose phones are of some vendors."""
    batch, _refused = call.acceptance.request(call.connection, task.batch_id)
    if not isinstance(batch, SmartBatch):
        return frozenset()
    vendor = Handsets(call.settings.seed, call.settings.vendor_mix).vendor
    return frozenset(
        message
        for place, message, _code in numbered(task, task.submitted)
        if message is not None and vendor(batch.recipients[place][0]) in vendors
    )


def _ready_until(now_ms: int) -> int:
    """Return the end of the last day whose data is ready: a day's is from 16:00 of the next."""
    local = now_ms + _BEIJING_MS - _READY_MS
    return local - local % DAY_MS - _BEIJING_MS


def _day(at_ms: int, form: str) -> str:
    return (datetime.fromtimestamp(at_ms / 1000, UTC) + timedelta(hours=8)).strftime(form)


HANDLERS: Final[dict[str, Handler]] = {
    "list_aim_send_reports": send_reports,
    "list_aim_template_reports": template_reports,
}
