# SPDX-License-Identifier: Apache-2.0
"""The SMS a card rides on, as the platform writes it: template text, values, short link, signature.

`SmsText` is made once per batch from the approved SMS template and then asked for every recipient. The rules of single
values are the domain's (`sms_values`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final

from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, Variable, VariableType, count, parts, places, render
from koodesk.domain.sms_values import SURELY_GOOD, check_value
from koodesk.engine.links import link_length

PARAM_COUNT: Final = "KM.00001376"
"""Number of sms_params differs from the template's variables. Source: facts 4.6."""

VALUE_REFUSED: Final = "E200028"
"""Variable check failed. Source: facts 4.2 (send_status of a plain SMS)."""

TOO_LONG: Final = "KD.SMS_TOO_LONG"

_NEVER: Final = re.compile(r"(?!)")


class SmsText:
    """An approved SMS template with its signature, ready for recipients. `domain` is what its links stand under, empty for
    the public one."""

    def __init__(
        self,
        rules: SmsRules,
        content: str,
        variables: tuple[Variable, ...],
        signature: str,
        domain: str = "",
    ) -> None:
        self.content = content
        self.variables = variables
        self.signature = signature
        self.domain = domain
        self._rules = rules
        self._most = rules.with_signature_max
        used = places(content)
        types = {variable.number: variable.type for variable in variables}
        links = {number for number in used if types.get(number) is VariableType.NEWTEXT}
        self.has_link = bool(links)
        self._links = links
        self._checks: tuple[tuple[str, int, Callable[[str], object], Callable[[str], bool]], ...] = tuple(
            (
                str(variable.number),
                used.count(variable.number),
                SURELY_GOOD.get(variable.type, _NEVER).match,
                partial(_is_good, rules, variable),
            )
            for variable in variables
            if variable.number in used and variable.number not in links
        )
        blank = render(content, dict.fromkeys(used, ""))
        in_links = sum(number in links for number in used) * link_length(domain)
        self._static = count(blank) + count(bracketed(signature)) + in_links

    def refusal(self, values: Mapping[str, Any]) -> str:
        """Return the code of what is wrong with one recipient's values, empty when nothing is.

        Keys are variable numbers ("1"), written "${1}" or bare; the link's own is filled by the platform.
        """
        if len(values) != len(self._checks):
            return PARAM_COUNT
        length = self._static
        for name, times, surely, is_good in self._checks:
            value = values.get(name)
            if value is None:
                value = values.get(f"${{{name}}}")
                if value is None:
                    return PARAM_COUNT
            if not isinstance(value, str) or not (surely(value) or is_good(value)):
                return VALUE_REFUSED
            length += (len(value) if value.isascii() else count(value)) * times
        return TOO_LONG if length > self._most else ""

    def parts(self, values: Mapping[str, Any]) -> int:
        """Return how many parts the SMS has, signature and link included: what it is billed as. A recipient who gets
        another thing instead may have no values; then the text counts without them."""
        length = self._static
        for name, times, *_ in self._checks:
            length += count(str(values.get(name, values.get(f"${{{name}}}", "")))) * times
        return parts(self._rules, length)

    def write(self, values: Mapping[str, Any], link: str) -> str:
        """Return the SMS as the phone gets it. The values were taken by `refusal` before."""
        filled = dict.fromkeys(self._links, link)
        for name, *_ in self._checks:
            filled[int(name)] = str(values.get(name, values.get(f"${{{name}}}", "")))
        return bracketed(self.signature) + render(self.content, filled)


def _is_good(rules: SmsRules, variable: Variable, value: str) -> bool:
    return not check_value(rules, variable, value)
