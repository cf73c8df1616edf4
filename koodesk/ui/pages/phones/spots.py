# SPDX-License-Identifier: Apache-2.0
"""What the places one can tap are called; what a tap on the service account turns the screen to, and what it reports."""

from __future__ import annotations

from dataclasses import replace

from koodesk.backend.views.phones import PhoneMessage
from koodesk.backend.views.service_account import AccountEffects
from koodesk.domain.service_account.clicks import HOME, LOGO, MENU, SHORTCUT
from koodesk.domain.template import ButtonContent
from koodesk.ui.i18n import tr
from koodesk.ui.pages.phones import effects
from koodesk.ui.pages.phones.screen import AccountView, Spot

_BACK = "back"


def account_name(spot: Spot) -> str:
    """Name a place of the service account; empty for every other spot."""
    head, _, number = spot.what.partition(":")
    match head:
        case "logo":
            return tr("进入服务号“{name}”的主页", name=spot.label)
        case "back":
            return tr("返回信息")
        case "menu":
            return tr("菜单 {number}：{words}", number=number, words=spot.label)
        case "shortcut":
            return tr("快捷键 {number}：{words}", number=number, words=spot.label)
        case "hotline":
            return tr("热线电话：{words}", words=spot.label)
        case "quick_app":
            return tr("快应用：{words}", words=spot.label)
    return ""


def turned(view: AccountView, spot: Spot, shown: AccountEffects) -> AccountView:
    """Return what is in view after a tap."""
    if spot.what == LOGO:
        return AccountView(home=True)
    if spot.what == _BACK:
        return AccountView()
    head, _, number = spot.what.partition(":")
    if head == MENU and number.isdigit() and shown.menu is not None:
        item = int(number)
        if shown.menu.items[item - 1].children:
            return replace(view, menu=0 if view.menu == item else item)
    return replace(view, menu=0)


def place_of(spot: Spot, view: AccountView, shown: AccountEffects) -> tuple[str, str, str] | None:
    """Return kind, item and account (or shortcut) of a tap as the engine knows them; None for one it does not count, and for a
    spot of what was shown a moment ago."""
    if spot.what == _BACK or shown.empty:
        return None
    head, _, number = spot.what.partition(":")
    if head == SHORTCUT:
        if int(number) > len(shown.places):
            return None
        record, button = shown.places[int(number) - 1]
        return SHORTCUT, f"shortcut:{button}", str(record)
    kind = HOME if view.home or head != MENU else MENU
    return kind, spot.what, str(shown.account_id)


def words_on(message: PhoneMessage | None, spot: Spot) -> str:
    """Return what stands on a button of the card, empty for everything else."""
    template = message.template if message else None
    content = next((c for c in template.contents() if c.id == spot.content_id), None) if template else None
    return content.text if isinstance(content, ButtonContent) else ""


def spot_name(message: PhoneMessage | None, spot: Spot, toggle: str) -> str:
    """Name a spot for tips and assistive technology; `toggle` is what the words below the card say."""
    if spot.what == "toggle":
        return toggle
    if spot.component is None:
        return account_name(spot) or tr("播放或停止")
    name = effects.component_name(spot.component, words_on(message, spot))
    event = spot.component.event
    return f"{name}，{effects.event_name(event.type)}" if event else name
