# SPDX-License-Identifier: Apache-2.0
"""The company as its filing describes it (企业信息, table 4-4): each field by its own rule, the credit code by its check digit.

三证合一 and 五证合一 have a unified social credit code (统一社会信用代码, GB 32100-2015), everybody else an organisation
code (组织机构代码证号, GB 11714-1997). Which enterprise types there are was not found; the list is Koodesk's.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Final

from koodesk.domain.plain_text import length_problems, unseen_characters
from koodesk.domain.problem import Problem, problem

CREDIT_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 characters of GB 32100-2015, each worth its place: no I, O, S, V, Z."""

_CREDIT: Final = re.compile(rf"[{CREDIT_ALPHABET}]{{2}}[0-9]{{6}}[{CREDIT_ALPHABET}]{{10}}")
_CREDIT_WEIGHTS: Final = tuple(pow(3, place, 31) for place in range(17))
_ORGANISATION: Final = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORGANISATION_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)

_PHONE: Final = re.compile(
    r"1[3-9][0-9]{9}"  # a mobile number
    r"|0[0-9]{2,3}-?[1-9][0-9]{6,7}(-[0-9]{1,6})?"  # a land line with its area code, and perhaps an extension
    r"|[48]00-?[0-9]{3}-?[0-9]{4}"  # 400 and 800
)
_LOCAL: Final = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL: Final = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_MAIL: Final = re.compile(rf"{_LOCAL}(\.{_LOCAL})*@({_LABEL}\.)+[A-Za-z]([A-Za-z0-9-]{{0,61}}[A-Za-z0-9])")
_MAIL_LOCAL_MAX: Final = 64


class CodeKind(StrEnum):
    """Which code a kind of licence has."""

    CREDIT = "credit"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class Choice:
    """One entry of a list of the form, with its names."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class LicenceType:
    """A kind of licence (企业证件类型) and the code it has."""

    id: str
    name_zh: str
    name_en: str
    code: CodeKind


@dataclass(frozen=True, slots=True)
class CompanyRules:
    """Choices and longest texts of the form; lengths in characters."""

    licence_types: tuple[LicenceType, ...]
    enterprise_types: tuple[Choice, ...]
    industries: tuple[Choice, ...]
    name_max: int
    contact_max: int
    mail_max: int

    def licence(self, licence_id: str) -> LicenceType | None:
        """Return a kind of licence by its id."""
        return next((one for one in self.licence_types if one.id == licence_id), None)


@dataclass(frozen=True, slots=True)
class CompanyData:
    """What the form asks of the company; `licence_type`, `enterprise_type` and `industry` are ids of the lists."""

    licence_type: str = ""
    name: str = ""
    credit_code: str = ""
    contact: str = ""
    phone: str = ""
    mail: str = ""
    enterprise_type: str = ""
    industry: str = ""

    def to_json(self) -> dict[str, str]:
        """Return the fields as JSON values."""
        return asdict(self)


def read_company(given: Mapping[str, Any]) -> CompanyData:
    """Read the fields of `to_json`, nothing else. Raises KeyError or TypeError."""
    fields = {name: given[name] for name in CompanyData().to_json()}
    if not all(isinstance(value, str) for value in fields.values()):
        raise TypeError("company")
    return CompanyData(**fields)


def tidied(data: CompanyData) -> CompanyData:
    """Return the data as it is kept: no blanks around texts, codes and numbers in plain digits and capitals."""
    plain = {name: value.strip() for name, value in data.to_json().items()}
    for name in ("credit_code", "phone"):
        plain[name] = re.sub(r"[\s\u2010-\u2015\u2212]", "", unicodedata.normalize("NFKC", plain[name]))
    plain["credit_code"] = plain["credit_code"].upper()
    if re.fullmatch(r"[0-9A-Z]{8}-[0-9X]", plain["credit_code"]):
        plain["credit_code"] = plain["credit_code"].replace("-", "")
    return CompanyData(**plain)


def credit_check(code: str) -> str:
    """Return the check character of a unified social credit code's first 17 characters."""
    total = sum(
        CREDIT_ALPHABET.index(char) * weight for char, weight in zip(code[:17], _CREDIT_WEIGHTS, strict=True)
    )
    return CREDIT_ALPHABET[-total % 31]


