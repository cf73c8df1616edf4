# SPDX-License-Identifier: Apache-2.0
"""Checks of what reviewers look for: who sends, whether a red packet is one, words of guarded trades. Source: facts 3.5.

The words and what they call for are data of the pack (`wording.toml`); here they are only looked up.
"""

from __future__ import annotations

from collections.abc import Iterator

from koodesk.domain.checks.register import NOTE, WARNING, Context, found, place, rule, words_of
from koodesk.domain.layout_contents import in_sight
from koodesk.domain.problem import Problem
from koodesk.domain.template import ImageContent, TextContent

_SENDER_ROLES = ("merchant", "logo")


@rule("sender.invisible", source="hc")
def sender_seen(context: Context) -> Iterator[Problem]:
    """The sender can be seen: a merchant's name or logo, or a signature among the words; or a name or logo of the brand kit."""
    layout, brand = context.layout, context.brand
    if layout is None:
        return
    words: list[str] = []
    for content in in_sight(context.template, layout):
        slot = context.slot_of(content)
        if slot is None:
            continue
        if isinstance(content, TextContent):
            words += [content.text, content.child]
            if slot.role in _SENDER_ROLES and content.text.strip():
                return
        elif (
            isinstance(content, ImageContent)
            and content.picture is not None
            and (slot.role in _SENDER_ROLES or content.picture.material.digest in brand.logos)
        ):
            return
    if any(brand.named_in(text) for text in words):
        return
    if not any(sign and sign in text for sign in context.template.sms_signs for text in words):
        yield found(
            "sender.invisible",
            "",
            WARNING,
            sign=context.template.sms_signs[0] if context.template.sms_signs else "",
        )


@rule("red_packet.no_gift", source="hc")
def red_packet_gives(context: Context) -> Iterator[Problem]:
    """A red-packet layout is for coupons and cash that people really get: its words should name the gift."""
    layout = context.layout
    if layout is None or layout.family != "red_packet" or not context.pack.gift_words:
        return
    # The ready-made button pictures (开 拆 抢 领) name no gift, and a style may show nothing else.
    words = "".join(words_of(c) for c, slot in context.slots() if not slot.choices)
    if words.strip() and not any(word in words for word in context.pack.gift_words):
        yield found("red_packet.no_gift", "", WARNING, words="、".join(context.pack.gift_words[:6]))


@rule("sector.refused", "sector.guarded", source="hc")
def trades(context: Context) -> Iterator[Problem]:
    """Words of a guarded trade call for papers, and some trades may not use some layouts; once a trade.

    A word is a sign and no proof, and the help page's table can only partly be told apart: nothing is refused for it.
    """
    layout = context.layout
    if layout is None:
        return
    for sector in context.pack.sectors:
        hit = next(
            (
                (c, word)
                for c in in_sight(context.template, layout)
                for word in sector.words
                if word in words_of(c)
            ),
            None,
        )
        if hit is None:
            continue
        params = {
            "sector_zh": sector.name_zh,
            "sector_en": sector.name_en,
            "word": hit[1],
            "advice_zh": sector.advice_zh,
            "advice_en": sector.advice_en,
        }
        refused = layout.family in sector.refused_families
        yield found(
            "sector.refused" if refused else "sector.guarded",
            place(hit[0]),
            WARNING if refused else NOTE,
            None,
            **params,
        )
