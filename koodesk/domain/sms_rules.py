# SPDX-License-Identifier: Apache-2.0
"""Reading `resources/rules/sms.toml`: the rules of SMS applications, signatures and templates in one value."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from koodesk.domain.papers import PaperRule
from koodesk.domain.signature import SignatureRules, SignatureSource, TitleRule
from koodesk.domain.sms import SmsRules, VariableType
from koodesk.domain.sms_app import SmsAppRules


@dataclass(frozen=True, slots=True)
class SmsRuleSet:
    """All rules of the SMS layer."""

    app: SmsAppRules
    signature: SignatureRules
    template: SmsRules


def read_sms_rules(text: str) -> SmsRuleSet:
    """Read `sms.toml`. Raises KeyError or ValueError when the data is not complete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    app, signature, template, length = data["app"], data["signature"], data["template"], data["length"]
    paper = signature["paper"]
    paper_rule = PaperRule(tuple(paper["types"]), int(paper["max_bytes"]), paper["source"], plain_name=True)
    return SmsRuleSet(
        app=SmsAppRules(int(app["name_min"]), int(app["name_max"]), app["name_pattern"], int(app["url_max"])),
        signature=SignatureRules(
            name_min=int(signature["name_min"]),
            name_max=int(signature["name_max"]),
            name_pattern=signature["name_pattern"],
            note_max=int(signature["note_max"]),
            title_max=int(signature["title_max"]),
            titles=MappingProxyType(
                {
                    SignatureSource(t["source"]): TitleRule(t["zh"], t["en"], t["pattern"])
                    for t in signature["title"]
                }
            ),
            licence=paper_rule,
            attorney=paper_rule,
        ),
        template=SmsRules(
            name_min=int(template["name_min"]),
            name_max=int(template["name_max"]),
            content_max=int(template["content_max"]),
            with_signature_max=int(template["with_signature_max"]),
            note_max=int(template["note_max"]),
            description_max=int(template["description_max"]),
            variables_max=int(template["variables_max"]),
            api_only_from=int(template["api_only_from"]),
            single_max=int(length["single_max"]),
            part_max=int(length["part_max"]),
            link_chars=int(length["link_chars"]),
            code_chars=int(length["code_chars"]),
            value_max=MappingProxyType({VariableType(k): int(v) for k, v in data["value_max"].items()}),
            opt_out=template["opt_out"],
            opt_out_others=tuple(template["opt_out_others"]),
        ),
    )