def organisation_check(code: str) -> str:
    """Return the check character of an organisation code's first 8 characters."""
    total = sum(int(char, 36) * weight for char, weight in zip(code[:8], _ORGANISATION_WEIGHTS, strict=True))
    return "0123456789X0"[11 - total % 11]


def check_company(rules: CompanyRules, data: CompanyData) -> tuple[Problem, ...]:
    """Check the whole form; places are "company:name", "company:credit_code" and so on."""
    found: list[Problem] = []
    for name, value, choices in (
        ("licence_type", data.licence_type, rules.licence_types),
        ("enterprise_type", data.enterprise_type, rules.enterprise_types),
        ("industry", data.industry, rules.industries),
    ):
        if value not in {one.id for one in choices}:
            found.append(problem("company.choice_missing", f"company:{name}", source="seed t4-4", field=name))
    found += length_problems(
        "company.name", data.name, "company:name", least=1, most=rules.name_max, source="Koodesk"
    )
    found += length_problems(
        "company.contact", data.contact, "company:contact", least=1, most=rules.contact_max, source="Koodesk"
    )
    for name, value in (("name", data.name), ("contact", data.contact)):
        found += unseen_characters(value, f"company:{name}")
    licence = rules.licence(data.licence_type)
    found += _code(data.credit_code, licence.code if licence else CodeKind.CREDIT)
    if not data.phone:
        found.append(problem("company.phone.missing", "company:phone", source="seed t4-4"))
    elif not _PHONE.fullmatch(data.phone):
        found.append(problem("company.phone.shape", "company:phone", source="Koodesk"))
    return (*found, *_mail(data.mail, rules.mail_max))


def _code(code: str, kind: CodeKind) -> tuple[Problem, ...]:
    where = "company:credit_code"
    if not code:
        return (problem("company.code.missing", where, source="seed t4-4"),)
    if kind is CodeKind.ORGANISATION:
        if not _ORGANISATION.fullmatch(code):
            return (problem("company.code.organisation_shape", where, source="GB 11714", actual=len(code)),)
        wanted = organisation_check(code)
    else:
        if not _CREDIT.fullmatch(code):
            return (problem("company.code.credit_shape", where, source="GB 32100", actual=len(code)),)
        wanted = credit_check(code)
    if code[-1] != wanted:
        source = "GB 11714" if kind is CodeKind.ORGANISATION else "GB 32100"
        return (problem("company.code.check_digit", where, source=source),)
    return ()


def _mail(mail: str, most: int) -> tuple[Problem, ...]:
    where = "company:mail"
    if not mail:
        return (problem("company.mail.missing", where, source="seed t4-4"),)
    if len(mail) > most:
        return (problem("company.mail.too_long", where, source="Koodesk", limit=most, actual=len(mail)),)
    if not _MAIL.fullmatch(mail) or len(mail.partition("@")[0]) > _MAIL_LOCAL_MAX:
        return (problem("company.mail.shape", where, source="Koodesk"),)
    return ()


def read_company_rules(data: Mapping[str, Any]) -> CompanyRules:
    """Read the table `company` of a filing's rules. Raises KeyError or ValueError when it is not complete."""

    def choices(name: str) -> tuple[Choice, ...]:
        return tuple(Choice(str(one["id"]), one["zh"], one["en"]) for one in data[name])

    return CompanyRules(
        licence_types=tuple(
            LicenceType(one["id"], one["zh"], one["en"], CodeKind(one["code"]))
            for one in data["licence_type"]
        ),
        enterprise_types=choices("enterprise_type"),
        industries=choices("industry"),
        name_max=int(data["name_max"]),
        contact_max=int(data["contact_max"]),
        mail_max=int(data["mail_max"]),
    )
