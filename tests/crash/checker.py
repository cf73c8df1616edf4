# SPDX-License-Identifier: Apache-2.0
"""The judge of "once": what the other side accepted, laid beside what the sender says about everybody.

It believes the other side's append-only record and nothing else. Somebody is *lost* when the sender has closed the
campaign for them as sent, or forgot them, although nothing was accepted; *twice* when more than one message was
accepted for them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a send; both empty when nothing is."""

    lost: frozenset[int]
    twice: frozenset[int]

    @property
    def clean(self) -> bool:
        """Tell whether nobody was lost and nobody got two."""
        return not self.lost and not self.twice


def judge(everybody: Iterable[int], accepted: Iterable[int], reported: Iterable[int]) -> Verdict:
    """Judge a send. `reported` are those the sender names as not sent or unclear: honest, and so not lost."""
    counts = Counter(accepted)
    lost = frozenset(everybody) - counts.keys() - frozenset(reported)
    return Verdict(lost, frozenset(number for number, count in counts.items() if count > 1))
