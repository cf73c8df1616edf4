# SPDX-License-Identifier: Apache-2.0
"""The effect sheet: what a tap does on a real phone and what it reports, in words. Nothing of it is carried out here."""

from __future__ import annotations

from koodesk.domain.click_event import EventType
from koodesk.domain.phone_tap import Component
from koodesk.domain.service_account.values import Action, ActionType
from koodesk.domain.tap_effect import Effect
from koodesk.ui import card_images, i18n
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr

ICONS = {
    EventType.OPEN_URL: "link",
    EventType.OPEN_BROWSER: "external-link",
    EventType.OPEN_QUICK: "layers",
    EventType.OPEN_APP: "smartphone",
    EventType.DIAL_PHONE: "phone",
    EventType.OPEN_SMS: "message-square-text",
    EventType.OPEN_EMAIL: "send",
    EventType.OPEN_SCHEDULE: "clock",
    EventType.OPEN_MAP: "house",
    EventType.OPEN_POPUP: "square",
    EventType.COPY_PARAMETER: "copy",
    EventType.VIEW_PIC: "image",
}


def component_name(component: Component, text: str) -> str:
    """Name a component: what stands on a button, or that it is the picture, with its position number."""
    if component.kind == "button":
        return tr("按钮 {number}：{words}", number=component.position, words=text or tr("没有文字"))
    return tr("图片 {number}", number=component.position)


def event_name(event: EventType) -> str:
    """Name an event as the rule pack does, in the language in force."""
    spec = card_images.drawing().pack.events.get(event)
    if spec is None:
        return event.value
    return spec.name_zh if i18n.language() == "zh" else spec.name_en


def what_happens(effect: Effect) -> list[str]:
    """Say what a real phone does, a sentence a line."""
    field = effect.field
    target = field("target")
    match effect.type:
        case EventType.OPEN_URL:
            return [tr("在短信里打开网页 {target}", target=target)]
        case EventType.OPEN_BROWSER:
            return [tr("离开短信，用手机浏览器打开 {target}", target=target)]
        case EventType.OPEN_QUICK:
            return [
                tr("打开快应用 {target}", target=target),
                tr("手机没有快应用环境时会怎样，平台没有公布。"),
            ]
        case EventType.OPEN_APP:
            return [
                tr("装了 {package}：打开应用内的 {target}", package=field("package_name"), target=target),
                _floor(effect),
            ]
        case EventType.DIAL_PHONE:
            return [tr("打开拨号盘并填好 {target}，由机主决定是否拨出", target=target)]
        case EventType.OPEN_SMS:
            return [tr("新建一条发给 {target} 的短信：{words}", target=target, words=field("body"))]
        case EventType.OPEN_EMAIL:
            return [
                tr("新建一封发给 {target} 的邮件", target=target),
                tr("主题：{subject}；正文：{words}", subject=field("subject"), words=field("body")),
            ]
        case EventType.OPEN_SCHEDULE:
            return [
                tr("在日历里新建日程“{title}”", title=target),
                tr("{begin} 到 {end}", begin=field("begin_time"), end=field("end_time")),
                *filter(None, [field("description")]),
            ]
        case EventType.OPEN_MAP:
            place = "，".join(filter(None, (field("address"), field("longitude"), field("latitude"))))
            return [tr("在地图里打开“{place}”", place=target), *filter(None, [place])]
        case EventType.OPEN_POPUP:
            return [
                tr("在卡片上弹出窗口“{title}”", title=target),
                *filter(None, [field("content")]),
                tr("关闭按钮：{words}", words=field("text_button")),
            ]
        case EventType.COPY_PARAMETER:
            return [tr("把“{words}”复制到剪贴板", words=target)]
        case EventType.VIEW_PIC:
            return [tr("把这张图片放大显示")]


def _floor(effect: Effect) -> str:
    told = {
        "0": tr("没有装：打开应用市场"),
        "1": tr("没有装：在短信里打开网页 {url}", url=effect.floor_url),
        "2": tr("没有装：用浏览器打开 {url}", url=effect.floor_url),
        "3": tr("没有装：打开快应用 {url}", url=effect.floor_url),
    }.get(effect.floor, "")
    if effect.floor_taken is False:
        return told + tr("（这个厂商不支持这种兜底）")
    return told


def doubts(desk: Desk, effect: Effect, vendor: str) -> str:
    """Say where the vendor does not take the event, or nobody knows; empty where it does."""
    name = desk.word(f"vendor.{vendor}")
    if effect.taken is False:
        return tr(
            "{vendor}不支持这个事件（来源 {source}），点了没有反应。", vendor=name, source=effect.source
        )
    if effect.taken is None:
        return tr("{vendor}是否支持这个事件，资料不一致。", vendor=name)
    return ""


def account_action(action: Action | None) -> list[str]:
    """Say what a tap on a menu item, a shortcut or a place of the home page does, a sentence a line."""
    if action is None:
        return [tr("打开这部手机上的下一个画面")]
    match action.type:
        case ActionType.OPEN_SUBMENU:
            return [tr("打开它的子菜单")]
        case ActionType.OPEN_URL:
            if action.in_browser:
                return [tr("离开短信，用手机浏览器打开 {target}", target=action.content)]
            page = tr("页面标题：{title}", title=action.web_title) if action.web_title else ""
            return [tr("在短信里打开网页 {target}", target=action.content), *filter(None, [page])]
        case ActionType.CALLING:
            return [tr("打开拨号盘并填好 {target}，由机主决定是否拨出", target=action.content)]
        case ActionType.OPEN_QUICK:
            return [tr("打开快应用 {target}", target=action.content)]
        case ActionType.OPEN_APP:
            floor = (
                tr("没有装：用浏览器打开 {url}", url=action.floor_url)
                if action.floor_url
                else tr("没有装：没有设置兜底网页")
            )
            return [
                tr(
                    "装了 {package}：打开应用内的 {target}",
                    package=action.package_name,
                    target=action.content,
                ),
                floor,
            ]
