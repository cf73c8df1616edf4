# SPDX-License-Identifier: Apache-2.0
"""Lines of links: tabs or commas, blank lines left out, a line with too many columns named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.resolve_lines import CODE, FLAG, URL, columns, read_links
from koodesk.domain.resolve_task import LinkDraft


def test_columns_follow_from_what_is_asked_for() -> None:
    assert columns(("name",), custom=False, url=False) == (FLAG, "name")
    assert columns(("name",), custom=True, url=True) == (FLAG, "name", CODE)
    assert columns((), custom=False, url=True) == (FLAG, URL)


@pytest.mark.parametrize(
    "text",
    ["c1,张三,abc\n\nc2,李四,abd", "c1\t张三\tabc\r\nc2\t李四\tabd\n", "c1，张三，abc\n c2 , 李四 , abd ,"],
)
def test_tabs_and_commas_and_blank_lines(text: str) -> None:
    assert read_links(text, (FLAG, "name", CODE)) == (
        LinkDraft("abc", "", "c1", (("name", "张三"),)),
        LinkDraft("abd", "", "c2", (("name", "李四"),)),
    )


def test_a_comma_inside_a_line_of_tabs_is_text() -> None:
    (link,) = read_links("c1\t张三，您好", (FLAG, "name"))
    assert link.values == (("name", "张三，您好"),)


def test_every_line_with_too_many_columns_is_named() -> None:
    with pytest.raises(Refused) as refused:
        read_links("a,b\na,b,c\n\nx,y,z,w", (FLAG, "name"))
    assert [(p.code, p.param("line"), p.param("actual")) for p in refused.value.problems] == [
        ("resolve.line.columns", 2, 3),
        ("resolve.line.columns", 4, 4),
    ]


@given(
    st.lists(
        st.text(st.characters(exclude_characters="\t\r\n,，", exclude_categories=["C", "Z"]), min_size=1)
    )
)
def test_what_stands_on_a_line_is_what_is_read(flags: list[str]) -> None:
    text = "\n".join(f"{flag}\tvalue" for flag in flags)
    assert [link.cust_flag for link in read_links(text, (FLAG, "name"))] == flags
