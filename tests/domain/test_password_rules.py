# SPDX-License-Identifier: Apache-2.0
"""Passwords and names at their limits and one over. No problem ever holds the password."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.password_rules import check_name, check_password, folded, read_identity_rules

RULES = read_identity_rules((paths.resources() / "rules" / "identity.toml").read_text("utf-8"))


@pytest.mark.parametrize(
    ("password", "codes"),
    [
        ("Abcd123", ["password.too_short"]),
        ("Abcd1234", []),
        ("Ab1" + "x" * 61, []),
        ("Ab1" + "x" * 62, ["password.too_long"]),
        ("abcdefgh1", ["password.kinds"]),
        ("abcdefg1-", []),
        ("ABCDEFG1-", []),
        ("松柏长青abcA1", []),
        ("Ab1-\x00abcd", ["password.unseen"]),
        ("Ab1-\u200babcd", ["password.unseen"]),
        ("Ab1-mary-x", ["password.holds_name"]),
        ("Ab1-YRAM-x", ["password.holds_name"]),
    ],
)
def test_passwords(password: str, codes: list[str]) -> None:
    assert [p.code for p in check_password(RULES, password, "Mary")] == codes


@given(st.text(min_size=1, max_size=80))
def test_a_problem_never_holds_the_password(password: str) -> None:
    for found in check_password(RULES, password, "mary"):
        assert all(isinstance(value, int) for _, value in found.params)


@pytest.mark.parametrize(
    ("name", "codes"),
    [
        ("a", []),
        ("张敏", []),
        ("li.wei-2 b_c", []),
        ("a" * 64, []),
        ("a" * 65, ["iam.name.too_long"]),
        ("", ["iam.name.missing"]),
        ("  ", ["iam.name.missing"]),
        ("1a", ["iam.name.characters"]),
        (" a", ["iam.name.characters"]),
        ("a ", ["iam.name.characters"]),
        ("a/b", ["iam.name.characters"]),
        ("a<b>", ["iam.name.characters"]),
        ("a\nb", ["iam.name.characters"]),
        ("a\u202eb", ["iam.name.characters"]),
        ("=1+1", ["iam.name.characters"]),
    ],
)
def test_names(name: str, codes: list[str]) -> None:
    assert [p.code for p in check_name(RULES, name)] == codes


def test_one_name_whatever_the_case_and_width() -> None:
    assert folded("Mary") == folded("MARY") == folded("Ｍａｒｙ") != folded("Marie")
