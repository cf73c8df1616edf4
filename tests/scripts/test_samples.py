# SPDX-License-Identifier: Apache-2.0
"""The program that draws the sample pictures knows every one that ships."""

from __future__ import annotations

from koodesk.paths import resources
from scripts.samples.__main__ import files

FIRST = {"brand.png", "coupon.png", "lantern.png", "red-packet.png"}


def test_every_sample_can_be_drawn_again() -> None:
    """No picture without its drawing, no drawing without its picture."""
    folder = resources() / "samples" / "materials"
    shipped = {path.name for path in folder.iterdir() if path.suffix in (".png", ".jpg")}
    assert set(files()) == shipped - FIRST
