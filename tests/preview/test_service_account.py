# SPDX-License-Identifier: Apache-2.0
"""A service account on a phone: where everything lies and what a tap on it does; and the golden pictures."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication

from koodesk.domain.samples import sample_starter
from koodesk.domain.service_account.values import (
    Action,
    ActionType,
    HomePage,
    Menu,
    MenuItem,
    ShortcutButton,
)
from koodesk.domain.vendor import Vendor
from koodesk.preview.arrange import arrange
from koodesk.preview.placement import PictureBox, TextLine
from koodesk.preview.service_account import arrange_account
from koodesk.preview.service_account_placement import AccountLook, AccountPlacement, View, of_card
from tests.domain.service_account.samples import CALL, HOME, MENU, OPEN, URL
from tests.preview.arithmetic import MEASURE, RESOURCES, layout, pack, phones
from tests.preview.goldens import compare
from tests.preview.service_account_goldens import FOLDER, GOLDENS, LOOK, AccountGolden, draw

PHONE = phones()[Vendor.HUAWEI]


def placed(look: AccountLook = LOOK, view: View = View.THREAD, open_menu: int = 0) -> AccountPlacement:
    return arrange_account(look, PHONE, MEASURE, text="【云】短信", view=view, open_menu=open_menu)


def texts(placement: AccountPlacement) -> list[str]:
    items = (*placement.shell, *placement.items, *placement.front)
    return [item.text for item in items if isinstance(item, TextLine)]


def test_what_there_is_to_tap_in_the_thread() -> None:
    found = placed(open_menu=1)
    assert [box.id for box in found.boxes] == [
        "logo", "shortcut:1", "shortcut:2", "shortcut:3", "menu:1", "menu:2", "menu:3", "menu:1.1", "menu:1.2",
    ]  # fmt: skip
    actions = {box.id: box.action for box in found.boxes}
    assert actions["menu:1"] is None  # it opens its submenu
    assert (actions["menu:1.1"], actions["menu:1.2"], actions["shortcut:1"]) == (URL, CALL, URL)
    assert actions["menu:2"] is not None
    assert actions["menu:2"].type is ActionType.OPEN_APP


def test_what_there_is_to_tap_on_the_home_page() -> None:
    found = placed(view=View.HOME)
    ids = [box.id for box in found.boxes]
    assert ids == [
        "back",
        "hotline:1",
        "hotline:2",
        "quick_app:1",
        "quick_app:2",
        "menu:1",
        "menu:2",
        "menu:3",
    ]
    for box in found.boxes:
        middle = (box.rect.x + box.rect.width / 2, box.rect.y + box.rect.height / 2)
        assert found.at(*middle) == box
    assert found.at(0, 0) is None


def test_an_open_submenu_lies_above_what_is_below_it() -> None:
    found = placed(view=View.HOME, open_menu=1)
    below = found.box("menu:1.2")
    assert below is not None
    assert found.at(below.rect.x + 4, below.rect.y + 4) == below


def test_without_parts_nothing_of_them_is_there() -> None:
    bare = placed(AccountLook())
    assert bare.boxes == ()
    assert PHONE.words["write"] in texts(bare)  # the row to write in is back
    only = placed(AccountLook(shortcuts=LOOK.shortcuts[:1]))
    assert [box.id for box in only.boxes] == ["shortcut:1"]
    assert placed(AccountLook(menu=Menu())).boxes == ()
    assert (
        placed(AccountLook(home=None, menu=MENU), View.HOME).box("back") is None
    )  # there is no page to show


def test_a_card_keeps_its_place_and_shortcuts_hang_below_it() -> None:
    template, _ = sample_starter(layout(), RESOURCES)
    card = arrange(template, layout(), Vendor.HUAWEI, pack(), PHONE, {}, MEASURE)
    found = arrange_account(LOOK, PHONE, MEASURE, message=of_card(card))
    assert found.items[: len(card.items)] == card.items
    first = found.box("shortcut:1")
    assert first is not None
    assert first.rect.y >= card.toggle.bottom
    assert found.screen.contains(first.rect)


def test_a_long_message_makes_the_phone_higher() -> None:
    low = placed()
    high = arrange_account(LOOK, PHONE, MEASURE, text="长短信" * 300)
    assert high.height > low.height == PHONE.height + 2 * PHONE.bezel
    last = high.box("shortcut:3")
    bar = high.box("menu:1")
    assert last is not None
    assert bar is not None
    assert last.rect.bottom <= bar.rect.y


@given(
    st.lists(st.text(max_size=40), max_size=8),
    st.lists(st.tuples(st.text(max_size=40), st.integers(0, 7)), max_size=4),
    st.text(max_size=400),
    st.integers(0, 5),
    st.sampled_from(View),
)
def test_whatever_is_typed_stays_on_the_screen(
    buttons: list[str], menu: list[tuple[str, int]], summary: str, open_menu: int, view: View
) -> None:
    items = tuple(
        MenuItem(name, OPEN if count else URL, tuple(MenuItem(f"{name}{n}", URL) for n in range(count)))
        for name, count in menu
    )
    look = AccountLook(
        "云" * 30,
        None,
        Menu(items),
        HomePage(None, summary, HOME.hotlines * 7, HOME.quick_apps * 12),
        tuple(ShortcutButton(name, Action()) for name in buttons),
    )
    found = placed(look, view, open_menu)
    for box in found.boxes:
        assert found.screen.contains(box.rect, 0.5), box
    for item in (*found.items, *found.front):
        if isinstance(item, TextLine):
            assert item.rect.x >= found.screen.x - 0.5
            assert item.rect.right <= found.screen.right + 0.5
        assert "\u202e" not in (item.text if isinstance(item, TextLine) else "")


def test_pictures_are_asked_for_by_digest_and_a_missing_one_says_its_ratio() -> None:
    found = placed(view=View.HOME)
    boxes = [item for item in found.items if isinstance(item, PictureBox)]
    assert [box.digest for box in boxes] == ["lantern", "lantern", "lantern", ""]
    empty = placed(replace(LOOK, home=replace(LOOK.home or HOME, background=None)), View.HOME)
    assert next(i for i in empty.items if isinstance(i, PictureBox)).label == "16:9"


@pytest.mark.gui
@pytest.mark.parametrize("golden", GOLDENS, ids=lambda g: g.name)
def test_golden(golden: AccountGolden, qapp: QApplication) -> None:
    compare(draw(golden), FOLDER, golden.name, "service_account_goldens")


def test_no_golden_is_left_behind() -> None:
    assert {path.stem for path in FOLDER.glob("*.png")} == {golden.name for golden in GOLDENS}
