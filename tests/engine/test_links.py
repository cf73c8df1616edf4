# SPDX-License-Identifier: Apache-2.0
"""Short codes are a permutation: each message one code, each code one message or none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.sms import link_length as desk_length
from koodesk.engine.links import BITS, CODE_LENGTH, ShortCodes, link_length
from koodesk.engine.rule_book import sms_rules

CODES = ShortCodes(b"s" * 32)
IDS = st.integers(0, (1 << BITS) - 1)


@given(IDS)
def test_a_code_leads_back_to_its_message(message: int) -> None:
    code = CODES.code(message)
    assert len(code) == CODE_LENGTH
    assert code.isascii()
    assert code.isalnum()
    assert CODES.message_id(code) == message


@given(IDS, IDS)
def test_two_messages_never_share_a_code(one: int, other: int) -> None:
    assert (CODES.code(one) == CODES.code(other)) == (one == other)


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz", min_size=9, max_size=9))
def test_every_code_has_one_message_or_none(code: str) -> None:
    message = CODES.message_id(code)
    assert message is None or CODES.code(message) == code


@pytest.mark.parametrize("code", ["", "abc", "abcdefgh!", "abcdefghij", "zzzzzzzzz", "零一二三四五六七八"])
def test_what_is_no_code_has_no_message(code: str) -> None:
    assert CODES.message_id(code) is None


@pytest.mark.parametrize("message", [-1, 1 << BITS])
def test_an_id_out_of_range_has_no_code(message: int) -> None:
    with pytest.raises(ValueError, match="range"):
        CODES.code(message)


def test_neighbours_and_other_engines_look_unrelated() -> None:
    codes = [CODES.code(message) for message in range(1_000)]
    assert len({code[:3] for code in codes}) > 900
    assert CODES.code(1) != ShortCodes(b"t" * 32).code(1)
    assert all(len(CODES.link(message)) == link_length() for message in range(100))


@pytest.mark.parametrize("domain", ["", "km2n.cn", "go.yunshan.cn", "a" * 97 + ".cn"])
def test_desk_and_engine_count_a_link_alike(domain: str) -> None:
    """What the desk forecasts and refuses is what the engine writes and bills."""
    assert len(CODES.link(1, domain)) == link_length(domain) == desk_length(sms_rules().template, domain)
