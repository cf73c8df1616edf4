# SPDX-License-Identifier: Apache-2.0
"""Draw the illustrated samples: `python -m scripts.samples [NAME ...]`, all of them when no name is given.

The four first samples (red-packet, brand, coupon, lantern) are drawn by `scripts/make_samples.py`.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Final

from scripts.samples import (
    backgrounds,
    banners,
    fairs,
    festivals,
    goods,
    logos,
    posters,
    products,
    products_more,
    sales,
    town,
    travel,
)
from scripts.samples.canvas import ROOT, Canvas, save

OUT: Final = ROOT / "resources" / "samples" / "materials"
MOST: Final = 96_000
"""Bytes of one picture: sixty of them come with the program, and a card of ten travels in one file."""

DRAWINGS: Final[tuple[Callable[[], Canvas], ...]] = (
    goods.new_phone,
    goods.spring_tea,
    travel.summer_travel,
    goods.autumn_coat,
    goods.winter_hotpot,
    town.electric_car,
    fairs.book_fair,
    fairs.fresh_fruit,
    fairs.member_day,
    town.bank_branch,
    travel.airport,
    travel.train,
    travel.coach,
    town.concert,
    town.restaurant,
    fairs.double_eleven,
    festivals.mid_autumn,
    festivals.golden_week,
    festivals.back_to_school,
    festivals.valentine,
    sales.mid_year,
    sales.double_twelve,
    sales.year_review,
    products.tea_box,
    products.headphones,
    products.sneakers,
    products.coffee_cup,
    products.skin_care,
    products.rice_cooker,
    products_more.backpack,
    products_more.cake,
    products_more.bouquet,
    products_more.watch,
    festivals.mooncake,
    logos.logo_shop,
    logos.logo_bank,
    logos.logo_airline,
    logos.logo_rail,
    logos.logo_coach,
    logos.logo_restaurant,
    logos.logo_bookstore,
    logos.logo_car,
    logos.logo_power,
    logos.logo_express,
    posters.poster_spring,
    posters.poster_summer,
    posters.poster_autumn,
    posters.poster_new_year,
    posters.poster_concert,
    posters.poster_tall,
    backgrounds.redpacket_night,
    backgrounds.redpacket_gold,
    backgrounds.redpacket_spring,
    backgrounds.drama_night,
    backgrounds.drama_city,
    banners.notice_bank,
    banners.notice_express,
    banners.notice_power,
    banners.notice_airline,
    banners.notice_rail,
    banners.notice_coach,
    banners.notice_hospital,
    banners.banner_sale,
    banners.banner_tea,
)


def files() -> Mapping[str, Callable[[], Canvas]]:
    """Return every picture's drawing by its file name: logos are PNG, for their edges, the rest JPEG."""
    return {
        f"{name}.{'png' if name.startswith('logo-') else 'jpg'}": draw
        for draw in DRAWINGS
        for name in (draw.__name__.replace("_", "-"),)
    }


def main(wanted: list[str]) -> None:
    """Draw and save the pictures whose names were given, or all."""
    OUT.mkdir(parents=True, exist_ok=True)
    for name, draw in files().items():
        if not wanted or name.partition(".")[0] in wanted:
            print(f"{name} {save(draw().finished(), OUT / name, MOST)} bytes")


if __name__ == "__main__":
    main(sys.argv[1:])
