# SPDX-License-Identifier: Apache-2.0
"""The sample pictures that ship."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.domain import koocard
from koodesk.domain.checks import check
from koodesk.domain.problem import Refused, errors
from koodesk.domain.samples import Shelf, read_samples, sample_starter
from tests.domain.strategies import RESOURCES, pack, red_packet

FOLDER = RESOURCES / "samples" / "materials"


def test_samples_are_square_and_small() -> None:
    """Every vendor takes them as they are."""
    samples = read_samples(FOLDER)
    assert [s.name for s in samples] == ["brand.png", "coupon.png", "lantern.png", "red-packet.png"]
    for sample in samples:
        assert (sample.material.width, sample.material.height) == (640, 640)
        assert sample.material.size == len(sample.data) < 300_000


def test_the_sample_starter_can_be_submitted_and_packed() -> None:
    """No errors, and a card file that opens again."""
    template, materials = sample_starter(red_packet(), RESOURCES)
    assert errors(check(template, pack())) == ()
    assert koocard.unpack(koocard.pack(template, materials)) == (template, materials)


def test_a_missing_or_foreign_sample(tmp_path: Path) -> None:
    """A broken installation is a code."""
    folder = tmp_path / "samples" / "materials"
    folder.mkdir(parents=True)
    for data in (None, b"GIF89a"):
        if data:
            (folder / "red-packet.png").write_bytes(data)
        with pytest.raises(Refused) as caught:
            Shelf(tmp_path)("red-packet.png")
        assert caught.value.problems[0].code == "sample.unreadable"
