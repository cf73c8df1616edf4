# SPDX-License-Identifier: Apache-2.0
"""Values of SMS variables: what may stand in the place of each type when a message is sent.

The rules are the API's (facts 1.6, [SDK VariableAttributes, CreateResolveTaskParam]). "No QQ, WeChat, phone or URL" is
judged by the shapes people write them in; the platform's own judgement may be wider, so a pass here is not a promise.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, problem
from koodesk.domain.sms import SmsRules, Variable, VariableType, count

_PHONES: Final = re.compile(
    r"1[3-9][0-9]{9}"  # mobile
    r"|0[0-9]{2,3}-?[2-9][0-9]{6,7}(-[0-9]{1,4})?"  # land line with its area code, and an extension
    r"|[2-9][0-9]{6,7}"  # land line without
    r"|95[0-9]{3,6}"
    r"|[48]00-?[0-9]{3}-?[0-9]{4}"
)
_CONTACTS: Final = re.compile(
    r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])"
    r"|(?<![0-9])0[0-9]{2,3}-?[2-9][0-9]{6,7}(?![0-9])"
    r"|(?<![0-9])[48]00-?[0-9]{3}-?[0-9]{4}(?![0-9])"
    r"|(?i:https?:|www[.。]|qq\s*[:：]?\s*[0-9]{5}|(微信|weixin|wechat|vx|v信)\s*号?\s*[:：]?\s*[a-z0-9_-]{5})"
)
_TEXT_FORBIDDEN: Final = frozenset(".。'<>{}")
_MONEY: Final = re.compile(r"[0-9.零〇一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾佰仟萬億]+")
_DATES: Final = (
    re.compile(r"([0-9]{4})([0-9]{2})([0-9]{2})"),
    re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})"),
    re.compile(r"([0-9]{4})/([0-9]{2})/([0-9]{2})"),
    re.compile(r"([0-9]{4})年([0-9]{1,2})月([0-9]{1,2})日"),
)
_TIMES: Final = (
    re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})"),
    re.compile(r"([0-9]{2}):([0-9]{2})"),
    re.compile(r"([0-9]{1,2})点([0-9]{1,2})分"),
    re.compile(r"([0-9]{1,2})点([0-9]{1,2})"),
)

SURELY_GOOD: Final[Mapping[VariableType, re.Pattern[str]]] = MappingProxyType(
    {
        VariableType.TEXT: re.compile(r"[\u4e00-\u9fa5]{1,20}\Z"),
        VariableType.CHARDIGIT: re.compile(r"[0-9]{1,6}\Z"),
        VariableType.MONEY: re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,2})?\Z"),
        VariableType.PHONE: re.compile(r"1[3-9][0-9]{9}\Z"),
    }
)
"""Values `check_value` is known to take, told in one `match`: the quick way past it for millions of them."""


def check_value(rules: SmsRules, variable: Variable, value: str) -> tuple[Problem, ...]:
    """Judge one value. The place in every problem is "variable:<number>"."""
    where = f"variable:{variable.number}"
    if variable.type is VariableType.NEWTEXT:
        return (problem("sms.value.platform_fills", where, source="SDK", number=variable.number),)
    if not value:
        return (problem("sms.value.missing", where, number=variable.number),)
    limit, actual = rules.value_max[variable.type], count(value)
    if actual > limit:
        return (
            problem(
                "sms.value.too_long",
                where,
                source="SDK",
                number=variable.number,
                type=variable.type.value,
                limit=limit,
                actual=actual,
            ),
        )
    unseen = unseen_characters(value, where)
    if unseen:
        return unseen
    code = _JUDGES[variable.type](value)
    if not code:
        return ()
    return (
        problem(code, where, source="SDK", number=variable.number, type=variable.type.value, actual=value),
    )


def check_values(
    rules: SmsRules, variables: tuple[Variable, ...], values: Mapping[int, str]
) -> tuple[Problem, ...]:
    """Judge the values of one recipient; the link's own place (NEWTEXT) must not be among them."""
    found: list[Problem] = []
    for variable in variables:
        if variable.type is VariableType.NEWTEXT and variable.number not in values:
            continue
        found += check_value(rules, variable, values.get(variable.number, ""))
    known = {variable.number for variable in variables}
    found += [
        problem("sms.value.no_such_variable", f"variable:{number}", number=number)
        for number in sorted(set(values) - known)
    ]
    return tuple(found)


def _phone(value: str) -> str:
    return "" if _PHONES.fullmatch(value) else "sms.value.phone"


def _letters_and_digits(value: str) -> str:
    if not re.fullmatch(r"[0-9A-Za-z]+", value):
        return "sms.value.letters_and_digits"
    return "sms.value.contact" if _CONTACTS.fullmatch(value) else ""


def _date_or_time(value: str) -> str:
    for shape in _DATES:
        date = shape.fullmatch(value)
        if date:
            return "" if _is_date(*(int(part) for part in date.groups())) else "sms.value.no_such_date"
    for shape in _TIMES:
        time = shape.fullmatch(value)
        if time:
            return "" if _is_time(*(int(part) for part in time.groups())) else "sms.value.no_such_time"
    return "sms.value.date_or_time"


def _is_date(year: int, month: int, day: int) -> bool:
    try:
        datetime.date(year, month, day)
    except ValueError:
        return False
    return True


def _is_time(hour: int, minute: int, second: int = 0) -> bool:
    return hour < 24 and minute < 60 and second < 60


def _money(value: str) -> str:
    return "" if _MONEY.fullmatch(value) else "sms.value.money"


def _text(value: str) -> str:
    if not value.strip():
        return "sms.value.missing"
    if _TEXT_FORBIDDEN & set(value):
        return "sms.value.text_characters"
    return "sms.value.contact" if _CONTACTS.search(value) else ""


_JUDGES: Final[Mapping[VariableType, Callable[[str], str]]] = MappingProxyType(
    {
        VariableType.PHONE: _phone,
        VariableType.CHARDIGIT: _letters_and_digits,
        VariableType.DATETIME: _date_or_time,
        VariableType.MONEY: _money,
        VariableType.TEXT: _text,
    }
)
