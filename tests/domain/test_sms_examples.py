# SPDX-License-Identifier: Apache-2.0
"""The examples of the form pass the form: nobody is offered what the reviewer would refuse."""

from __future__ import annotations

import pytest

from koodesk import paths
from koodesk.domain.problem import errors
from koodesk.domain.signature import SmsType
from koodesk.domain.sms import SmsTemplateDraft, VariableType, check_template
from koodesk.domain.sms_examples import SmsExample, read_examples
from koodesk.domain.sms_rules import read_sms_rules

RESOURCES = paths.resources()
EXAMPLES = read_examples((RESOURCES / "samples" / "sms_examples.toml").read_text("utf-8"))
RULES = read_sms_rules((RESOURCES / "rules" / "sms.toml").read_text("utf-8")).template


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: example.name)
def test_it_passes_every_rule_and_can_carry_a_card(example: SmsExample) -> None:
    draft = SmsTemplateDraft(example.name, example.type, 1, example.content, example.variables, "")
    assert errors(check_template(RULES, draft, "云杉商城", ())) == ()
    assert [v.type for v in example.variables].count(VariableType.NEWTEXT) == 1
    assert [f"${{{v.number}}}" in example.content for v in example.variables] == [True] * len(
        example.variables
    )


def test_there_are_examples_of_both_types() -> None:
    assert {example.type for example in EXAMPLES} == set(SmsType)
