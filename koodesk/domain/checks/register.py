# SPDX-License-Identifier: Apache-2.0
"""How rules are registered and run, and what a rule may ask about the template in hand."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from koodesk.domain.brand import EMPTY, BrandKit
from koodesk.domain.layout_contents import in_sight, left_out
from koodesk.domain.params import substitute
from koodesk.domain.problem import Problem, Scalar, Severity
from koodesk.domain.rule_pack import LayoutSpec, RulePack, SlotSpec
from koodesk.domain.template import ButtonContent, Content, ImageContent, Template, TextContent
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor

ERROR: Final = Severity.ERROR
WARNING: Final = Severity.WARNING
NOTE: Final = Severity.NOTE


@dataclass(frozen=True, slots=True)
class Context:
    """A template in the light of a rule pack.

    `vendors` are those whose rules are asked for: the template's, or the one vendor a caller looks at. `chosen` are the
    vendors the template would be submitted to, which some rules need whole (SAMSUNG alone, VIVO among others). `template` is
    the card as these vendors see it, `master` the card with the variants of all. `brand` is what is known of the sender.
    """

    template: Template
    pack: RulePack
    vendors: tuple[Vendor, ...]
    chosen: tuple[Vendor, ...]
    master: Template
    brand: BrandKit = EMPTY

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

    def submitted(self) -> Iterator[Content]:
        """Yield every content that is handed in: what the chosen style leaves out is not."""
        layout = self.layout
        without = frozenset[str]() if layout is None else left_out(self.template, layout)
        yield from (c for c in self.template.contents() if c.slot not in without)

    def slots(self) -> Iterator[tuple[Content, SlotSpec]]:
        """Yield every content in sight whose slot is known, with the slot."""
        layout = self.layout
        if layout is None:
            return
        for content in in_sight(self.template, layout):
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


def check(
    template: Template, pack: RulePack, vendor: Vendor | None = None, *, brand: BrandKit = EMPTY
) -> tuple[Problem, ...]:
    """Return everything the rules say about a template, in the order of the form, each problem once.

    With a vendor: the rules all share and those of this vendor, as if it were chosen. Without: those of every vendor the
    template has. `brand` is the kit of the workspace: its names and logos show the sender too.
    """
    chosen = tuple(v for v in Vendor if v in template.vendors or v is vendor)
    asked = (vendor,) if vendor is not None else template.vendors
    own = {o.vendor for o in template.overrides}
    # What the vendors share is checked once, each vendor with a variant of its own beside it.
    shared = Context(template, pack, tuple(v for v in asked if v not in own), chosen, template, brand)
    contexts = [Context(seen_by(template, v), pack, (v,), chosen, template, brand) for v in asked if v in own]
    if shared.vendors or not contexts:
        contexts.insert(0, shared)
    problems: dict[Problem, None] = {}
    for one in RULES:
        for context in contexts:
            for problem in one.check(context):
                assert problem.code in one.codes, problem.code
                if vendor is not None and problem.vendor not in (None, vendor):
                    continue  # of a variant that this vendor never sees
                own_vendor = None
                if context is not shared and problem.vendor is None and _about(problem, context, template):
                    own_vendor = context.vendors[0]
                problems[_completed(problem, one.source, own_vendor)] = None
    return tuple(problems)


def _about(problem: Problem, context: Context, master: Template) -> bool:
    """Tell whether a problem of a vendor's card is about a content that is the vendor's own."""
    kind, _, rest = problem.where.partition(":")
    content_id = rest.partition("/")[0]
    vendor = context.vendors[0]
    return kind == "content" and any(
        o.vendor is vendor and o.content.id == content_id for o in master.overrides
    )


def _completed(problem: Problem, source: str, vendor: Vendor | None) -> Problem:
    """Return the problem with the rule's source where it names none itself, and the vendor whose own content it is about."""
    source = problem.source or source
    vendor = problem.vendor or vendor
    if (source, vendor) == (problem.source, problem.vendor):
        return problem
    return Problem(problem.code, problem.where, problem.params, problem.severity, vendor, source)


def place(content: Content) -> str:
    """Return the `where` of a content."""
    return f"content:{content.id}"


def child_place(content: Content) -> str:
    """Return the `where` of a content's second text."""
    return f"{place(content)}/child"


def words_of(content: Content) -> str:
    """Return what can be read of a content: the words of a text with its second text, or of a button."""
    match content:
        case TextContent(text=text, child=child):
            return f"{text} {child}" if child else text
        case ButtonContent(text=text):
            return text
        case _:
            return ""


def all_texts(context: Context) -> Iterator[tuple[str, str]]:
    """Yield (where, text) for every text of a template that is submitted, empty ones left out."""
    template = context.template
    yield "name", template.name
    for content in context.submitted():
        if isinstance(content, TextContent | ButtonContent) and content.text:
            yield place(content), content.text
        if isinstance(content, TextContent) and content.child:
            yield child_place(content), content.child
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
