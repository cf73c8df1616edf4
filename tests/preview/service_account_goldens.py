# SPDX-License-Identifier: Apache-2.0
"""The golden phones with a service account: which pictures there are and how they are made.

`python -m tests.preview.service_account_goldens` writes them again into tests/golden/service_account. Look at every one.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass, replace
from typing import Final

from PySide6.QtGui import QImage

from koodesk.domain.samples import sample_starter
from koodesk.domain.service_account.values import Hotline, QuickApp, ServicePicture, ShortcutButton
from koodesk.domain.vendor import Vendor
from koodesk.preview import fonts
from koodesk.preview.arrange import arrange
from koodesk.preview.measure import FontMeasure
from koodesk.preview.pictures import PictureSource
from koodesk.preview.render import png
from koodesk.preview.service_account import arrange_account
from koodesk.preview.service_account_placement import AccountLook, AccountPlacement, Message, View, of_card
from koodesk.preview.service_account_render import paint_account
from tests.domain.service_account.samples import HOME, MENU, URL
from tests.preview.arithmetic import RESOURCES, layout, pack, phones
from tests.preview.goldens import FOLDER as GOLDEN_FOLDER

FOLDER: Final = GOLDEN_FOLDER / "service_account"
LANTERN: Final = ServicePicture("lantern", 640, 640, 1000, "png")
TEXT: Final = "【云消息服务】您的订单已发货，预计明天送达，点击查看物流。拒收请回复R"

LOOK: Final = AccountLook(
    "云消息服务",
    LANTERN,
    MENU,
    replace(
        HOME,
        background=LANTERN,
        hotlines=(*HOME.hotlines, Hotline("950808", "售后服务")),
        quick_apps=(
            replace(HOME.quick_apps[0], logo=LANTERN),
            QuickApp("积分商城", None, "用积分兑换好礼，每周上新，先到先得，数量有限", "hap://app/a", "1080"),
        ),
    ),
    (ShortcutButton("查看物流", URL), ShortcutButton("联系客服", URL), ShortcutButton("再次购买", URL)),
)


@dataclass(frozen=True)
class AccountGolden:
    """One picture."""

    name: str
    look: AccountLook = LOOK
    view: View = View.THREAD
    open_menu: int = 0
    dark: bool = False
    card: bool = False


GOLDENS: Final = (
    AccountGolden("thread"),
    AccountGolden("thread-open-dark", open_menu=1, dark=True),
    AccountGolden("card", card=True),
    AccountGolden("home", view=View.HOME),
    AccountGolden("home-dark", view=View.HOME, dark=True, open_menu=1),
    AccountGolden("bare", AccountLook()),
)


def arrange_golden(golden: AccountGolden, measure: FontMeasure) -> AccountPlacement:
    """Arrange one golden phone."""
    phone = phones()[Vendor.HUAWEI]
    message: Message | None = None
    if golden.card:
        template, _ = sample_starter(layout(), RESOURCES)
        placement = arrange(template, layout(), Vendor.HUAWEI, pack(), phone, {}, measure, dark=golden.dark)
        message = of_card(placement)
    return arrange_account(
        golden.look,
        phone,
        measure,
        message=message,
        text=TEXT,
        view=golden.view,
        open_menu=golden.open_menu,
        dark=golden.dark,
    )


def draw(golden: AccountGolden, scale: float = 1.0) -> QImage:
    """Draw one golden picture anew. Needs a QGuiApplication."""
    _, materials = sample_starter(layout(), RESOURCES)
    lantern = (RESOURCES / "samples" / "materials" / "lantern.png").read_bytes()
    files = {**materials, "lantern": lantern}
    faces = fonts.load(RESOURCES / "fonts")
    placement = arrange_golden(golden, FontMeasure(faces))
    return paint_account(placement, PictureSource(files.get), faces, scale)


def main() -> int:
    """Write every golden picture."""
    import os

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    application = QGuiApplication([])
    FOLDER.mkdir(parents=True, exist_ok=True)
    for golden in GOLDENS:
        (FOLDER / f"{golden.name}.png").write_bytes(png(draw(golden)))
    del application
    return 0


if __name__ == "__main__":
    sys.exit(main())
