# SPDX-License-Identifier: Apache-2.0
"""Rights of the kinds of campaign: smart messages and video SMS are different products with different policies. A plain SMS has
the rights of a smart message: no source names any of its own (`resources/rules/plain_sending.toml`).

What a method may do depends on what it is asked about, so the action is found by the campaign (a number) or the
confirmation (a digest) it is given first. Without any of these rights nothing is looked up: nobody learns from the
answer what there is.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import wraps
from typing import Concatenate, Final, ParamSpec, Protocol, TypeVar

from koodesk.backend.operations.rights import ACTION_ATTRIBUTE, Access, method_facts
from koodesk.backend.ports.exports import ExportKind, Options, Prepared
from koodesk.domain.campaign import CampaignKind

_TASK: Final = {
    CampaignKind.SMART: "devSendTask",
    CampaignKind.VIDEO: "basicSendTask",
    CampaignKind.PLAIN: "devSendTask",
}


def action(kind: CampaignKind, verb: str) -> str:
    """Return the platform's name of an action: `create`, `list`, `control`, `decide` or `export` of a kind of send task."""
    return f"kooMessage:{_TASK[kind]}:{verb}"


class Asked(Protocol):
    """What `needs_any_kind` asks of the object it guards."""

    @property
    def access(self) -> Access: ...


class Guarded(Asked, Protocol):
    """What `needs_for_kind` asks of it beside."""

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """Find the kind of a campaign by its id, or of a confirmation by its digest. Raises Refused for neither."""
        ...


P = ParamSpec("P")
R = TypeVar("R")
A = TypeVar("A", bound=Asked)
G = TypeVar("G", bound=Guarded)
Reference = TypeVar("Reference", int, str)

Method = Callable[Concatenate[G, Reference, P], R]


def needs_for_kind(verb: str) -> Callable[[Method[G, Reference, P, R]], Method[G, Reference, P, R]]:
    """Check the action of a campaign's own kind before the method runs; its first argument says which campaign."""

    def decorate(method: Method[G, Reference, P, R]) -> Method[G, Reference, P, R]:
        what, names = method_facts(method)

        @wraps(method)
        def guarded(self: G, reference: Reference, /, *args: P.args, **kwargs: P.kwargs) -> R:
            first = action(CampaignKind.SMART, verb)
            with self.access.calling(first, what, names, (reference, *args), kwargs):
                allowed_kinds(self.access, verb)
                self.access.allow(action(self._kind_of(reference), verb))
                return method(self, reference, *args, **kwargs)

        setattr(guarded, ACTION_ATTRIBUTE, action(CampaignKind.SMART, verb))
        return guarded

    return decorate


def needs_any_kind(verb: str) -> Callable[[Callable[Concatenate[A, P], R]], Callable[Concatenate[A, P], R]]:
    """Check that the action of one kind at least is allowed; the method answers for that kind only (`allowed_kinds`)."""

    def decorate(method: Callable[Concatenate[A, P], R]) -> Callable[Concatenate[A, P], R]:
        what, names = method_facts(method)

        @wraps(method)
        def guarded(self: A, /, *args: P.args, **kwargs: P.kwargs) -> R:
            with self.access.calling(action(CampaignKind.SMART, verb), what, names, args, kwargs):
                allowed_kinds(self.access, verb)
                return method(self, *args, **kwargs)

        setattr(guarded, ACTION_ATTRIBUTE, action(CampaignKind.SMART, verb))
        return guarded

    return decorate


def export_right(kind_of: Callable[[int], str]) -> Callable[[Options], str]:
    """Return what says the right of an export of a campaign: that of its kind, a smart message's where that is not known."""

    def right(options: Options) -> str:
        campaign = options.get("campaign")
        kind = CampaignKind.SMART if campaign is None else CampaignKind(kind_of(int(campaign)))
        return action(kind, "export")

    return right


def details_kind(
    prepare: Callable[[int, str, Mapping[str, str] | None], Prepared], kind_of: Callable[[int], str]
) -> ExportKind:
    """Return the export of send details."""
    return ExportKind(
        lambda o: prepare(int(o["campaign"]), str(o["reason"]), o.get("headings")), export_right(kind_of)
    )


def allowed_kinds(access: Access, verb: str, wanted: CampaignKind | None = None) -> tuple[CampaignKind, ...]:
    """Return the kinds an action is allowed for, or the wanted one. Raises Refused (access.denied) for none."""
    kinds = tuple(CampaignKind) if wanted is None else (wanted,)
    allowed = tuple(kind for kind in kinds if access.may(action(kind, verb)).allowed)
    if not allowed:
        access.demand(action(kinds[0], verb))
    return allowed
