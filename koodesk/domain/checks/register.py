# SPDX-License-Identifier: Apache-2.0
"""How rules are registered and run, and what a rule may ask about the template in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from koodesk.domain.params import substitute
from koodesk.domain.problem import Problem, Scalar, Severity
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotSpec
from koodesk.domain.template import ButtonContent, Content, ImageContent, Template, TextContent
from koodesk.domain.vendor import Vendor

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
NOTE: Final = Severity.NOTE


@dataclass(frozen=True, slots=True)
class Context:
    """A template in the light of a rule pack.

    `vendors` are those whose rules are asked for: the template's, or the one vendor a caller looks at. `chosen` are the
    vendors the template would be submitted to, which some rules need whole (SAMSUNG alone, VIVO among others).
    """

    template: Template
    pack: RulePack
    vendors: tuple[Vendor, ...]
    chosen: tuple[Vendor, ...]

    @property
    def layout(self) -> LayoutSpec | None:
        """The template's layout, None when the pack does not know it."""
        return self.pack.layouts.get(self.template.layout)

    @property
    def takers(self) -> tuple[Vendor, ...]:
        """The vendors asked for that take the layout; what else the others refuse no longer matters."""
        layout = self.layout
        return self.vendors if layout is None else tuple(v for v in self.vendors if layout.takes(v))

    def slot_of(self, content: Content) -> SlotSpec | None:
        """Return the slot a content fills, None when the layout has none of that name."""
        layout = self.layout
        return None if layout is None else next((s for s in layout.slots if s.id == content.slot), None)

    def slots(self) -> Iterator[tuple[Content, SlotSpec]]:
        """Yield every content whose slot is known, with the slot."""
        for content in self.template.contents():
            slot = self.slot_of(content)
            if slot is not None:
                yield content, slot

    def limit(self, name: str) -> int | None:
        """Return a single limit of the pack, None when it is not published."""
        fact = self.pack.numbers.get(name)
        return None if fact is None else fact.value

    def with_examples(self, text: str) -> str:
        """Return a text with the parameters' examples in place: what a reviewer sees."""
        return substitute(text, {p.name: p.example for p in self.template.params if p.example})


Check = Callable[[Context], Iterator[Problem]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A registered check: the codes it may give and the source of the rule in the facts sheet ("" = Koodesk's own)."""

    check: Check
    codes: frozenset[str]
    source: str


RULES: Final[list[Rule]] = []


def rule(*codes: str, source: str) -> Callable[[Check], Check]:
    """Register a check under its codes and source."""

    def enter(function: Check) -> Check:
        RULES.append(Rule(function, frozenset(codes), source))
        return function

    return enter


def registered_codes() -> tuple[str, ...]:
    """Return every code the registered checks may give, sorted."""
    return tuple(sorted({code for r in RULES for code in r.codes}))


def found(
    code: str,
    where: str = "",
    severity: Severity = ERROR,
    vendor: Vendor | None = None,
    /,
    **params: Scalar,
) -> Problem:
    """Build a problem of a check; its source is filled in from the rule."""
    return Problem(code, where, tuple(sorted(params.items())), severity, vendor)


def check(template: Template, pack: RulePack, vendor: Vendor | None = None) -> tuple[Problem, ...]:
    """Return everything the rules say about a template, in the order of the form, each problem once.

    With a vendor: the rules all share and those of this vendor, as if it were chosen. Without: those of every vendor the
    template has.
    """
    if vendor is None:
        vendors = chosen = template.vendors
    else:
        vendors = (vendor,)
        chosen = tuple(v for v in Vendor if v in (*template.vendors, vendor))
    context = Context(template, pack, vendors, chosen)
    problems: dict[Problem, None] = {}
    for one in RULES:
        for problem in one.check(context):
            assert problem.code in one.codes, problem.code
            sourced = problem
            if not problem.source and one.source:
                sourced = Problem(
                    problem.code, problem.where, problem.params, problem.severity, problem.vendor, one.source
                )
            problems[sourced] = None
    return tuple(problems)


def place(content: Content) -> str:
    """Return the `where` of a content."""
    return f"content:{content.id}"


def all_texts(template: Template) -> Iterator[tuple[str, str]]:
    """Yield (where, text) for every text of a template that is submitted, empty ones left out."""
    yield "name", template.name
    for content in template.contents():
        if isinstance(content, TextContent | ButtonContent) and content.text:
            yield place(content), content.text
        if isinstance(content, ImageContent | ButtonContent) and content.event is not None:
            for name, text in content.event.fields:
                yield f"{place(content)}/event.{name}", text
    for param in template.params:
        yield f"param:{param.name}", param.name
        if param.example:
            yield f"param:{param.name}", param.example
    for name, text in (
        ("scene", template.scene),
        ("sms_example", template.sms_example),
        ("sms_template", template.sms_template),
    ):
        if text:
            yield name, text
    for sign in template.sms_signs:
        yield "sms_signs", sign
