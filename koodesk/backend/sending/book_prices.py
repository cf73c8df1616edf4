# SPDX-License-Identifier: Apache-2.0
"""Prices where nobody can be asked for them: the real platform has no API for prices and packages, so a forecast knows what
the price book says, and that packages may make it less."""

from __future__ import annotations

from koodesk.domain.billing.price_book import PriceBook
from koodesk.domain.billing.records import PackageRow, Prices


class BookPrices:
    """Implements `ports.billing.PriceSource` with the book alone."""

    def __init__(self, book: PriceBook) -> None:
        self._prices = Prices(book.date, book.prices, book.offers)

    def prices(self) -> Prices:
        """Return what the book says."""
        return self._prices

    def packages(self) -> tuple[PackageRow, ...]:
        """Return none: which packages there are nobody tells."""
        return ()
