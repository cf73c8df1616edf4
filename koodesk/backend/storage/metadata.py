# SPDX-License-Identifier: Apache-2.0
"""The one SQLAlchemy metadata of the desk's database. Each topic declares its tables in `storage/tables/<topic>.py`."""

from __future__ import annotations

from typing import Final

from sqlalchemy import MetaData

metadata: Final = MetaData()
