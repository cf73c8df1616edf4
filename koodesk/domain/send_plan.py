# SPDX-License-Identifier: Apache-2.0
"""Send plans (发送计划): the send form as a TOML file, for who sends the same kind of campaign again and again.

    kind = "smart"                  # or "video", or "plain"
    name = "{file} {date}"          # {file}: the number file without its ending; {date}: the day in Beijing
    template = "新年红包"             # of a card, a video SMS, or of the plain SMS itself, by name or id
    sms_template = "新年短信"         # by name or id; smart messages only
    audience = "号码.xlsx"           # beside the plan; left out in a watched folder, where any file may come
    consent = "会员入会协议"
    start_at = 2026-12-01T09:00:00+08:00
    hours = "09:00-20:00"
    budget = "120.00"
    [sms_values]
    2 = "CODE"

A plan says how to send and never sends: what comes of it waits for a person who confirms it.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import PurePath
from typing import Final

from koodesk.domain.billing.money import read_yuan
from koodesk.domain.campaign import NAME_LIMIT, VALIDITY_DAYS, CampaignKind
from koodesk.domain.problem import Refused, problem
from koodesk.domain.quiet_hours import BEIJING_OFFSET_MS, DAY_MINUTES, Window
from koodesk.domain.recipient import Fallback
from koodesk.domain.strict_table import Table
from koodesk.domain.video_send import LONGEST_HOURS

FILE: Final = "plan.toml"
"""The plan of a watched folder."""

LONGEST_PLAN: Final = 65_536
"""Longest text of a plan, in characters. Koodesk's own."""

TOKEN_LEAST: Final = 12
"""Fewest signs of a token that name it: 48 bits of the digest of what is confirmed."""

_LONGEST: Final = 200
_LONGEST_URL: Final = 2_048
_MOST_RATE: Final = 1_000_000
_HOURS: Final = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])", re.ASCII)
_SMART_ONLY: Final = ("sms_template", "fallback", "fallback_template", "validity_days", "domain", "jump_url")


class Origin(StrEnum):
    """Where a send that waits for a person came from."""

    PLAN = "plan"
    WATCH = "watch"


@dataclass(frozen=True, slots=True)
class SendPlan:
    """How to send. Templates are named by name or id; `audience` is a file's name beside the plan, "" for any file.

    `budget` is in thousandths of a fen, instants are ms; the rest means what it means in the send form (`campaign.CampaignDraft`,
    `video_send.VideoSendDraft`, `plain_send.PlainSendDraft`)."""

    kind: CampaignKind
    template: str
    name: str = "{file}"
    sms_template: str = ""
    audience: str = ""
    consent: str = ""
    fallback: Fallback = Fallback.NONE
    fallback_template: str = ""
    validity_days: int = 7
    expiration_hours: int = LONGEST_HOURS
    start_at_ms: int = 0
    not_after_ms: int = 0
    hours: Window | None = None
    rate: int = 0
    budget: int = 0
    sms_values: tuple[tuple[str, str], ...] = ()
    domain: str = ""
    jump_url: str = ""

    def task_name(self, audience: str, now_ms: int) -> str:
        """Return the task's name for a number file at an instant, cut to what a name may have."""
        day = datetime.fromtimestamp(now_ms / 1000, UTC) + timedelta(milliseconds=BEIJING_OFFSET_MS)
        words = {"file": PurePath(audience).stem, "date": f"{day:%Y-%m-%d}"}
        # One pass: a file whose name looks like a place stays what it is.
        return re.sub(r"\{(file|date)\}", lambda found: words[found[1]], self.name)[:NAME_LIMIT]


def read_send_plan(text: str, file: str = FILE) -> SendPlan:
    """Read a plan. Raises Refused (plan.*, data.*) naming the file and the key that is wrong."""
    if len(text) > LONGEST_PLAN:
        raise Refused(problem("plan.too_long", "plan", file=file, limit=LONGEST_PLAN, actual=len(text)))
    try:
        data = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as broken:
        raise Refused(problem("plan.not_toml", "plan", file=file, detail=str(broken)[:_LONGEST])) from broken
    table = Table(data, file)
    kind = (
        table.one_of("kind", {one.value: one for one in CampaignKind})
        if table.has("kind")
        else CampaignKind.SMART
    )
    plan = SendPlan(
        kind=kind,
        template=_named(table, "template"),
        name=_name(table),
        audience=_file_name(table),
        consent=table.text("consent", "", longest=_LONGEST).strip(),
        start_at_ms=_instant(table, "start_at"),
        not_after_ms=_instant(table, "not_after"),
        hours=_hours(table),
        rate=table.integer("rate", 0, _MOST_RATE, 0),
        budget=_budget(table),
    )
    plan = _OF_KIND[kind](table, plan)
    table.close()
    return plan


