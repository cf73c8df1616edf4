# SPDX-License-Identifier: Apache-2.0
"""Rules for SMS applications, signatures and templates (facts 1.4-1.6): the form's own rules once more, and what only
the platform knows: whether the application is launched and the signature approved."""

from __future__ import annotations

from typing import Any

from koodesk.domain.problem import Problem, problem
from koodesk.domain.signature import SignatureDraft, SignatureSource, SmsType, check_signature
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType, check_template
from koodesk.domain.sms_app import SmsAppDraft, check_app
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.reviewer.papers import check, read_paper
from koodesk.engine.rule_book import sms_rules


def app(body: dict[str, Any], _vendor: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review an application."""
    draft = SmsAppDraft(_text(body, "name"), _text(body, "uplink_url", optional=True))
    return check_app(sms_rules().app, draft, knowledge.app_names())


def signature(body: dict[str, Any], _vendor: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review a signature: name rule, source, licence, and a power of attorney for a third party's name."""
    rules = sms_rules().signature
    app_name = _text(body, "app")
    draft = SignatureDraft(
        name=_text(body, "name"),
        type=SmsType(body["type"]),
        app_id=0,
        source=SignatureSource(body["source"]),
        third_party=bool(body["third_party"]),
        source_title=_text(body, "source_title", optional=True),
        note=_text(body, "note", optional=True),
    )
    papers = {
        name: read_paper(body[name]) if body.get(name) is not None else None
        for name in ("licence", "attorney")
    }
    found = list(check_signature(rules, draft, papers["licence"], papers["attorney"]))
    for name, rule in (("licence", rules.licence), ("attorney", rules.attorney)):
        paper = papers[name]
        if paper is not None:
            found += check(rule, f"paper:{name}", paper)
    if not knowledge.is_launched(app_name):
        found.append(problem("review.app_not_launched", "app", app=app_name))
    return tuple(found)


def template(body: dict[str, Any], _vendor: str, knowledge: Knowledge) -> tuple[Problem, ...]:
    """Review an SMS template: content, variables, opt-out text, and the signature it stands under."""
    name = _text(body, "signature")
    variables = tuple(
        Variable(int(one["number"]), VariableType(one["type"]), str(one.get("description", "")))
        for one in body["variables"]
    )
    draft = SmsTemplateDraft(
        name=_text(body, "name"),
        type=SmsType(body["type"]),
        signature_id=0,
        content=_text(body, "content"),
        variables=variables,
        note=_text(body, "note", optional=True),
    )
    found = list(check_template(sms_rules().template, draft, name))
    app_name = knowledge.signature_app(name)
    if app_name is None:
        found.append(problem("review.signature_not_approved", "signature", signature=name))
    elif app_name.casefold() != _text(body, "app").casefold():
        found.append(problem("review.signature_of_other_app", "signature", signature=name, app=app_name))
    return tuple(found)


def _text(body: dict[str, Any], name: str, *, optional: bool = False) -> str:
    value = body.get(name, "") if optional else body[name]
    if value is None and optional:
        return ""
    if not isinstance(value, str):
        raise TypeError(name)
    return value
