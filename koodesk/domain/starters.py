# SPDX-License-Identifier: Apache-2.0
"""Starters: a new card that is already a good example of its layout.

The words are those of a made-up shop, so that nobody's brand is shown and nothing has to be thought of before the first
look at the phones. A starter passes the checks; only the picture stays open when none is handed in.
"""

from __future__ import annotations

from typing import Final

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.template import (
    ButtonContent,
    ImageContent,
    Page,
    Param,
    Picture,
    Template,
    TextContent,
    Use,
)
from koodesk.domain.vendor import Vendor

STARTER_CODES: Final = ("starter.missing",)
"""Every code this module refuses with."""

_SHOP: Final = "云杉商城"
_LINK: Final = "https://m.yunshan.example/hongbao"


def starter(layout: LayoutSpec, name: str = "新春红包", picture: Picture | None = None) -> Template:
    """Return a new card of a layout for every vendor that takes it, with `picture` in its picture slot.

    Raises Refused when there is no starter for the layout.
    """
    if layout.id != "RedPacket":
        raise Refused(problem("starter.missing", "layout", layout=layout.id))
    return _red_packet(layout, name, picture)


def _red_packet(layout: LayoutSpec, name: str, picture: Picture | None) -> Template:
    opening = ClickEvent(EventType.OPEN_BROWSER, (("target", _LINK),))
    contents = (
        ImageContent("picture", "picture", picture, opening),
        TextContent("merchant", "merchant", _SHOP),
        TextContent("title", "title", "${name}，您的新春红包到了"),
        TextContent("body", "body", "30元无门槛红包已到账，今晚24点前有效，下单立减。拒收请回复R"),
        ButtonContent("button", "button", "立即领取", opening),
    )
    return Template(
        layout=layout.id,
        name=name,
        use=Use.COMMERCIAL,
        vendors=tuple(v for v in Vendor if layout.takes(v)),
        pages=(Page(contents),),
        params=(Param("name", "林晓"),),
        scene="节日红包",
        sms_example=f"【{_SHOP}】您有一个新春红包待领取，点击 km2g.cn/PDiWqc 查看，拒收请回复R",
        sms_signs=(_SHOP,),
        sms_template="您有一个新春红包待领取，点击[文本1-30]查看，拒收请回复R",
    )
