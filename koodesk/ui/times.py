# SPDX-License-Identifier: Apache-2.0
"""Instants and sizes as the screens write them: Beijing time, ISO order, thousands separated."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Final

from koodesk.ui.i18n import tr

BEIJING: Final = timezone(timedelta(hours=8))


def moment(at_ms: int) -> str:
    """Write an instant, or a dash for 0 (it did not happen)."""
    if not at_ms:
        return "—"
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")


def minute(at_ms: int) -> str:
    """Write an instant without seconds, or a dash for 0."""
    return moment(at_ms)[:-3] if at_ms else "—"


def due(at_ms: int, calendar: str) -> str:
    """Write an expected instant; a star says that holidays have to do with it (`due_note`)."""
    return minute(at_ms) + (" *" if at_ms and calendar else "")


def due_note(calendar: str) -> str:
    """Say what holidays have to do with an expected instant, nothing where they have nothing to do with it."""
    return {
        "holiday": tr("已按国务院公布的放假和调休安排计算。"),
        "unknown": tr("其中有年份的放假安排尚未公布，按周一至周五估算。"),
    }.get(calendar, "")


def clock(minutes: int) -> str:
    """Write minutes of the day as hh:mm."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


def minutes_of(text: str) -> int:
    """Read hh:mm as minutes of the day; -1 for anything else."""
    hours, colon, rest = text.strip().partition(":")
    if not (
        colon and hours.isascii() and hours.isdigit() and rest.isascii() and rest.isdigit() and len(rest) == 2
    ):
        return -1
    return int(hours) * 60 + int(rest) if int(rest) < 60 else -1


def size(count: int) -> str:
    """Write a number of bytes with the largest unit that keeps it at 1 or more (1 KB = 1,024 bytes)."""
    if count >= 1_073_741_824:
        return f"{count / 1_073_741_824:.1f} GB"
    if count >= 1_048_576:
        return f"{count / 1_048_576:.1f} MB"
    if count >= 1024:
        return f"{count / 1024:.0f} KB"
    return tr("{count} 字节", count=count)
