# SPDX-License-Identifier: Apache-2.0
"""A card compiled for looking at many rows: which parameters matter, where they stand, and what room is left there. Pure.

A plan is worked out once from card, rule pack and SMS text (`compile_plan`) and is plain data, so that another process can do
the looking (`to_data`, `from_data`). The looking itself is `rows`. Where a vendor publishes no limit the plan has none, and a
vendor whose phones show parameters as they are written is left out: its recipients all see the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from koodesk.domain.layout_contents import in_sight
from koodesk.domain.params import Literal, names, split
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.signature import bracketed
from koodesk.domain.sms import SmsRules, VariableType, count, parts
from koodesk.domain.template import ButtonContent, Content, ImageContent, Template, TextContent
from koodesk.domain.variants import seen_by
from koodesk.domain.vendor import Vendor

Pieces = tuple[str | int, ...]
"""A text taken apart: what stands as it is, and indexes into the plan's parameters where a value goes."""

ALL: Final = ""
"""The vendor of what holds for all of them."""

SMS: Final = "sms"
"""The slot of the SMS text, which is none of the card's."""


@dataclass(frozen=True, slots=True)
class SmsVariable:
    """A place of an SMS text with its type: `${place}` is filled by the column `param`, or by `value` for everybody.

    `param` "" is the column of the place's own name. A NEWTEXT is filled by the platform.
    """

    place: str
    type: VariableType
    param: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class SmsText:
    """The text of an SMS template as it goes to these recipients; `signature` is its name without 【】.

    A place without a variable is filled by the column of its name; where there is none, the only number among them is taken
    for the short link.
    """

    content: str
    signature: str = ""
    variables: tuple[SmsVariable, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedText:
    """A text of the card with values in it. `limits`: (vendor, 字, lines) of each vendor that publishes one."""

    slot: str
    where: str
    pieces: Pieces
    limits: tuple[tuple[str, int, int], ...]


@dataclass(frozen=True, slots=True)
class PlannedTotal:
    """All texts of the card together, and the vendors' limits in characters (长文本: 350)."""

    pieces: Pieces
    limits: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class PlannedLink:
    """A field of an event with values in it: its length, pattern and choices; `vendors` is ("",) when all show the same."""

    slot: str
    where: str
    pieces: Pieces
    most: int
    pattern: str
    choices: tuple[str, ...]
    vendors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlannedSms:
    """The SMS text, and the most characters it may have without needing more parts than with the examples."""

    pieces: Pieces
    most: int
    parts: int


@dataclass(frozen=True, slots=True)
class PlannedType:
    """A parameter that fills a typed variable of the SMS."""

    param: int
    type: VariableType


@dataclass(frozen=True, slots=True)
class RowPlan:
    """A compiled card. `columns` are the card's parameters, `params` those that matter, in the same order.

    `examples` are theirs; `homes` the first slot each stands in. `rules` are there when `types` are.
    """

    columns: tuple[str, ...]
    params: tuple[str, ...]
    examples: tuple[str, ...]
    homes: tuple[str, ...]
    texts: tuple[PlannedText, ...]
    totals: tuple[PlannedTotal, ...]
    links: tuple[PlannedLink, ...]
    sms: PlannedSms | None = None
    types: tuple[PlannedType, ...] = ()
    rules: SmsRules | None = None


def compile_plan(
    template: Template, pack: RulePack, sms: SmsText | None = None, rules: SmsRules | None = None
) -> RowPlan:
    """Compile a card; `sms` with the `rules` of its length adds the SMS it rides on.

    Raises Refused: layout.unknown, or rows.sms_place when nothing fills a place of the SMS text or a variable has none.
    """
    layout = pack.layouts.get(template.layout)
    if layout is None:
        raise Refused(problem("layout.unknown", "layout", layout=template.layout))
    examples = {p.name: p.example for p in template.params}
    columns = tuple(examples)
    cards = {v.value: seen_by(template, v) for v in _replacing(template, layout)}
    # Names stand for parameters until it is known which of them matter.
    texts = _texts(cards, layout, examples)
    totals = _totals(cards, layout, examples)
    links = _links(cards, layout, pack, examples)
    message: tuple[str | tuple[str], ...] = ()
    typed: tuple[tuple[str, VariableType], ...] = ()
    if sms is not None and rules is not None:
        message, typed = _message(sms, rules, examples)
    homes: dict[str, str] = {}
    for slot, pieces in [(t[0], t[2]) for t in texts] + [(k[0], k[2]) for k in links] + [(SMS, message)]:
        for piece in pieces:
            if isinstance(piece, tuple):
                homes.setdefault(piece[0], slot)
    used = tuple(name for name in columns if name in homes)
    at = {name: index for index, name in enumerate(used)}

    def placed(pieces: tuple[str | tuple[str], ...]) -> Pieces:
        return tuple(p if isinstance(p, str) else at[p[0]] for p in pieces)

    planned = None
    if sms is not None and rules is not None:
        shown = "".join(p if isinstance(p, str) else examples[p[0]] for p in message)
        allowed = max(parts(rules, count(shown)), 1)
        most = rules.single_max if allowed == 1 else allowed * rules.part_max
        planned = PlannedSms(placed(message), most, allowed)
    return RowPlan(
        columns=columns,
        params=used,
        examples=tuple(examples[name] for name in used),
        homes=tuple(homes[name] for name in used),
        texts=tuple(
            PlannedText(slot, where, placed(pieces), tuple(limits))
            for (slot, where, pieces), limits in texts.items()
        ),
        totals=tuple(PlannedTotal(placed(pieces), tuple(limits)) for pieces, limits in totals.items()),
        links=tuple(
            PlannedLink(
                slot,
                where,
                placed(pieces),
                most,
                pattern,
                choices,
                (ALL,) if vendors == [*cards] else (*vendors,),
            )
            for (slot, where, pieces, most, pattern, choices), vendors in links.items()
        ),
        sms=planned,
        types=tuple(PlannedType(at[name], kind) for name, kind in typed),
        rules=rules if typed else None,
    )


_Named = tuple[str | tuple[str], ...]
"""`Pieces` with (name,) in the place of indexes."""


def _replacing(template: Template, layout: LayoutSpec) -> Iterator[Vendor]:
    """Yield the card's vendors that take the layout and put values in place, or may: only a known no leaves one out."""
    for vendor in template.vendors:
        fact = layout.param_vendors.get(vendor)
        if layout.takes(vendor) and (fact is None or fact.value is not False):
            yield vendor


def _pieces(text: str, known: Mapping[str, str]) -> _Named:
    """Take a text apart; a parameter that is not the card's stays as it is written, and so it is shown."""
    return tuple(t.text if isinstance(t, Literal) or t.name not in known else (t.name,) for t in split(text))


def _has_values(pieces: _Named) -> bool:
    return any(isinstance(piece, tuple) for piece in pieces)


def _parts(content: Content) -> Iterator[tuple[str, str, bool]]:
    """Yield (where, text, whether it is the second text) of a content's words."""
    if isinstance(content, TextContent | ButtonContent):
        yield f"content:{content.id}", content.text, False
    if isinstance(content, TextContent) and content.child:
        yield f"content:{content.id}/child", content.child, True


def _texts(
    cards: Mapping[str, Template], layout: LayoutSpec, known: Mapping[str, str]
) -> dict[tuple[str, str, _Named], list[tuple[str, int, int]]]:
    """Gather the texts with values, each once for all vendors that show it, with their limits."""
    found: dict[tuple[str, str, _Named], list[tuple[str, int, int]]] = {}
    for vendor, card in cards.items():
        for content in in_sight(card, layout):
            slot = next((s for s in layout.slots if s.id == content.slot), None)
            for where, text, child in _parts(content):
                pieces = _pieces(text, known)
                if slot is None or not _has_values(pieces):
                    continue
                limits = found.setdefault((content.slot, where, pieces), [])
                limit = slot.limit(Vendor(vendor), child=child)
                if limit is not None:
                    limits.append((vendor, limit.chars, limit.lines))
    return found


def _totals(
    cards: Mapping[str, Template], layout: LayoutSpec, known: Mapping[str, str]
) -> dict[_Named, list[tuple[str, int]]]:
    found: dict[_Named, list[tuple[str, int]]] = {}
    for vendor, card in cards.items():
        fact = layout.total_chars.get(Vendor(vendor))
        if fact is None or fact.value is None:
            continue
        pieces = tuple(
            piece
            for content in in_sight(card, layout)
            if isinstance(content, TextContent)
            for text in (content.text, content.child)
            for piece in _pieces(text, known)
        )
        if _has_values(pieces):
            found.setdefault(pieces, []).append((vendor, fact.value))
    return found


def _links(
    cards: Mapping[str, Template], layout: LayoutSpec, pack: RulePack, known: Mapping[str, str]
) -> dict[tuple[str, str, _Named, int, str, tuple[str, ...]], list[str]]:
    found: dict[tuple[str, str, _Named, int, str, tuple[str, ...]], list[str]] = {}
    for vendor, card in cards.items():
        for content in in_sight(card, layout):
            if not isinstance(content, ImageContent | ButtonContent) or content.event is None:
                continue
            for field in pack.events[content.event.type].fields:
                text = content.event.field(field.name)
                pieces = _pieces(text, known)
                if not _has_values(pieces):
                    continue
                # With a place that nobody fills the form is broken for everybody, which the checks of the card say.
                whole = all(name in known for name in names(text))
                key = (
                    content.slot,
                    f"content:{content.id}/event.{field.name}",
                    pieces,
                    field.max_length,
                    field.pattern if whole else "",
                    field.choices if whole else (),
                )
                found.setdefault(key, []).append(vendor)
    return found


def _message(
    sms: SmsText, rules: SmsRules, known: Mapping[str, str]
) -> tuple[_Named, tuple[tuple[str, VariableType], ...]]:
    """Take the SMS text apart: what fills each place, and the types of those that rows fill."""
    described = {v.place: v for v in sms.variables}
    there = names(sms.content)
    if lost := [place for place in described if place not in there]:
        raise Refused(*(problem("rows.sms_place", f"variable:{p}", place=p) for p in lost))
    # A smart message has one short link; a single number that no column fills can only be it.
    numbers = [n for n in there if n.isdecimal() and n not in known and n not in described]
    link = "x" * rules.link_chars
    pieces: list[str | tuple[str]] = []
    typed: dict[tuple[str, VariableType], None] = {}
    for token in split(sms.content):
        if isinstance(token, Literal):
            pieces.append(token.text)
            continue
        variable = described.get(token.name)
        column = variable.param or token.name if variable is not None else token.name
        if (variable is not None and variable.type is VariableType.NEWTEXT) or numbers == [token.name]:
            pieces.append(link)
        elif variable is not None and variable.value:
            pieces.append(variable.value)
        elif column in known:
            pieces.append((column,))
            if variable is not None:
                typed[column, variable.type] = None
        else:
            raise Refused(problem("rows.sms_place", f"variable:{token.name}", place=token.name))
    if sms.signature:
        pieces.append(bracketed(sms.signature))
    return tuple(pieces), tuple(typed)


# --- as data -------------------------------------------------------------------------------------------------------


def to_data(plan: RowPlan) -> dict[str, Any]:
    """Return the plan as what JSON can hold."""
    data = {f.name: getattr(plan, f.name) for f in fields(plan)}
    for key in ("texts", "totals", "links", "types"):
        data[key] = [asdict(one) for one in data[key]]
    data["sms"] = None if plan.sms is None else asdict(plan.sms)
    if plan.rules is not None:
        rules = {f.name: getattr(plan.rules, f.name) for f in fields(plan.rules)}
        data["rules"] = {**rules, "value_max": {k.value: v for k, v in plan.rules.value_max.items()}}
    return data


def from_data(data: Mapping[str, Any]) -> RowPlan:
    """Read a plan back from the JSON of `to_data`. Both ends are ours: what is no plan raises KeyError or TypeError."""
    rules = data["rules"]
    if rules is not None:
        sizes = {VariableType(k): int(v) for k, v in rules["value_max"].items()}
        rules = SmsRules(**{**rules, "value_max": sizes, "opt_out_others": tuple(rules["opt_out_others"])})
    sms = data["sms"]
    return RowPlan(
        columns=tuple(data["columns"]),
        params=tuple(data["params"]),
        examples=tuple(data["examples"]),
        homes=tuple(data["homes"]),
        texts=tuple(
            PlannedText(
                t["slot"], t["where"], tuple(t["pieces"]), tuple((v, c, n) for v, c, n in t["limits"])
            )
            for t in data["texts"]
        ),
        totals=tuple(
            PlannedTotal(tuple(t["pieces"]), tuple((v, most) for v, most in t["limits"]))
            for t in data["totals"]
        ),
        links=tuple(
            PlannedLink(
                **{
                    **link,
                    "pieces": tuple(link["pieces"]),
                    "choices": tuple(link["choices"]),
                    "vendors": tuple(link["vendors"]),
                }
            )
            for link in data["links"]
        ),
        sms=None if sms is None else PlannedSms(tuple(sms["pieces"]), sms["most"], sms["parts"]),
        types=tuple(PlannedType(t["param"], VariableType(t["type"])) for t in data["types"]),
        rules=rules,
    )
