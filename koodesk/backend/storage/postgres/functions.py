# SPDX-License-Identifier: Apache-2.0
"""Functions that SQLite has and PostgreSQL has not, or not alike. They belong to the schema: `prepare` writes them anew."""

from __future__ import annotations

from typing import Final

# ruff: noqa: S608 - nothing in these comes from outside
_HEAD: Final = "CREATE OR REPLACE FUNCTION "
_SQL: Final = " LANGUAGE sql IMMUTABLE PARALLEL SAFE AS "

FUNCTIONS: Final = (
    # The greater and the lesser of two; NULL with a NULL, which GREATEST and LEAST leave out.
    f"{_HEAD}max(a bigint, b bigint) RETURNS bigint{_SQL}$$SELECT CASE WHEN a >= b THEN a WHEN b > a THEN b END$$",
    f"{_HEAD}min(a bigint, b bigint) RETURNS bigint{_SQL}$$SELECT CASE WHEN a <= b THEN a WHEN b < a THEN b END$$",
    f"{_HEAD}instr(a text, b text) RETURNS integer{_SQL}$$SELECT strpos(a, b)$$",
    # JSON is text in both databases, and stays as it was written: a payload's digest is over it.
    f"{_HEAD}koodesk_json(a text) RETURNS text{_SQL}$$SELECT a$$",
    f"{_HEAD}koodesk_array(VARIADIC a bigint[]) RETURNS text{_SQL}$$SELECT array_to_json(a)::text$$",
    f"""{_HEAD}koodesk_extract(a text, path text) RETURNS text{_SQL}$$
        SELECT CASE WHEN path = '$' THEN a ELSE a::json #>> ARRAY[trim(both '.[]' from substr(path, 2))] END$$""",
    f"""{_HEAD}koodesk_each(a text) RETURNS TABLE (key text, value text){_SQL}$$
        SELECT (place - 1)::text, one FROM json_array_elements_text(
            CASE json_typeof(a::json) WHEN 'array' THEN a::json ELSE '[]' END) WITH ORDINALITY AS e (one, place)
        UNION ALL SELECT k, v FROM json_each_text(
            CASE json_typeof(a::json) WHEN 'object' THEN a::json ELSE '{{}}' END) AS o (k, v)$$""",
    f"""{_HEAD}koodesk_each(a text, path text) RETURNS TABLE (key text, value text){_SQL}$$
        SELECT e.key, e.value FROM koodesk_each(coalesce(koodesk_extract(a, path), '[]')) e$$""",
    # An object without some of its members, the others in their order and as they were written.
    f"""{_HEAD}koodesk_remove(a text, VARIADIC paths text[]) RETURNS text{_SQL}$$
        SELECT '{{' || coalesce(string_agg(to_json(m.k)::text || ':' || m.v::text, ',' ORDER BY m.place), '') || '}}'
        FROM json_each(a::json) WITH ORDINALITY AS m (k, v, place)
        WHERE NOT m.k = ANY (SELECT substr(p, 3)::json #>> '{{}}' FROM unnest(paths) p)$$""",
)

AUDIT_END: Final = (
    # The highest number an entry of the audit log ever had, apart from the entries: it tells that the end was cut off.
    "CREATE TABLE koodesk_audit_end (last BIGINT NOT NULL)",
    "INSERT INTO koodesk_audit_end (last) VALUES (0)",
    """CREATE FUNCTION koodesk_audit_end() RETURNS trigger LANGUAGE plpgsql AS $body$ BEGIN
        UPDATE koodesk_audit_end SET last = NEW.id WHERE last < NEW.id; RETURN NEW; END $body$""",
    "CREATE TRIGGER koodesk_audit_end AFTER INSERT ON audit FOR EACH ROW EXECUTE FUNCTION koodesk_audit_end()",
)
"""What SQLite's AUTOINCREMENT keeps by itself."""

SENT_OF: Final = (
    # Each answer is a recipient's. A foreign key asks row by row and locks each recipient, half the time an answer takes;
    # this asks once a statement: for the range, and only where it has gaps for each. Recipients who may have an answer are never deleted (`recipient_no_delete`).
    """CREATE FUNCTION sent_of_recipient() RETURNS trigger LANGUAGE plpgsql AS $body$
        DECLARE low bigint; high bigint; rows bigint; BEGIN
        SELECT min(recipient_id), max(recipient_id), count(*) INTO low, high, rows FROM added;
        IF high - low < 2 * rows AND (SELECT count(*) FROM recipient r WHERE r.id BETWEEN low AND high) = high - low + 1 THEN
            RETURN NULL;
        END IF;
        IF EXISTS (SELECT 1 FROM added a WHERE (SELECT r.id FROM recipient r WHERE r.id = a.recipient_id) IS NULL) THEN
            RAISE EXCEPTION USING MESSAGE = 'an answer is a recipient''s', ERRCODE = 'foreign_key_violation';
        END IF; RETURN NULL; END $body$""",
    """CREATE TRIGGER sent_of_recipient AFTER INSERT ON sent REFERENCING NEW TABLE AS added
        FOR EACH STATEMENT EXECUTE FUNCTION sent_of_recipient()""",
)
"""What the foreign key of `sent` is on SQLite."""
