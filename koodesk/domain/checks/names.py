# SPDX-License-Identifier: Apache-2.0
"""Checks of the template's name, scene and example SMS. Source: facts 1.7 [API CreatePersonalTemplate]."""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import Context, found, rule
from koodesk.domain.problem import Problem


@rule("name.missing", "name.too_long", source="API CreatePersonalTemplate")
def name_length(context: Context) -> Iterator[Problem]:
    """tpl_name has 1-17 characters; blanks alone are no name."""
    name = context.template.name
    limit = context.limit("tpl_name.max")
    if not name.strip():
        yield found("name.missing", "name", limit=limit or 0)
    elif limit is not None and len(name) > limit:
        yield found("name.too_long", "name", limit=limit, actual=len(name))


@rule("scene.too_long", source="API CreatePersonalTemplate")
def scene_length(context: Context) -> Iterator[Problem]:
    """scene has at most 10 characters."""
    limit, actual = context.limit("scene.max"), len(context.template.scene)
    if limit is not None and actual > limit:
        yield found("scene.too_long", "scene", limit=limit, actual=actual)


@rule("sms_example.too_long", source="API CreatePersonalTemplate")
def sms_example_length(context: Context) -> Iterator[Problem]:
    """sms_example has at most 70 characters."""
    limit, actual = context.limit("sms_example.max"), len(context.template.sms_example)
    if limit is not None and actual > limit:
        yield found("sms_example.too_long", "sms_example", limit=limit, actual=actual)
