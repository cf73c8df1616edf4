# SPDX-License-Identifier: Apache-2.0
"""The checks beside the card: what lies under the words of a background is told after each change of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from koodesk import paths
from koodesk.domain.crop import Crop
from koodesk.domain.edits import SetCrop, SetPicture, SetText, SetVendors
from koodesk.domain.problem import Severity
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.template import Picture, Template
from koodesk.domain.vendor import Vendor
from koodesk.editor.checking import Checker
from tests.starters import starter

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.editor.session import Session
    from tests.editor.conftest import MemoryGallery

pytestmark = pytest.mark.gui


@pytest.fixture
def checked(
    qtbot: QtBot, pack: RulePack, make_session: Callable[[Template], Session]
) -> Iterator[tuple[Session, Checker]]:
    """A personalised red packet without a background, checked once."""
    session = make_session(starter(pack.layouts["RedPacketPersonal"]))
    with qtbot.waitSignal(session.checked):
        checker = Checker(session)
    yield session, checker
    checker.stop()


def bands(session: Session) -> list[str]:
    return [p.code for p in session.problems_of("background") if p.code.startswith("picture.band")]


def test_a_background_is_measured_after_each_change_of_it(
    qtbot: QtBot, checked: tuple[Session, Checker], gallery: MemoryGallery
) -> None:
    """Nothing for the default; the street, its calm sky, no vendor that shows it, and back again."""
    session, _ = checked
    assert bands(session) == []
    street = gallery.put("street", (paths.resources() / "samples/materials/drama-city.jpg").read_bytes())
    both = ["picture.band_contrast", "picture.band_busy"]
    sky = Crop(0, 0, 30, 40)
    for edit, expected in (
        (SetPicture("background", Picture(street)), both),
        (SetText("title", "别的红包"), both),
        (SetCrop("background", sky), []),
        (SetCrop("background", None), both),
        (SetVendors((Vendor.XIAOMI,)), []),
        (SetVendors((Vendor.HUAWEI,)), both),
        (SetPicture("background", None), []),
    ):
        with qtbot.waitSignal(session.checked):
            assert session.edit(edit)
        assert bands(session) == expected
        assert session.worst("background") is (Severity.WARNING if expected else None)


def test_typing_measures_nothing(
    qtbot: QtBot, checked: tuple[Session, Checker], gallery: MemoryGallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The picture is looked at once, whatever else of the card changes."""
    session, _ = checked
    looks: list[str] = []
    ladder = session.around.pictures.ladder

    def counted(digest: str) -> object:
        looks.append(digest)
        return ladder(digest)

    monkeypatch.setattr(session.around.pictures, "ladder", counted)
    street = gallery.put("street", (paths.resources() / "samples/materials/drama-city.jpg").read_bytes())
    for edit in (
        SetPicture("background", Picture(street)),
        *(SetText("title", f"红包{n}") for n in range(4)),
    ):
        with qtbot.waitSignal(session.checked):
            session.edit(edit)
    assert looks == [street.digest]
