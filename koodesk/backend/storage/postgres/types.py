# SPDX-License-Identifier: Apache-2.0
"""How the columns of `tables` are made in PostgreSQL: whole numbers have 64 bits, as SQLite's have, and text is compared by
its signs' numbers, not by a language. Importing this module says so to SQLAlchemy."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Integer, Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.schema import CreateColumn


@compiles(Integer, "postgresql")
def _integer(_type: Integer, _compiler: Any, **_: Any) -> str:
    return "BIGINT"


@compiles(Text, "postgresql")
def _text(_type: Text, _compiler: Any, **_: Any) -> str:
    return 'TEXT COLLATE "C"'


@compiles(CreateColumn, "postgresql")
def _column(element: CreateColumn, compiler: Any, **more: Any) -> Any:
    made = compiler.visit_create_column(element, **more)
    return made and made.replace(" SERIAL", " BIGSERIAL")
