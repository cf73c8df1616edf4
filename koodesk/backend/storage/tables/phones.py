# SPDX-License-Identifier: Apache-2.0
"""The table of phones on the desk (终端). One of each vendor stands there from the beginning (`own` 0) and stays."""

from __future__ import annotations

from typing import Final

from sqlalchemy import DDL, BigInteger, Column, Integer, Table, Text, event

from koodesk.backend.storage.metadata import metadata

phone: Final = Table(
    "phone",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", Text, nullable=False),
    Column("vendor", Text, nullable=False),
    Column("carrier", Text, nullable=False),
    Column("region", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("own", Integer, nullable=False),
    Column("created_ms", BigInteger, nullable=False),
    sqlite_autoincrement=True,
)

phone_read: Final = Table(
    "phone_read",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
"""Messages that somebody opened on a phone of the desk, whatever it reported: a video SMS and a plain SMS report nothing."""

FIRST_PHONES: Final = (
    "INSERT INTO phone (name, vendor, carrier, region, number, own, created_ms) VALUES "
    "('', 'HUAWEI', '', '', 0, 0, 0), ('', 'XIAOMI', '', '', 0, 0, 0), ('', 'OPPO', '', '', 0, 0, 0), "
    "('', 'VIVO', '', '', 0, 0, 0), ('', 'MEIZU', '', '', 0, 0, 0), ('', 'SAMSUNG', '', '', 0, 0, 0)"
)
"""The phones of a new workspace: named after their vendor, without a number."""

event.listen(phone, "after_create", DDL(FIRST_PHONES))  # type: ignore[no-untyped-call]  # DDL() carries no annotations
