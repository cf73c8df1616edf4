# SPDX-License-Identifier: Apache-2.0
"""The index of the search in its two forms: FTS5 in SQLite, a text vector in PostgreSQL. Both are given the same tokens
(`domain.search.tokens`) and the same question (`domain.search.asked`), and find the same records.

The vector is written out with its places, so no language's rules cut or stem what is looked for. What FTS5 takes for one
letter with or without its accent is one letter there too.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Row

_FOUND: Final = (
    "SELECT e.id, e.ref, e.name, e.note FROM search_index i JOIN search_entry e ON e.id = i.rowid "
)
_FIND: Final = _FOUND + "WHERE search_index MATCH ? ORDER BY i.rowid DESC LIMIT ?"
_FIND_VECTOR: Final = (
    _FOUND + "WHERE i.tokens @@ CAST(? AS TSQUERY) AND e.kind = ? ORDER BY i.rowid DESC LIMIT ?"
)
_PUT: Final = "INSERT INTO search_index (rowid, tokens) VALUES (?, ?)"
_PUT_VECTOR: Final = "INSERT INTO search_index (rowid, tokens) VALUES (?, CAST(? AS TSVECTOR))"
_PHRASE: Final = re.compile(r'"([^"]+)"( \*)?')
_MOST_PLACES: Final = 16_000
"""A text vector counts no further than 16,383."""


def find(connection: Connection, kind: str, word: str, asked: str, limit: int) -> Sequence[Row[Any]]:
    """Return (id, ref, name, note) of the newest records of a kind, whose word in the index is `word`."""
    if connection.dialect.name == "postgresql":
        wanted = f"'{word}' & {question(asked)}"
        return connection.exec_driver_sql(_FIND_VECTOR, (wanted, kind, limit)).fetchall()
    return connection.exec_driver_sql(_FIND, (f"{word} AND {asked}", limit)).fetchall()


def put(connection: Connection, rows: Sequence[tuple[int, str]]) -> None:
    """Take records into the index: (id, tokens)."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(_PUT_VECTOR, [(number, vector(tokens)) for number, tokens in rows])
    else:
        connection.exec_driver_sql(_PUT, list(rows))


def vector(tokens: str) -> str:
    """Return tokens as a text vector is written: each once, with its places."""
    places: dict[str, list[str]] = {}
    for place, token in enumerate(tokens.split()[:_MOST_PLACES], 1):
        places.setdefault(_plain(token), []).append(str(place))
    return " ".join(f"'{token}':{','.join(at)}" for token, at in places.items() if token)


def question(asked: str) -> str:
    """Return a question to FTS5 as a question to a text vector. It holds letters, digits and the signs of `asked` only."""
    parts = []
    for phrase, begins in _PHRASE.findall(asked):
        words = [f"'{_plain(word)}'" for word in phrase.split()]
        parts.append(f"({' <-> '.join(words)}{':*' if begins else ''})")
    return " & ".join(parts)


def _plain(token: str) -> str:
    """Return a token without accents, as FTS5's tokenizer takes it."""
    bare = "".join(s for s in unicodedata.normalize("NFD", token) if not unicodedata.combining(s))
    # Only letters and digits get into tokens; a mark of the language of vectors would be the end of it.
    return unicodedata.normalize("NFC", bare).replace("'", "").replace("\\", "")
