# SPDX-License-Identifier: Apache-2.0
"""Reading `resources/rules/resolve.toml`: what resolve tasks, custom domains and jump URLs must keep to."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from typing import Any

from koodesk.domain.jump_url import PrivateHosts


@dataclass(frozen=True, slots=True)
class Bounds:
    """The least and the most of a number or a length, and who says so."""

    least: int
    most: int
    source: str

    def hold(self, value: int) -> bool:
        """Tell whether a value lies within."""
        return self.least <= value <= self.most


@dataclass(frozen=True, slots=True)
class ResolveRules:
    """All of it; lengths are in characters, validity in days of 24 hours."""

    individual_links: Bounds
    group_links: Bounds
    signatures: Bounds
    signature_length: Bounds
    group_days: Bounds
    group_times: Bounds
    individual_days: Bounds
    individual_times: Bounds
    short_code: Bounds
    cust_flag: Bounds
    domain: Bounds
    system_domains: tuple[str, ...]
    jump_url: Bounds
    send_jump_url: Bounds
    task_name: Bounds
    private: PrivateHosts


def read_resolve_rules(text: str) -> ResolveRules:
    """Read `resolve.toml`. Raises KeyError or ValueError when it is not complete: it ships with the program."""
    data: dict[str, Any] = tomllib.loads(text)
    links, signs, hosts = data["links"], data["signatures"], data["private_hosts"]
    jump = data["jump_url"]
    return ResolveRules(
        individual_links=Bounds(1, int(links["individual_max"]), links["source"]),
        group_links=Bounds(1, int(links["group_max"]), links["source"]),
        signatures=_bounds(signs),
        signature_length=Bounds(int(signs["length_min"]), int(signs["length_max"]), signs["source"]),
        group_days=_bounds(data["group"]["days"]),
        group_times=_bounds(data["group"]["times"]),
        individual_days=_bounds(data["individual"]["days"]),
        individual_times=_bounds(data["individual"]["times"]),
        short_code=_bounds(data["short_code"]),
        cust_flag=_bounds(data["cust_flag"]),
        domain=_bounds(data["domain"]),
        system_domains=tuple(data["domain"]["system"]),
        jump_url=Bounds(1, int(jump["resolve_max"]), jump["source"]),
        send_jump_url=Bounds(1, int(jump["send_max"]), jump["source"]),
        task_name=_bounds(data["task_name"]),
        private=PrivateHosts(frozenset(hosts["names"]), tuple(hosts["suffixes"])),
    )


def _bounds(table: dict[str, Any]) -> Bounds:
    return Bounds(int(table.get("least", 0)), int(table["most"]), str(table["source"]))