def _smart(table: Table, plan: SendPlan) -> SendPlan:
    least, most = VALIDITY_DAYS
    fallback = Fallback.NONE
    if table.has("fallback"):
        fallback = table.one_of("fallback", {one.value: one for one in Fallback})
    basic = fallback is Fallback.BASIC
    if basic is not table.has("fallback_template"):
        table.refuse("plan.fallback", "fallback_template", fallback=fallback.value)
    values = table.table_or_none("sms_values")
    return replace(
        plan,
        sms_template=_named(table, "sms_template"),
        fallback=fallback,
        fallback_template=_named(table, "fallback_template") if basic else "",
        validity_days=table.integer("validity_days", least, most, 7),
        sms_values=() if values is None else _values(values),
        domain=table.text("domain", "", longest=_LONGEST),
        jump_url=table.text("jump_url", "", longest=_LONGEST_URL),
    )


def _video(table: Table, plan: SendPlan) -> SendPlan:
    _without(table, *_SMART_ONLY, "sms_values")
    return replace(plan, expiration_hours=table.integer("expiration_hours", 1, LONGEST_HOURS, LONGEST_HOURS))


def _plain(table: Table, plan: SendPlan) -> SendPlan:
    _without(table, *_SMART_ONLY)
    values = table.table_or_none("sms_values")
    return replace(plan, sms_values=() if values is None else _values(values))


_OF_KIND: Final[Mapping[CampaignKind, Callable[[Table, SendPlan], SendPlan]]] = {
    CampaignKind.SMART: _smart,
    CampaignKind.VIDEO: _video,
    CampaignKind.PLAIN: _plain,
}


def _without(table: Table, *names: str) -> None:
    for name in names:
        if table.has(name):
            table.refuse("plan.smart_only", name)


def _named(table: Table, name: str) -> str:
    """Return a name or an id; an id may be written as a number."""
    value = table.value(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return table.filled(name, longest=_LONGEST).strip()


def _name(table: Table) -> str:
    name = table.filled("name", longest=_LONGEST).strip() if table.has("name") else "{file}"
    unknown = re.search(r"\{(?!(?:file|date)\})[^{}]*\}", name)
    if unknown:
        table.refuse("plan.name_place", "name", actual=unknown[0][:_LONGEST])
    return name


def _file_name(table: Table) -> str:
    """Return the name of a file beside the plan: no folder, nothing that leads elsewhere."""
    name = table.text("audience", "", longest=_LONGEST)
    if name and (name != PurePath(name).name or "\\" in name or name in (".", "..")):
        table.refuse("plan.audience", "audience", actual=name)
    return name


def _instant(table: Table, name: str) -> int:
    if not table.has(name):
        return 0
    value = table.value(name)
    if not isinstance(value, datetime) or value.tzinfo is None:
        table.refuse("plan.instant", name)
    return int(value.timestamp() * 1000)


def _hours(table: Table) -> Window | None:
    if not table.has("hours"):
        return None
    text = table.text("hours", longest=_LONGEST)
    found = _HOURS.fullmatch(text)
    window = Window(int(found[1]) * 60 + int(found[2]), int(found[3]) * 60 + int(found[4])) if found else None
    if window is None or not window.start < window.end <= DAY_MINUTES:
        table.refuse("plan.hours", "hours", actual=text)
    return window


def _budget(table: Table) -> int:
    if not table.has("budget"):
        return 0
    text = table.text("budget", longest=20)
    try:
        return read_yuan(text, "budget")
    except Refused:
        table.refuse("plan.budget", "budget", actual=text)


def _values(table: Table) -> tuple[tuple[str, str], ...]:
    for name in table.names():
        if not re.fullmatch(r"[1-9][0-9]?", name, re.ASCII):
            table.refuse("plan.variable", name[:_LONGEST])
    return tuple(sorted((name, table.text(name, longest=_LONGEST)) for name in table.names()))


# --- a watched folder ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of a watched folder as it was when somebody looked."""

    name: str
    size: int
    changed_ns: int


NUMBER_FILES: Final = (".xlsx",)
_UNFINISHED: Final = (".", "~$")
"""How the names begin of what another program still writes: hidden files, and Excel's own locks."""


def settled(before: Mapping[str, Seen], now: Mapping[str, Seen]) -> tuple[str, ...]:
    """Return the number files that were the same when somebody last looked, in the order of their names.

    A file that is still being copied grows, or its time changes; one that is empty is not written yet.
    """
    return tuple(
        sorted(
            name
            for name, seen in now.items()
            if seen.size
            and before.get(name) == seen
            and name.lower().endswith(NUMBER_FILES)
            and not name.startswith(_UNFINISHED)
        )
    )
