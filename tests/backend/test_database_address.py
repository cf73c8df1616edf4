# SPDX-License-Identifier: Apache-2.0
"""The address of a workspace's database: who says it, and that no file and nobody who looks gets its password."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import make_url

from koodesk.backend.database_address import (
    LIBPQ_PASSWORD,
    NOTE,
    VARIABLE,
    DatabaseAddress,
    address_of,
    is_a_teams,
    keep_address,
    with_password,
    without_password,
)

PASSWORD = "s3cret of:the/team@home%"
URL = "postgresql+psycopg://lili@db.example:5433/desk?sslmode=require"


class Kept(dict[str, str]):
    """A key store, or (`there` False) none: then this process remembers."""

    there = True

    def keep(self, name: str, secret: str) -> str:
        self[name] = secret
        return "keystore" if self.there else "session"

    def find(self, name: str) -> str | None:
        return self.get(name)

    def forget(self, name: str) -> None:
        self.pop(name, None)


@pytest.mark.parametrize(
    ("url", "shown", "password"),
    [
        ("postgresql://u:p@h/d", "postgresql://u@h/d", "p"),
        ("postgresql://u@h/d", "postgresql://u@h/d", ""),
        ("postgresql://h/d", "postgresql://h/d", ""),
        ("postgresql://u:p%40q%2F@h:1/d?host=/tmp", "postgresql://u@h:1/d?host=/tmp", "p@q/"),
        ("postgresql+psycopg://u:p@/d?host=/run", "postgresql+psycopg://u@/d?host=/run", "p"),
        ("postgresql://u:p:q@[::1]:5/d", "postgresql://u@[::1]:5/d", "p:q"),
        ("", "", ""),
        ("nothing of the kind", "nothing of the kind", ""),
    ],
)
def test_what_anybody_may_see(url: str, shown: str, password: str) -> None:
    assert without_password(url) == (shown, password)
    assert DatabaseAddress(url, "variable").shown == shown


@given(password=st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1))
def test_a_password_goes_in_and_comes_out_again(password: str) -> None:
    whole = with_password(URL, password)
    assert without_password(whole) == (URL, password)
    assert make_url(whole).password == password, "as whoever connects reads it"


def test_one_that_is_there_or_nobody_s_stays(tmp_path: Path) -> None:
    assert with_password("postgresql://u:p@h/d", "q") == "postgresql://u:p@h/d"
    assert with_password("postgresql://h/d", "q") == "postgresql://h/d"
    assert with_password(URL, "") == URL


def test_the_variable_wins_over_the_note(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Kept()
    assert address_of(tmp_path, kept) == DatabaseAddress()
    assert not is_a_teams(tmp_path)
    keep_address(tmp_path, with_password(URL, PASSWORD), kept)
    assert is_a_teams(tmp_path)
    assert address_of(tmp_path, kept) == DatabaseAddress(with_password(URL, PASSWORD), "settings")
    monkeypatch.setenv(VARIABLE, "postgresql://other/desk")
    assert address_of(tmp_path, kept) == DatabaseAddress("postgresql://other/desk", "variable")


def test_the_note_holds_no_password(tmp_path: Path) -> None:
    keep_address(tmp_path, with_password(URL, PASSWORD), kept := Kept())
    (note,) = tmp_path.iterdir()
    assert note.name == NOTE
    assert "s3cret" not in note.read_text("utf-8")
    assert list(kept.values()) == [PASSWORD]


def test_without_a_key_store_this_process_and_those_it_starts_know_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(LIBPQ_PASSWORD, "before")  # put back after the test
    kept = Kept()
    kept.there = False
    keep_address(tmp_path, with_password(URL, PASSWORD), kept)
    import os

    assert os.environ[LIBPQ_PASSWORD] == PASSWORD


@pytest.mark.parametrize("written", ["", "[]", '{"url": ""}', '{"url": 7}', "{", "null"])
def test_a_note_that_says_nothing_names_no_team(tmp_path: Path, written: str) -> None:
    (tmp_path / NOTE).write_text(written, "utf-8")
    expected = {'{"url": 7}': "7"}.get(written, "")
    assert address_of(tmp_path, Kept()).url == expected
