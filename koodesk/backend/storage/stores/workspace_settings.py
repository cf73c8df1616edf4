# SPDX-License-Identifier: Apache-2.0
"""What a workspace has set, a row a setting, and the policy of sends they come to (`ports.desk.SettingStore`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from sqlalchemy import Connection, select

from koodesk.backend.ports.desk import StoredSetting
from koodesk.backend.storage.stores.upserting import upsert
from koodesk.backend.storage.tables.desk import workspace_setting
from koodesk.domain.quiet_hours import Window, check_window


class SqlSettingStore:
    """The one implementation; holds no state."""

    def all(self, connection: Connection) -> Mapping[str, StoredSetting]:
        """Return everything that was ever set, by name. A value nobody can read counts as never set."""
        found: dict[str, StoredSetting] = {}
        for row in connection.execute(select(workspace_setting)):
            try:
                value = json.loads(row.value)
            except ValueError:
                continue
            found[row.name] = StoredSetting(value, row.by, row.at_ms)
        return found

    def put(
        self, connection: Connection, values: Mapping[str, int | str | bool], by: str, at_ms: int
    ) -> None:
        """Set some."""
        for name, value in values.items():
            given = {"value": json.dumps(value, ensure_ascii=False), "by": by, "at_ms": at_ms}
            connection.execute(
                upsert(connection, workspace_setting)
                .values(name=name, **given)
                .on_conflict_do_update(index_elements=["name"], set_=given)
            )


def hours_of_before(settings: Path) -> dict[str, int]:
    """Return the hours that a user of an earlier release had set for herself, which then are the workspace's own; nothing
    where she had set none."""
    try:
        told = json.loads(settings.read_text("utf-8"))["settings"]
        found = [told[name].split(":") for name in ("window_start", "window_end")]
        start, end = (int(hour) * 60 + int(minute) for hour, minute in found)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}
    return (
        {} if check_window(Window(start, end), promotion=True) else {"hours_start": start, "hours_end": end}
    )
