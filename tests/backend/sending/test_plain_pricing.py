# SPDX-License-Identifier: Apache-2.0
"""What a plain SMS is charged for: its parts, as many as the longest may have, by the class of its template; never a resolve."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.backend.sending.pricing import ceiling, plain_charges, used
from koodesk.domain.billing.forecast import Shares
from koodesk.domain.billing.items import Item
from tests.backend.sending.workshop import snapshot

EVERYBODY = Shares(1000, 1000)


@pytest.mark.parametrize(("promotion", "item"), [(True, Item.PROMOTION_SEND), (False, Item.NOTICE_SEND)])
def test_by_its_parts_and_its_class(promotion: bool, item: Item) -> None:
    charges = plain_charges(2, promotion)
    assert charges == ((item, 2),)
    frozen = replace(
        snapshot("u1", 30, kind="plain", params=("1",)),
        charges=((item.value, 2),),
        prices=((item.value, 5_000),),
    )
    (quantity,) = used(frozen, EVERYBODY)
    assert (quantity.item, quantity.expected, quantity.most) == (item, 60, 60)
    assert ceiling(frozen) == 30 * 2 * 5_000
    assert ceiling(replace(frozen, prices=())) is None
