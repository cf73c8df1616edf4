# SPDX-License-Identifier: Apache-2.0
"""What a person does with a message on a simulated phone: looks at it, taps what is on it, writes back.

A tap becomes receipts of the one feed, at once and in the transaction that writes it. It is checked against what was
drawn for the message when its batch was accepted: what did not arrive cannot be tapped, and nobody opens a card once
its link has expired, as in the plans (`delivery`). A tap brings what must have come before it: a card that is looked at
was resolved, a button that is tapped was looked at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson

from koodesk.domain.codec import decode
from koodesk.domain.phone_tap import LONGEST_REPLY, OPENED, REPLIED, components, is_component
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.service_account.clicks import KINDS as SA_KINDS
from koodesk.domain.service_account.clicks import SHORTCUT as SA_SHORTCUT
from koodesk.domain.service_account.clicks import ClickRules, SaTap, tap_on, tap_on_shortcut
from koodesk.domain.service_account.codec import decode as decode_account
from koodesk.domain.service_account.values import Content, HomePage, Menu, Profile, RecordKind, Shortcut
from koodesk.engine.cleared import card_body
from koodesk.engine.delivery import CLICKED, EXPOSED, KINDS, REPLY, SHORTCHAIN
from koodesk.engine.errors import ApiError
from koodesk.engine.frozen_accounts import is_frozen
from koodesk.engine.receipts import Fate, ReceiptItem, Told, append_told, fate, told_of
from koodesk.engine.rule_book import account_checker
from koodesk.engine.settlement import bill_late


@dataclass(frozen=True, slots=True)
class Tap:
    """What was tapped: `exposed`, a component ("button:5"), or `reply` with its text."""

    what: str
    text: str = ""


def read_tap(given: dict[str, Any]) -> tuple[Tap, int | None]:
    """Read a request; the second is its instant, None for now. Raises ApiError (400)."""
    what, text, at_ms = given.get("what"), given.get("text", ""), given.get("at")
    if not isinstance(what, str) or not (what in (OPENED, REPLIED) or is_component(what)):
        raise ApiError(400, "KD.TAP.UNKNOWN", "no such thing to tap", where="what")
    if at_ms is not None and type(at_ms) is not int:
        raise ApiError(400, "KD.FIELD", "an instant in ms", where="at")
    if what == REPLIED:
        if (
            not isinstance(text, str)
            or not text.strip()
            or len(text) > LONGEST_REPLY
            or unseen_characters(text, "")
        ):
            raise ApiError(400, "KD.TAP.TEXT", "a text to reply with", where="text", limit=LONGEST_REPLY)
        return Tap(what, text), at_ms
    return Tap(what), at_ms


def tap(
    connection: Any, message: dict[str, Any], wanted: Tap, at_ms: int | None, now_ms: int, pack: RulePack
) -> list[ReceiptItem]:
    """Take a tap on a message (as `Acceptance.message` tells it); return the receipts it made. Raises ApiError (400).

    `at_ms` lies between the delivery and now.
    """
    message_id = int(message["message_id"])
    found = fate(connection, message_id, now_ms)
    if found.delivered_ms is None:
        code = "KD.TAP.FAILED" if found.failed else "KD.TAP.NOT_DELIVERED"
        raise ApiError(400, code, "the message is not on its phone", id=message_id)
    at = now_ms if at_ms is None else at_ms
    if not found.delivered_ms <= at <= now_ms:
        raise ApiError(
            400,
            "KD.TAP.INSTANT",
            "from the delivery to now",
            where="at",
            least=found.delivered_ms,
            limit=now_ms,
        )
    if wanted.what == REPLIED:
        made = [Told(message_id, REPLY, wanted.text, "", at)]
    else:
        made = _on_card(connection, message, wanted.what, at, found, pack)
    told = append_told(connection, made, now_ms)
    if any(one.kind == SHORTCHAIN for one in made):
        bill_late(connection, message_id, at, now_ms)
    return told


def _on_card(
    connection: Any, message: dict[str, Any], what: str, at_ms: int, found: Fate, pack: RulePack
) -> list[Told]:
    """Return the receipts of looking at a card or tapping it, with those of what must have come before."""
    message_id = int(message["message_id"])
    if message["kind"] == "video":
        raise ApiError(400, "KD.TAP.VIDEO", "a video SMS reports no looks and no clicks", id=message_id)
    if not message["card"]:
        raise ApiError(400, "KD.TAP.NO_CARD", "this phone shows the text alone", id=message_id)
    if at_ms >= message["expires_ms"]:
        raise ApiError(400, "KD.TAP.EXPIRED", "the link of the card has expired", id=message_id)
    if what != OPENED and what not in clickable(connection, str(message["template"]), pack):
        raise ApiError(
            400, "KD.TAP.COMPONENT", "the card has no such picture or button", where="what", what=what
        )
    tapped = {kind for _, _, kind, *_ in told_of(connection, message_id)}
    made: list[Told] = []
    if not found.resolved and KINDS[SHORTCHAIN] not in tapped:
        made.append(Told(message_id, SHORTCHAIN, "0", "", at_ms))
    if what == OPENED or not (found.exposed or KINDS[EXPOSED] in tapped):
        made.append(Told(message_id, EXPOSED, "0", "", at_ms))
    if what != OPENED:
        made.append(Told(message_id, CLICKED, "0", what, at_ms))
    return made


def clickable(connection: Any, tpl_id: str, pack: RulePack) -> frozenset[str]:
    """Return the names of the pictures and buttons of an approved card, as it was handed in.

    Empty for a card that nobody here can read.
    """
    row = connection.execute(
        "SELECT body FROM review WHERE kind = 'card' AND tpl_id = ?", (tpl_id,)
    ).fetchone()
    if row is None:
        return frozenset()
    try:
        template = decode(card_body(orjson.loads(row[0])))
    except Refused:
        return frozenset()
    layout = pack.layouts.get(template.layout)
    return frozenset(one.what for one in components(template, layout)) if layout else frozenset()


def stand(connection: Any, message_id: int, now_ms: int) -> dict[str, Any]:
    """Return how a message stands on its phone: when it arrived (0 when it has not), why it never will, what was tapped.

    `taps` counts the taps by kind, kinds that never happened left out; `receipts` are all that the message has by now, in
    the order of what they tell, each as [id, kind, status, code, at_ms].
    """
    found, told = fate(connection, message_id, now_ms), told_of(connection, message_id)
    tapped: dict[str, int] = {}
    for _, _, kind, *_ in told:
        tapped[kind] = tapped.get(kind, 0) + 1
    every = {one[0]: one for one in (*told, *found.receipts)}
    return {
        "delivered_ms": found.delivered_ms or 0,
        "failed": found.failed,
        "taps": tapped,
        "receipts": [[one[0], *one[2:]] for one in sorted(every.values(), key=lambda one: one[5])],
    }


# --- service accounts --------------------------------------------------------------------------------------------


def sa_clicks(connection: Any, after: int, limit: int) -> dict[str, Any]:
    """Return taps on menus, home pages and shortcuts of service accounts, numbered after `after`."""
    rows = connection.execute(
        "SELECT id, pub, kind, item, billed, message, at_ms FROM sa_click WHERE id > ? ORDER BY id LIMIT ?",
        (after, limit),
    ).fetchall()
    items = [[*row[:5], str(row[5]) if row[5] else "", row[6]] for row in rows]
    return {"items": items, "next": rows[-1][0] if rows else after}


def tap_account(
    connection: Any, message: dict[str, Any], given: dict[str, Any], now_ms: int, rules: ClickRules
) -> list[Any]:
    """Take a tap on the menu, home page or a shortcut below a message; return the row of `GET /sa-clicks`.

    `pub` is the account's number (its review's ref), for a shortcut the shortcut's. Only what was approved and carries the
    message's signature is there to be tapped, and nothing of a frozen account. Raises ApiError (400).
    """
    kind, item, pub = given.get("kind"), given.get("item"), given.get("pub")
    if kind not in SA_KINDS or not isinstance(item, str) or not isinstance(pub, str):
        raise ApiError(400, "KD.FIELD", "kind, item and pub are texts", where="kind")
    message_id = int(message["message_id"])
    if fate(connection, message_id, now_ms).delivered_ms is None:
        raise ApiError(400, "KD.TAP.NOT_DELIVERED", "the message is not on its phone", id=message_id)
    sign = str(message.get("sign", ""))
    found: SaTap | None = None
    if is_frozen(connection, pub) if kind != SA_SHORTCUT else _only_frozen(connection, sign):
        raise ApiError(400, "KD.TAP.FROZEN", "the service account is frozen", id=pub[:40])
    if kind == SA_SHORTCUT:
        shortcut = _approved(connection, RecordKind.SHORTCUT, ref=pub)
        if isinstance(shortcut, Shortcut) and shortcut.signature == sign:
            found = tap_on_shortcut(item, shortcut)
    elif _serves(connection, pub, sign):
        menu = _approved(connection, RecordKind.MENU, account=pub)
        home = _approved(connection, RecordKind.HOME, account=pub)
        found = tap_on(
            kind, item, menu if isinstance(menu, Menu) else None, home if isinstance(home, HomePage) else None
        )
    if found is None:
        raise ApiError(400, "KD.TAP.ACCOUNT", "no such place on the account", where="item", item=item[:40])
    billed = rules.counts(found.kind, found.part)
    number = connection.execute(
        "INSERT INTO sa_click (pub, kind, item, billed, message, at_ms) VALUES (?, ?, ?, ?, ?, ?)",
        (pub, found.kind, found.item, int(billed), message_id, now_ms),
    ).lastrowid
    return [int(number), pub, found.kind, found.item, int(billed), str(message_id), now_ms]


def _only_frozen(connection: Any, sign: str) -> bool:
    """Tell whether a signature leads to frozen accounts alone, so that its shortcuts are not shown either.

    No source says whose shortcuts are (`[frozen]` of service_account.toml). Which channel numbers an account is bound to
    is the desk's to know: any account that is not frozen may have one.
    """
    if not account_checker().rules.hidden_when_frozen(RecordKind.SHORTCUT):
        return False
    pubs = connection.execute("SELECT DISTINCT ref FROM review WHERE kind = 'pub' AND state = 'approved'")
    serving = [is_frozen(connection, pub) for (pub,) in pubs.fetchall() if _serves(connection, pub, sign)]
    return bool(serving) and all(serving)


def _serves(connection: Any, pub: str, sign: str) -> bool:
    """Tell whether an approved account or channel number carries a signature."""
    profile = _approved(connection, RecordKind.PROFILE, ref=pub)
    if not isinstance(profile, Profile):
        return False
    if sign in profile.signatures:
        return True
    rows = connection.execute("SELECT body FROM review WHERE kind = 'sa_port' AND state = 'approved'")
    return any(sign in orjson.loads(row[0])["content"].get("signatures", ()) for row in rows)


def _approved(connection: Any, kind: RecordKind, *, ref: str = "", account: str = "") -> Content | None:
    """Return the newest approved content of a record, by its own number or its account's."""
    where = "ref = ?" if ref else "json_extract(body, '$.account') = ?"
    row = connection.execute(
        f"SELECT body FROM review WHERE kind = ? AND state = 'approved' AND {where} ORDER BY id DESC LIMIT 1",  # noqa: S608 - words of this function
        (kind.value, ref or account),
    ).fetchone()
    if row is None:
        return None
    try:
        return decode_account(kind, orjson.loads(row[0])["content"])
    except (Refused, KeyError):
        return None
