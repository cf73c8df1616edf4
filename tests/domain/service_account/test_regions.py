# SPDX-License-Identifier: Apache-2.0
"""The region tree as the standard has it, and choices as an algebra of sets."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.problem import Refused
from koodesk.domain.service_account.binding import authorised_overlap, check_binding
from koodesk.domain.service_account.regions import NATIONWIDE, read_regions
from koodesk.domain.service_account.values import Binding
from tests.domain.service_account.samples import PORT, PROFILE, REGIONS, SIGN

CODES = sorted(
    {p.code for p in REGIONS.provinces} | {c.code for p in REGIONS.provinces for c in p.cities} | {NATIONWIDE}
)
choices = st.lists(st.sampled_from(CODES), max_size=8).map(tuple)
leaves = st.frozensets(st.sampled_from(sorted(REGIONS.leaves((NATIONWIDE,)))), max_size=40)


def test_the_tree_is_that_of_the_standard() -> None:
    cities = [city for province in REGIONS.provinces for city in province.cities]
    assert len(REGIONS.provinces) == 34
    assert sum(city.code.endswith("00") for city in cities) == 333  # the prefecture level
    assert [p.name_zh for p in REGIONS.provinces if not p.cities] == [
        "北京市", "天津市", "上海市", "重庆市", "台湾省", "香港特别行政区", "澳门特别行政区",
    ]  # fmt: skip
    assert REGIONS.name("440300") == "深圳市"
    assert REGIONS.path("440300") == "广东省 深圳市"
    assert (REGIONS.name(NATIONWIDE), REGIONS.name("440000", english=True)) == ("全国", "Guangdong")


@given(choices)
def test_normalising_keeps_what_is_covered_and_is_done_once(choice: tuple[str, ...]) -> None:
    short = REGIONS.normalise(choice)
    assert REGIONS.leaves(short) == REGIONS.leaves(choice)
    assert REGIONS.normalise(short) == short
    assert len(short) <= len(set(choice)) or short == (NATIONWIDE,)


@given(leaves)
def test_a_choice_says_exactly_its_leaves(wanted: frozenset[str]) -> None:
    assert REGIONS.leaves(REGIONS.choice(wanted)) == wanted


@given(choices, choices)
def test_what_is_common_is_in_both_and_the_same_either_way(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    common = REGIONS.common(one, other)
    assert common == REGIONS.common(other, one)
    assert REGIONS.contains(one, common)
    assert REGIONS.contains(other, common)
    assert bool(common) == bool(REGIONS.leaves(one) & REGIONS.leaves(other))


@given(choices, choices)
def test_containing_is_having_in_common_all_of_it(one: tuple[str, ...], other: tuple[str, ...]) -> None:
    assert REGIONS.contains(one, other) == (REGIONS.common(one, other) == REGIONS.normalise(other))
    assert REGIONS.contains((NATIONWIDE,), one)


def test_all_cities_are_the_province_and_all_provinces_the_country() -> None:
    guangdong = next(p for p in REGIONS.provinces if p.code == "440000")
    assert REGIONS.normalise(city.code for city in guangdong.cities) == ("440000",)
    assert REGIONS.normalise(p.code for p in REGIONS.provinces) == (NATIONWIDE,)
    assert REGIONS.normalise(()) == ()


@pytest.mark.parametrize(
    ("name", "code"),
    [("全国", NATIONWIDE), ("广东", "440000"), ("广东省", "440000"), ("深圳", "440300"), ("440300", "440300"), ("Guangdong", "440000"), ("吉林省", "220000"), ("吉林市", "220200")],
)  # fmt: skip
def test_a_region_is_found_by_its_name(name: str, code: str) -> None:
    assert REGIONS.by_name(name) == code


@pytest.mark.parametrize(
    ("name", "code"), [("", "region.unknown"), ("省", "region.unknown"), ("东京", "region.unknown"), ("吉林", "region.ambiguous"), ("999999", "region.unknown")]
)  # fmt: skip
def test_a_region_that_is_none_or_several(name: str, code: str) -> None:
    with pytest.raises(Refused) as refused:
        REGIONS.by_name(name)
    assert refused.value.problems[0].code == code


@pytest.mark.parametrize(
    ("place", "code"),
    [("广东省广州市", "440100"), ("北京市", "110000"), ("北京", "110000"), ("广东", "440000"), ("黑龙江省哈尔滨市", "230100"),
     ("内蒙古自治区呼和浩特市", "150100"), ("新疆维吾尔自治区石河子市", "659001"), ("深圳市", "440300"), ("广东省", "440000"), ("440300", "440300"),
     ("广东省 深圳市", "440300"), ("", ""), ("火星", ""), ("广东省火星市", "440000"), ("吉林省吉林市", "220200")],
)  # fmt: skip
def test_a_place_is_located_as_people_write_it(place: str, code: str) -> None:
    assert REGIONS.locate(place) == code


def test_unknown_codes_are_refused() -> None:
    for choice in (("440399",), ("44",), ("x",)):
        with pytest.raises(Refused):
            REGIONS.normalise(choice)


@pytest.mark.parametrize(
    "text",
    [
        '[[province]]\ncode="440000"\nzh="广东"\nen="G"\ncities=[["450100","x"]]',
        '[[province]]\ncode="4400"\nzh="广东"\nen="G"',
    ],
)
def test_a_tree_that_breaks_its_own_rules_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="region"):
        read_regions(text)


def test_search_finds_by_name_and_code() -> None:
    assert REGIONS.matching("深圳") == {"440300"}
    assert "440000" in REGIONS.matching("4400")
    assert REGIONS.matching("guangdong") == {"440000"}


# --- bindings ------------------------------------------------------------------------------------------------


def codes(binding: Binding, *others: Binding) -> list[str]:
    return [p.code for p in check_binding(binding, PORT, others, REGIONS)]


def test_a_binding_has_the_numbers_own_signatures() -> None:
    assert codes(Binding(1, 1, (SIGN,))) == []
    assert codes(Binding(1, 1, ())) == ["sa.binding.no_signature"]
    assert codes(Binding(1, 1, (SIGN, "别的"))) == ["sa.binding.foreign_signature"]
    assert codes(Binding(1, 1, (SIGN,), ())) == ["sa.regions.missing"]


def test_regions_of_two_bindings_do_not_overlap() -> None:
    standing = Binding(1, 1, (SIGN,), ("440000",))
    assert codes(Binding(1, 2, (SIGN,), ("450000",)), standing) == []
    assert codes(Binding(1, 2, (SIGN,), ("440300",)), standing) == ["sa.binding.overlap"]
    assert codes(Binding(1, 2, (SIGN,), (NATIONWIDE,)), standing) == ["sa.binding.overlap"]
    assert codes(Binding(2, 2, (SIGN,), (NATIONWIDE,)), standing) == []  # another number


@given(choices, choices)
def test_a_binding_is_refused_exactly_where_regions_meet(
    one: tuple[str, ...], other: tuple[str, ...]
) -> None:
    found = codes(Binding(1, 1, (SIGN,), one), Binding(1, 2, (SIGN,), other))
    assert ("sa.binding.overlap" in found) == bool(REGIONS.common(one, other))


def test_two_authorised_accounts_share_no_region_of_a_signature() -> None:
    from dataclasses import replace

    south = replace(PROFILE, regions=("440000",))
    assert authorised_overlap(PROFILE, south, REGIONS) == ("440000",)
    assert authorised_overlap(replace(south, regions=("450000",)), south, REGIONS) == ()
    assert authorised_overlap(replace(PROFILE, auto_port=False), south, REGIONS) == ()
    assert authorised_overlap(replace(PROFILE, signatures=("别的",)), south, REGIONS) == ()
