# SPDX-License-Identifier: Apache-2.0
"""What says of a file that it is a workspace of Koodesk, and of which release: apart from the tables, for who needs none."""

from __future__ import annotations

from typing import Final

SCHEMA_VERSION: Final = 6
"""Raised with every change of the schema; a newer database is refused, an older one walks `storage.steps`."""

APPLICATION_ID: Final = 0x4B4F4F44
"""SQLite application_id of a Koodesk workspace ("KOOD")."""
