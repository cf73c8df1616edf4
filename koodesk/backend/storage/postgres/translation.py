# SPDX-License-Identifier: Apache-2.0
"""The stores' SQL as PostgreSQL reads it.

The statements of `stores` are written once, in the words both databases have. What is left of SQLite's own is turned
here, word for word and outside of quotes: marks of parameters, hints to a planner that PostgreSQL does not need, and
names of functions, which `functions` gives to the database. A statement is turned once a process.

Not turned, and therefore kept out of the stores (`tests/backend/storage/postgres` looks for them): a comparison used as
a number, a subquery without a name, a column without its table in ON CONFLICT DO UPDATE, last_insert_rowid().
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

_QUOTED: Final = re.compile(r"""('(?:[^']|'')*'|"(?:[^"]|"")*"|--[^\n]*)""")

_WORDS: Final = (
    # Planner hints: the order of a CROSS JOIN is kept by SQLite, and only by it.
    (re.compile(r"\bCROSS JOIN\b"), "JOIN"),
    (re.compile(r"\bINDEXED BY \w+"), ""),
    (re.compile(r"\btemp\.(\w+)"), r"pg_temp.\1"),
    (re.compile(r"\bINTEGER PRIMARY KEY\b"), "BIGSERIAL PRIMARY KEY"),
    (re.compile(r"\bINTEGER\b"), "BIGINT"),
    (re.compile(r"\bIS NOT (?=[?:'\d(]|$)"), "IS DISTINCT FROM "),
    (re.compile(r"\bIS (?=[?:'\d(]|$)"), "IS NOT DISTINCT FROM "),
    (re.compile(r"\bjson_each\("), "koodesk_each("),
    (re.compile(r"\bjson_extract\("), "koodesk_extract("),
    (re.compile(r"\bjson_remove\("), "koodesk_remove("),
    (re.compile(r"\bjson_array\("), "koodesk_array("),
    (re.compile(r"\bjson\("), "koodesk_json("),
    (re.compile(r"\bgroup_concat\("), "string_agg("),
    (re.compile(r"\bchar\("), "chr("),
)
_IGNORE: Final = re.compile(r"\bINSERT OR IGNORE\b")
_NUMBERED: Final = re.compile(r"\?(\d+)")
_NAMED: Final = re.compile(r"(?<![:\w]):([a-z_]\w*)")

_TRIGGER: Final = re.compile(
    r"CREATE TRIGGER (?P<name>\w+)\s+(?P<when>BEFORE|AFTER) (?P<verb>INSERT|UPDATE|DELETE)(?P<of> OF [\w\s,\"]+?)?"
    r"\s+ON (?P<table>\w+)\s+(?:WHEN (?P<condition>.+?)\s+)?BEGIN (?P<body>.+?);?\s*END\s*$",
    re.DOTALL,
)
_REFUSES: Final = re.compile(r"SELECT RAISE\(ABORT, ('(?:[^']|'')*')\)")
_VIRTUAL: Final = re.compile(r"CREATE VIRTUAL TABLE (\w+) USING fts5")


@lru_cache(maxsize=2_048)
def translated(statement: str) -> tuple[str, bool]:
    """Return a statement in PostgreSQL's words, its parameters as psycopg marks them, and whether they are numbered
    (`?1`): those are handed over by name (`numbered`)."""
    parts = _QUOTED.split(statement)
    ignores = numbered = False
    for place in range(0, len(parts), 2):
        part = parts[place]
        for pattern, word in _WORDS:
            # What follows IS may be a quoted text: the part ends there.
            part = pattern.sub(word, part)
        if _IGNORE.search(part):
            ignores, part = True, _IGNORE.sub("INSERT", part)
        numbered = numbered or _NUMBERED.search(part) is not None
        part = _NUMBERED.sub(r"%(p\1)s", part.replace("%", "%%"))
        parts[place] = _NAMED.sub(r"%(\1)s", part.replace("?", "%s"))
    for place in range(1, len(parts), 2):
        parts[place] = parts[place].replace("%", "%%")
    return "".join(parts) + (" ON CONFLICT DO NOTHING" if ignores else ""), numbered


def numbered(values: tuple[Any, ...]) -> dict[str, Any]:
    """Return the values of `?1`, `?2`, ... by the names `translated` gave them."""
    return {f"p{place}": value for place, value in enumerate(values, 1)}


def definition(statement: str) -> str:
    """Return a statement that defines a trigger or the index of the search as PostgreSQL has it; others as they are.

    A trigger's body becomes a function of the trigger's name. A refusal has the class of a broken constraint, as in SQLite.
    """
    statement = statement.strip()
    found = _VIRTUAL.match(statement)
    if found:
        name = found[1]
        return (
            f"CREATE TABLE {name} (rowid BIGINT PRIMARY KEY, tokens TSVECTOR NOT NULL); "
            f"CREATE INDEX {name}_tokens ON {name} USING gin (tokens)"
        )
    found = _TRIGGER.match(statement)
    if not found:
        return statement
    name, body = found["name"], found["body"].strip()
    refuses = _REFUSES.fullmatch(body)
    if refuses:
        message = refuses[1]
        body = f"RAISE EXCEPTION USING MESSAGE = {message}, ERRCODE = 'restrict_violation'"
    body = f"{_plain(body)};"
    if found["condition"]:
        body = f"IF {_plain(found['condition'])} THEN {body} END IF;"
    returned = "OLD" if found["verb"] == "DELETE" else "NEW"
    return (
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN {body} RETURN {returned}; END $body$; "
        f"CREATE TRIGGER {name} {found['when']} {found['verb']}{found['of'] or ''} ON {found['table']} "
        f"FOR EACH ROW EXECUTE FUNCTION {name}()"
    )


def _plain(words: str) -> str:
    """Translate words that hold no parameters."""
    return translated(words)[0].replace("%%", "%")
