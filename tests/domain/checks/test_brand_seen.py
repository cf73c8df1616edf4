# SPDX-License-Identifier: Apache-2.0
"""The sender is seen where the brand kit's names or logos are, whatever the signatures say."""

from __future__ import annotations

from koodesk.domain.brand import BrandKit
from koodesk.domain.checks import check
from koodesk.domain.edits import SetSmsSigns
from koodesk.domain.template import ImageContent
from tests.domain.checks.cases import card
from tests.domain.strategies import pack

CARD = SetSmsSigns(("别家",)).apply(card("StandardImageAndText"))


def invisible(brand: BrandKit) -> bool:
    return any(p.code == "sender.invisible" for p in check(CARD, pack(), brand=brand))


def test_a_name_of_the_kit_among_the_words_shows_the_sender() -> None:
    words = "".join(getattr(c, "text", "") for c in CARD.contents())
    assert invisible(BrandKit())
    assert invisible(BrandKit(names=("没有的名字",)))
    assert not invisible(BrandKit(names=(words[:4],)))
    assert not invisible(BrandKit(signs=(words[:4],)))


def test_a_logo_of_the_kit_on_the_card_shows_the_sender() -> None:
    shown = next(c.picture for c in CARD.contents() if isinstance(c, ImageContent) and c.picture is not None)
    assert not invisible(BrandKit(logos=(shown.material.digest,)))
    assert invisible(BrandKit(logos=("0" * 64,)))
