# SPDX-License-Identifier: Apache-2.0
"""Binding a channel number to an account (绑定, figure 4-3), and which account a message reaches by its signature.

Bound signatures are some of the number's own, and for one signature of a number no two bindings share a region
[SDK LockPort]. With 签名授权 switched on an account needs no binding: every number with one of its signatures serves it.
"""

from __future__ import annotations

from collections.abc import Iterable

from koodesk.domain.problem import Problem, problem
from koodesk.domain.service_account.regions import Choice, Regions
from koodesk.domain.service_account.values import Binding, Port, Profile


def check_binding(
    binding: Binding, port: Port, others: Iterable[Binding], regions: Regions
) -> tuple[Problem, ...]:
    """Check a new binding against its number and the other bindings. Unknown regions raise Refused("region.unknown")."""
    found: list[Problem] = []
    if not binding.signatures:
        found.append(problem("sa.binding.no_signature", "signatures", source="SDK LockPort"))
    foreign = [name for name in binding.signatures if name not in port.signatures]
    if foreign:
        found.append(
            problem("sa.binding.foreign_signature", "signatures", source="SDK LockPort", name=foreign[0])
        )
    if not binding.regions:
        found.append(problem("sa.regions.missing", "regions", source="SDK LockPort"))
        return tuple(found)
    wanted = regions.leaves(binding.regions)
    for other in others:
        if other.port_id != binding.port_id or not set(other.signatures) & set(binding.signatures):
            continue
        common = regions.choice(wanted & regions.leaves(other.regions))
        if common:
            names = "、".join(regions.name(code) for code in common[:5])
            found.append(
                problem(
                    "sa.binding.overlap", "regions", source="SDK LockPort", names=names, count=len(common)
                )
            )
            break
    return tuple(found)


def authorised_overlap(one: Profile, other: Profile, regions: Regions) -> Choice:
    """Return where two accounts with 签名授权 would serve messages of the same signature; empty where nowhere."""
    if not (one.auto_port and other.auto_port and set(one.signatures) & set(other.signatures)):
        return ()
    known = [tuple(code for code in choice if regions.known(code)) for choice in (one.regions, other.regions)]
    return regions.common(*known)
