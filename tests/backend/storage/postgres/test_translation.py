# SPDX-License-Identifier: Apache-2.0
"""What is turned into PostgreSQL's words, and what is left as it is."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import koodesk.backend.storage.stores as stores
from koodesk.backend.storage.postgres.translation import definition, numbered, translated
from koodesk.backend.storage.stores.search_index import question, vector
from koodesk.domain.search import asked, tokens


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("SELECT a FROM t WHERE b = ? AND c = ?", "SELECT a FROM t WHERE b = %s AND c = %s"),
        ("SELECT ?2, ?1, ?2", "SELECT %(p2)s, %(p1)s, %(p2)s"),
        ("SELECT :from_day, a::text, :b", "SELECT %(from_day)s, a::text, %(b)s"),
        ("SELECT n % 10 FROM t WHERE m LIKE ? || '#%'", "SELECT n %% 10 FROM t WHERE m LIKE %s || '#%%'"),
        # A mark within quotes is a sign like others.
        (
            "SELECT '?', ':a', \"?\", 'it''s ?', 'IS 1' FROM t",
            "SELECT '?', ':a', \"?\", 'it''s ?', 'IS 1' FROM t",
        ),
        ("a IS 1 AND b IS NOT 'x' AND c IS ?", "a IS NOT DISTINCT FROM 1 AND b IS DISTINCT FROM 'x' AND c IS NOT DISTINCT FROM %s"),
        ("a IS NULL AND b IS NOT NULL AND c IS NOT TRUE", "a IS NULL AND b IS NOT NULL AND c IS NOT TRUE"),
        ("INSERT OR IGNORE INTO t (a) VALUES (?)", "INSERT INTO t (a) VALUES (%s) ON CONFLICT DO NOTHING"),
        ("FROM a CROSS JOIN b ON b.x = a.x", "FROM a JOIN b ON b.x = a.x"),
        ("FROM receipt t INDEXED BY receipt_clicked JOIN r ON true", "FROM receipt t  JOIN r ON true"),
        ("SELECT CAST(json_extract(value, '$[0]') AS INTEGER) FROM json_each(?)", "SELECT CAST(koodesk_extract(value, '$[0]') AS BIGINT) FROM koodesk_each(%s)"),
        ("DELETE FROM temp.inbox", "DELETE FROM pg_temp.inbox"),
    ],
)  # fmt: skip
def test_words(ours: str, theirs: str) -> None:
    assert translated(ours)[0] == theirs


def test_numbered_parameters_go_by_name() -> None:
    assert translated("SELECT ?1")[1]
    assert not translated("SELECT ?")[1]
    assert numbered((5, "x")) == {"p1": 5, "p2": "x"}


def test_a_refusing_trigger_becomes_a_function_and_a_trigger() -> None:
    made = definition(
        "CREATE TRIGGER r_no_delete BEFORE DELETE ON r WHEN (SELECT state FROM c WHERE id = OLD.c) IS NOT 'creating' "
        "BEGIN SELECT RAISE(ABORT, 'r is append-only'); END"
    )
    assert (
        "IF (SELECT state FROM c WHERE id = OLD.c) IS DISTINCT FROM 'creating' THEN RAISE EXCEPTION" in made
    )
    assert "'r is append-only'" in made
    assert made.endswith(
        "CREATE TRIGGER r_no_delete BEFORE DELETE ON r FOR EACH ROW EXECUTE FUNCTION r_no_delete()"
    )


def test_a_trigger_of_some_columns_keeps_them() -> None:
    made = definition(
        'CREATE TRIGGER t AFTER UPDATE OF name, "by" ON c BEGIN INSERT INTO q (ref) VALUES (NEW.id); END'
    )
    assert 'AFTER UPDATE OF name, "by" ON c FOR EACH ROW' in made
    assert "INSERT INTO q (ref) VALUES (NEW.id); RETURN NEW;" in made


def _statements() -> Iterator[tuple[str, str]]:
    for path in sorted(Path(str(stores.__file__)).parent.glob("*.py")):
        yield path.name, path.read_text("utf-8")


@pytest.mark.parametrize(
    "word", [r"last_insert_rowid\(", r"\.lastrowid", r"strftime\(", r"INSERT OR REPLACE", r"\bsum\([\w.]+ (=|IS) ", r"\bGLOB\b", r"coalesce\(json_extract\([^)]*\), \d"]
)  # fmt: skip
def test_the_stores_keep_to_words_of_both(word: str) -> None:
    found = [name for name, text in _statements() if re.search(word, text)]
    assert not found, f"{word} in {found}: PostgreSQL has no such thing"


def test_the_index_of_the_search_is_asked_alike() -> None:
    assert vector(tokens("card", "红包 A")).startswith("'kindcard':1 '红包':2 '包':3 'a':4")
    assert (
        question(asked("新春红包 红 Café"))
        == "('新春' <-> '春红' <-> '红包') & ('红':*) & ('ca' <-> 'af' <-> 'fe')"
    )
    # Nothing typed is read as a word of that language.
    assert question(asked("' | ! <-> a:*")) == "('a':*)"
