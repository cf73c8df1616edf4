# SPDX-License-Identifier: Apache-2.0
"""How records are found by a few signs of their name: what is put into the index, and what a query asks of it.

Chinese has no spaces between words, so a text is kept as the pairs of neighbouring signs (新春红包 as 新春 春红 红包 包) and a
query is a phrase of such pairs: it finds every place where the signs stand side by side, also inside a word, from one
sign up. A text of several words asks for all of them, in any order. Letters are folded (width, case).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from koodesk.domain.initials import initials

LONGEST_QUERY: Final = 64
"""Signs of a query that are looked at; what is typed beyond them changes nothing."""
LONGEST_TEXT: Final = 400
"""Signs of a record that are kept for finding it."""


class FoundKind(StrEnum):
    """What kinds of record can be found. The order is the order of the groups."""

    CARD = "card"
    VIDEO_TEMPLATE = "video_template"
    CAMPAIGN = "campaign"
    VIDEO_CAMPAIGN = "video_campaign"
    RECIPIENT = "recipient"
    AUDIENCE = "audience"
    SMS_TEMPLATE = "sms_template"
    SMS_SIGNATURE = "sms_signature"
    SMS_APP = "sms_app"
    VIDEO_SIGNATURE = "video_signature"
    SERVICE_ACCOUNT = "service_account"
    CHANNEL_NUMBER = "sa_port"
    SHORTCUT = "sa_shortcut"
    RESOLVE_TASK = "resolve_task"
    LINK_DOMAIN = "link_domain"
    JUMP_URL = "jump_url"
    MATERIAL = "material"
    REVIEW = "review"


def fold(text: str) -> str:
    """Return a text as it is compared: one width, one case, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def pieces(text: str) -> list[str]:
    """Return the runs of letters, digits and Chinese signs of a folded text."""
    return "".join(sign if sign.isalnum() else " " for sign in fold(text)).split()


def tokens(kind: str, name: str, *more: str) -> str:
    """Return what the index keeps of a record: pairs of its signs and of its name's initials, and one word for its kind."""
    kept: list[str] = [kind_token(kind)]
    for text in (name, *more):
        for piece in pieces(text[:LONGEST_TEXT]):
            kept.extend(_pairs(piece))
            kept.append(piece[-1])
    short = initials(fold(name[:LONGEST_TEXT]))
    if short and short != fold(name):
        kept.extend(_pairs(short))
        kept.append(short[-1])
    return " ".join(kept)


def kind_token(kind: str) -> str:
    """Return the word that stands for a kind in the index: longer than two signs, so that no text has it."""
    return "kind" + kind.replace("_", "")


def asked(query: str) -> str:
    """Return a query in the language of the index (FTS5), "" where it asks for nothing.

    Only letters, digits and Chinese signs get through, so nothing typed is read as an operator.
    """
    return " AND ".join(f"({_phrase(piece)})" for piece in pieces(query[:LONGEST_QUERY]))


def number_in(query: str) -> int:
    """Return the mainland mobile number a query is, spaces and hyphens left out; 0 where it is none."""
    bare = fold(query).replace(" ", "").replace("-", "").removeprefix("+86")
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) == 11 and bare[0] == "1" else 0


def tail_in(query: str) -> int | None:
    """Return the last four digits a query asks for, None where it is not four digits."""
    bare = fold(query)
    return int(bare) if bare.isascii() and bare.isdigit() and len(bare) == 4 else None


def _pairs(piece: str) -> Iterable[str]:
    return (piece[place : place + 2] for place in range(len(piece) - 1))


def _phrase(piece: str) -> str:
    if len(piece) == 1:
        return f'"{piece}" *'
    return f'"{" ".join(_pairs(piece))}"'
