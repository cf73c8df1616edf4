# SPDX-License-Identifier: Apache-2.0
"""Name, scene and example SMS."""

from __future__ import annotations

import pytest

from koodesk.domain.edits import SetName, SetScene, SetSmsExample, SetSmsTemplate
from tests.domain.checks.cases import Case, assert_found, both, codes

CASES = (
    Case(SetName(""), "name.missing", "name"),
    Case(SetName("   "), "name.missing", "name"),
    Case(SetName("红" * 18), "name.too_long", "name"),
    Case(SetScene("红" * 11), "scene.too_long", "scene"),
    Case(SetSmsExample("红" * 71), "sms_example.too_long", "sms_example"),
)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_found(case: Case) -> None:
    """Each change gives its problem."""
    assert_found(case)


@pytest.mark.parametrize(
    "edit", [SetName("红" * 17), SetName("红"), SetScene("红" * 10), SetScene(""), SetSmsExample("红" * 70)]
)
def test_the_limit_itself_is_allowed(edit: SetName | SetScene | SetSmsExample) -> None:
    """Lengths are inclusive."""
    assert codes(both(edit, SetSmsTemplate("[文本0-99]"))) == set()
