# SPDX-License-Identifier: Apache-2.0
"""Ready SMS templates a form can be filled with (模板示例). They are ours; a test holds each against the rules of the form."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass

from koodesk.domain.signature import SmsType
from koodesk.domain.sms import Variable, VariableType


@dataclass(frozen=True, slots=True)
class SmsExample:
    """One example: what it is called, notification or promotion, its content and the variables in it."""

    name: str
    type: SmsType
    content: str
    variables: tuple[Variable, ...]


def read_examples(text: str) -> tuple[SmsExample, ...]:
    """Read `samples/sms_examples.toml`. Raises KeyError or ValueError when the data is not complete: it ships with us."""
    return tuple(
        SmsExample(
            entry["name"],
            SmsType(entry["type"]),
            entry["content"],
            tuple(
                Variable(number, VariableType(kind), about)
                for number, (kind, about) in enumerate(entry["variables"], 1)
            ),
        )
        for entry in tomllib.loads(text)["example"]
    )
