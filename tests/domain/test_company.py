# SPDX-License-Identifier: Apache-2.0
"""Company data of the service account's filing: check digits of both codes, and hostile codes, phones and mails."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain import company
from koodesk.domain.company import CREDIT_ALPHABET, CompanyData, check_company, read_company, tidied
from koodesk.domain.filing import FilingKind, body, company_problems, digest, read_filing_rules

FOLDER = Path(__file__).resolve().parents[2] / "resources" / "rules"
FILING = read_filing_rules((FOLDER / "filing_service_account.toml").read_text("utf-8"))
assert FILING.company is not None
RULES = FILING.company

GOOD = CompanyData(
    licence_type="five_in_one",
    name="华为技术有限公司",
    credit_code="914403001922038216",
    contact="李先生",
    phone="01234567899",
    mail="li@example.com",
    enterprise_type="private_nonprofit",
    industry="2",
)
ORGANISATION = replace(GOOD, licence_type="organisation", credit_code="192203821")


def codes(data: CompanyData) -> list[str]:
    return [p.code for p in check_company(RULES, data)]


def test_the_example_of_table_4_4_is_accepted() -> None:
    assert codes(GOOD) == []
    assert codes(ORGANISATION) == []


def test_the_papers_are_those_of_table_4_4() -> None:
    assert [(s.name_zh, s.required, s.rule.types, s.rule.max_bytes, s.letter) for s in FILING.papers] == [
        ("企业营业执照", True, ("jpg", "png"), 10 * 1_048_576, False),
        ("华为智能信息授权书", True, ("jpg", "png"), 2 * 1_048_576, True),
        ("公司关系授权函/其他证明", False, ("pdf",), 2 * 1_048_576, True),
        ("特殊资料", False, ("rar", "zip"), 2 * 1_048_576, False),
    ]
    assert [one.name_zh for one in RULES.licence_types] == ["五证合一", "三证合一", "组织机构代码证"]
    assert [one.id for one in RULES.industries] == [str(n) for n in range(1, 12)]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("", "company.code.missing"),
        ("914403001922038215", "company.code.check_digit"),
        ("914403001922038261", "company.code.check_digit"),  # the last two changed places
        ("91440300192203821", "company.code.credit_shape"),
        ("9144030019220382160", "company.code.credit_shape"),
        ("91440300I922038216", "company.code.credit_shape"),  # no I in the alphabet
        ("91440300O922038216", "company.code.credit_shape"),
        ("9144A3001922038216", "company.code.credit_shape"),  # the region is digits
        ("９１４４０３００１９２２０３８２１６", "company.code.credit_shape"),  # full width, not tidied
        ("914403001922038216\n", "company.code.credit_shape"),
        ("٩١٤٤٠٣٠٠١٩٢٢٠٣٨٢١٦", "company.code.credit_shape"),
        ("192203821", "company.code.credit_shape"),
    ],
)
def test_a_wrong_credit_code(code: str, found: str) -> None:
    assert codes(replace(GOOD, credit_code=code)) == [found]


@pytest.mark.parametrize(
    ("code", "found"),
    [
        ("192203822", "company.code.check_digit"),
        ("19220382X", "company.code.check_digit"),
        ("19220382", "company.code.organisation_shape"),
        ("914403001922038216", "company.code.organisation_shape"),
        ("19220382-", "company.code.organisation_shape"),
    ],
)
def test_a_wrong_organisation_code(code: str, found: str) -> None:
    assert codes(replace(ORGANISATION, credit_code=code)) == [found]


def test_what_a_person_types_is_tidied() -> None:
    typed = replace(GOOD, credit_code=" ９１４４０３００ 1922038216 ", phone="138 0013 8000", name=" 华为 ")
    kept = tidied(typed)
    assert (kept.credit_code, kept.phone, kept.name) == ("914403001922038216", "13800138000", "华为")
    assert tidied(replace(ORGANISATION, credit_code="19220382-1")).credit_code == "192203821"
    assert tidied(replace(GOOD, credit_code="91440300192203821g")).credit_code.endswith("G")
    assert read_company(kept.to_json()) == kept


@pytest.mark.parametrize(
    "phone", ["13800138000", "0755-28780808", "01012345678", "400-830-8300", "8008308300"]
)
def test_a_phone_number_is_taken(phone: str) -> None:
    assert codes(replace(GOOD, phone=tidied(replace(GOOD, phone=phone)).phone)) == []


@pytest.mark.parametrize(
    "phone",
    ["12800138000", "1380013800", "138001380000", "+8613800138000", "28780808", "0755-0878080", "110", "abc",
     "0755–28780808", "１３８００１３８０００", "13800138000\n", "400-830-83000"],
)  # fmt: skip
def test_a_phone_number_is_refused(phone: str) -> None:
    assert codes(replace(GOOD, phone=phone)) == ["company.phone.shape"]


@pytest.mark.parametrize(
    "mail",
    ["a@b", "a@b.c", "@b.com", "a@", "a b@c.com", "a@b..com", ".a@b.com", "a.@b.com", "a..b@c.com", "a@-b.com",
     "a@b-.com", "a@b.com\n", "a@b.com,c@d.com", "a@b.123", "张三@公司.cn", "a\u200bb@c.com", "x" * 65 + "@b.com",
     'a"b@c.com', "a@[127.0.0.1]"],
)  # fmt: skip
def test_a_mail_address_is_refused(mail: str) -> None:
    assert codes(replace(GOOD, mail=mail)) == ["company.mail.shape"]


@pytest.mark.parametrize(
    "mail", ["a@b.cn", "first.last+tag@mail.example-company.com.cn", "x" * 64 + "@b.com"]
)
def test_a_mail_address_is_taken(mail: str) -> None:
    assert codes(replace(GOOD, mail=mail)) == []


@pytest.mark.parametrize(
    ("field", "least", "most", "code"),
    [
        ("name", 1, RULES.name_max, "company.name"),
        ("contact", 1, RULES.contact_max, "company.contact"),
    ],
)
def test_lengths_at_the_limit_and_one_over(field: str, least: int, most: int, code: str) -> None:
    for length, wanted in (
        (least, []),
        (most, []),
        (least - 1, [f"{code}.missing"]),
        (most + 1, [f"{code}.too_long"]),
    ):
        assert codes(replace(GOOD, **{field: "企" * length})) == wanted


def test_a_mail_address_at_the_limit_and_one_over() -> None:
    domain = ".".join(["x" * 63] * 3) + ".com"
    at_limit = f"{'a' * (RULES.mail_max - len(domain) - 1)}@{domain}"
    assert (len(at_limit), codes(replace(GOOD, mail=at_limit))) == (
        RULES.mail_max,
        [],
    )
    assert codes(replace(GOOD, mail="a" + at_limit)) == ["company.mail.too_long"]


@pytest.mark.parametrize("field", ["licence_type", "enterprise_type", "industry"])
@pytest.mark.parametrize("value", ["", "12", "五证合一"])
def test_a_choice_that_is_none(field: str, value: str) -> None:
    assert codes(replace(GOOD, **{field: value})) == ["company.choice_missing"]


def test_a_direction_mark_in_a_name_is_refused() -> None:
    assert codes(replace(GOOD, name="华为\u202e司公")) == ["text.bidi_mark"]


def test_nothing_given_names_every_field_once() -> None:
    places = [p.where for p in company_problems(FILING, None)]
    assert sorted(places) == sorted(f"company:{name}" for name in GOOD.to_json())


def test_the_company_belongs_to_the_digest() -> None:
    kind = FilingKind.SERVICE_ACCOUNT
    assert digest(kind, (), GOOD) != digest(kind, (), replace(GOOD, phone="13800138000"))
    assert body(kind, (), GOOD)["company"] == GOOD.to_json()
    assert "company" not in body(FilingKind.SEND_TASK, ())


@given(
    st.text(CREDIT_ALPHABET, min_size=17, max_size=17), st.integers(0, 16), st.sampled_from(CREDIT_ALPHABET)
)
def test_one_wrong_character_is_always_found(stem: str, place: int, char: str) -> None:
    stem = stem[:2] + "440300" + stem[8:]
    code = stem + company.credit_check(stem)
    assert code[-1] in CREDIT_ALPHABET
    if 2 <= place < 8 or stem[place] == char:
        return
    wrong = stem[:place] + char + stem[place + 1 :] + code[-1]
    assert codes(replace(GOOD, credit_code=wrong)) == ["company.code.check_digit"]
    assert codes(replace(GOOD, credit_code=code)) == []


@given(st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=8, max_size=8))
def test_a_made_organisation_code_is_taken(stem: str) -> None:
    assert codes(replace(ORGANISATION, credit_code=stem + company.organisation_check(stem))) == []
