# SPDX-License-Identifier: Apache-2.0
"""The table of the export centre: a job a row. What it may be asked for with again is in `options`, as JSON; `owner` names
the process that writes it (`ports.exports.Owners`), `stop` is somebody's wish that it end. `place` is whose disk the file goes
to, where a team's queue decides who writes it ("" on a file); `user_id` and `main` are who asked for it, beside her name."""

from __future__ import annotations

from typing import Final

from sqlalchemy import BigInteger, Column, Integer, Table, Text, text

from koodesk.backend.storage.metadata import metadata

export_job: Final = Table(
    "export_job",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("title", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("options", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("owner", Text, nullable=False),
    Column("pid", Integer, nullable=False),
    Column("rows", Integer, nullable=False),
    Column("done", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("problems", Text, nullable=False),
    Column("started_ms", BigInteger, nullable=False),
    Column("ended_ms", BigInteger, nullable=False),
    Column("stop", Integer, nullable=False, server_default=text("0")),
    Column("place", Text, nullable=False, server_default=text("''")),
    Column("user_id", Integer, nullable=False, server_default=text("0")),
    Column("main", Integer, nullable=False, server_default=text("0")),
    sqlite_autoincrement=True,
)
