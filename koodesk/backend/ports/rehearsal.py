# SPDX-License-Identifier: Apache-2.0
"""A send rehearsed: every call it would make, none made."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from koodesk.backend.ports.gateway import Batch
from koodesk.domain.campaign import Snapshot


@dataclass(frozen=True, slots=True)
class RehearsedCall:
    """One call as it would leave, numbers of phones masked in it. `body` is JSON, None where there is none."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: Any = None


@dataclass(slots=True)
class Rehearsed:
    """What was kept of a send that is rehearsed."""

    snapshot: Snapshot
    batches: Iterator[Batch] = field(repr=False)


class RehearsedSends(Protocol):
    """Reads what a confirmation would send. Raises Refused (campaign.not_prepared)."""

    def batches(self, digest: str) -> Rehearsed:
        """Return the snapshot and, one after the other, the batches that would leave, as they would be frozen now."""
        ...


class Stage(Protocol):
    """Rehearses calls of one platform. Raises Refused (cloud.sdk_missing)."""

    def calls(self, batches: Iterable[Batch]) -> Iterator[RehearsedCall]:
        """Yield the calls that batches would come to, questions before them included."""
        ...


Stages = Mapping[str, Stage]
"""By the name of the gateway."""
