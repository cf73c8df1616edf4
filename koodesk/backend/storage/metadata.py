# SPDX-License-Identifier: Apache-2.0
"""The one SQLAlchemy metadata of the desk's database. Each topic declares its tables in `storage/tables/<topic>.py`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

SCHEMA_VERSION: Final = 6
"""Raised with every change of the schema; a newer database is refused, an older one walks `storage.steps`."""

APPLICATION_ID: Final = 0x4B4F4F44
"""SQLite application_id of a Koodesk workspace ("KOOD")."""

metadata: Final = MetaData()
