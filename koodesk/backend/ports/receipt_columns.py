# SPDX-License-Identifier: Apache-2.0
"""A page of receipts as columns, which is how a gateway that tells ten thousand at once has them, and how storage takes them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat
from typing import overload

from koodesk.backend.ports.gateway import Receipt

Columns = tuple[Sequence[int], Sequence[str], Sequence[str], Sequence[str], Sequence[str], Sequence[int]]
"""Ids, messages, kinds, statuses, codes, instants, as in `Receipt`."""


class ReceiptColumns(Sequence[Receipt]):
    """Receipts that name no call (`Receipt.key`). One becomes a `Receipt` when somebody looks at it: making all of them takes as
    long as reading the page did."""

    __slots__ = ("columns",)

    def __init__(self, columns: Columns) -> None:
        self.columns = columns

    def __len__(self) -> int:
        return len(self.columns[0])

    def __iter__(self) -> Iterator[Receipt]:
        return map(Receipt._make, zip(*self.columns, repeat(""), repeat(0), strict=False))

    @overload
    def __getitem__(self, place: int) -> Receipt: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Receipt]: ...
    def __getitem__(self, place: int | slice) -> Receipt | Sequence[Receipt]:
        if isinstance(place, slice):
            return tuple(self)[place]
        return Receipt(*[column[place] for column in self.columns])  # type: ignore[arg-type]  # a column each, in their order


def columns_of(receipts: Sequence[Receipt]) -> Columns:
    """Return receipts as columns."""
    if isinstance(receipts, ReceiptColumns):
        return receipts.columns
    ids, messages, kinds, statuses, codes, at_ms, *_ = zip(*receipts, strict=True) if receipts else ((),) * 8
    return ids, messages, kinds, statuses, codes, at_ms


def naming(receipts: Sequence[Receipt]) -> Sequence[Receipt]:
    """Return the receipts that name call and phone."""
    return () if isinstance(receipts, ReceiptColumns) else [one for one in receipts if one.key]
