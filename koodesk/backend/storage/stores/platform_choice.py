# SPDX-License-Identifier: Apache-2.0
"""Which platform a workspace speaks to, for whoever only asks: a worker starts without the tables that a switch moves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from koodesk.domain.platform import SETTING, Platform, read_platform

if TYPE_CHECKING:
    from sqlalchemy import Connection


def chosen_platform(connection: Connection) -> Platform:
    """Return the choice, the local engine while nobody ever chose."""
    value = connection.exec_driver_sql(
        "SELECT value FROM workspace_setting WHERE name = ?", (SETTING,)
    ).scalar()
    return Platform.LOCAL if value is None else read_choice(value)


def read_choice(text: str) -> Platform:
    """Return the platform that a stored choice names."""
    try:
        return read_platform(json.loads(text))
    except ValueError:
        return Platform.LOCAL
