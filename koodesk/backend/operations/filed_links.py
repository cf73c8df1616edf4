# SPDX-License-Identifier: Apache-2.0
"""Which custom domains and jump URLs are filed (已登记): what the links of resolve tasks and of send tasks may use."""

from __future__ import annotations

from sqlalchemy import Connection

from koodesk.backend.ports.resolve import ResolveStore
from koodesk.domain.filing import FilingState
from koodesk.domain.jump_url import host_of
from koodesk.domain.problem import Problem, problem
from koodesk.domain.resolve_rules import ResolveRules
from koodesk.domain.resolve_task import Generation


class FiledLinks:
    """What was approved of both, asked inside the caller's transaction."""

    def __init__(self, store: ResolveStore, rules: ResolveRules) -> None:
        self.rules = rules
        self._store = store

    def domains(self, connection: Connection, generation: Generation) -> tuple[str, ...]:
        """Return the approved domains for codes of a kind, by name; the platform's own are not among them."""
        return tuple(
            one.name
            for one in self._store.domains(connection)
            if one.state is FilingState.APPROVED and one.generation is generation
        )

    def urls(self, connection: Connection) -> tuple[str, ...]:
        """Return the approved jump URLs, newest first."""
        return tuple(u.url for u in self._store.jump_urls(connection) if u.state is FilingState.APPROVED)

    def check_domain(self, connection: Connection, name: str, generation: Generation) -> tuple[Problem, ...]:
        """Return why links with codes of a kind may not stand under a domain; empty is the platform's own."""
        if not name:
            return ()
        if name in self.rules.system_domains:
            if generation is Generation.STANDARD:
                return ()
            return (problem("resolve.domain.other_kind", "domain", name=name),)
        known = next((d for d in self._store.domains(connection) if d.name == name), None)
        if known is None or known.state is not FilingState.APPROVED:
            return (problem("resolve.domain.not_filed", "domain", name=name),)
        if known.generation is not generation:
            return (problem("resolve.domain.other_kind", "domain", name=name),)
        return ()

    def hosts(self, connection: Connection) -> frozenset[str]:
        """Return the hosts that links may lead to."""
        return frozenset(u.host for u in self._store.jump_urls(connection) if u.state is FilingState.APPROVED)

    def check_url(self, hosts: frozenset[str], url: str, where: str) -> tuple[Problem, ...]:
        """Return why links may not lead to a URL that is one; empty leads to the H5 page."""
        if not url or host_of(url) in hosts:
            return ()
        return (problem("resolve.url.not_filed", where, host=host_of(url)[:80]),)
