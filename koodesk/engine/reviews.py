# SPDX-License-Identifier: Apache-2.0
"""Reviews: handed in, decided by the automatic reviewer when due or by a person at the desk, told in a change feed.

Nothing runs on a timer: `advance` brings every review to where it should be at an instant, in the order of the due
times, before anybody looks. So the result is the same whether the clock crept or jumped. All functions run inside the
store's transaction.
"""

from __future__ import annotations

from typing import Any, Final

import orjson

from koodesk.domain.filing import FilingKind
from koodesk.domain.review_state import ReviewKind, Verdict, fold
from koodesk.engine import account
from koodesk.engine.errors import ApiError
from koodesk.engine.review_rows import (
    COLUMNS,
    PARTIES,
    STAGES,
    as_json,
    get,
    person_reason,
    reason_json,
    record,
    settle,
)
from koodesk.engine.reviewer import review
from koodesk.engine.reviewer.knowledge import Knowledge
from koodesk.engine.settings import EngineSettings
from koodesk.engine.timing import SERVICE_ACCOUNT, configured_ms, due_ms, effect_ms, party_due_ms, urged_ms

LARGEST_BODY: Final = 4_194_304
LONGEST_REASON: Final = 1_000
LONGEST_PLACE: Final = 200
FIRST_TPL_ID: Final = 100_000_000
LAST_TPL_ID: Final = 999_999_999

_THREE_DAYS: Final = (FilingKind.VIDEO_SMS.value, FilingKind.SERVICE_ACCOUNT.value)
"""Filings that take three working days."""


def submit(connection: Any, given: object, settings: EngineSettings, now_ms: int) -> dict[str, Any]:
    """Hand something in; the same kind, ref and digest is the same review. Raises ApiError: 400, or 403 while the account
    takes nothing new."""
    kind, ref, digest, vendors, body = _read_submission(given)
    known = connection.execute(
        f"SELECT {COLUMNS} FROM review WHERE kind = ? AND ref = ? AND digest = ?",  # noqa: S608 - our own column list
        (kind.value, ref, digest),
    ).fetchone()
    if known is not None:
        return as_json(known)
    account.demand(connection)
    if kind in PARTIES:
        due = {vendor: party_due_ms(settings.seed, digest, vendor, now_ms) for vendor in vendors}
    else:
        due = {"": due_ms(kind, now_ms, three_days=body.get("kind") in _THREE_DAYS)}
    states = {
        vendor: {"state": Verdict.WAITING.value, "reason": "", "due_ms": at, "decided_ms": 0}
        for vendor, at in due.items()
        if vendor
    }
    review_id = connection.execute(
        "INSERT INTO review (kind, ref, digest, state, stage, body, vendors, reasons, submitted_ms, due_ms, next_ms) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, '[]', ?, ?, ?)",
        (
            kind.value,
            ref,
            digest,
            Verdict.WAITING.value,
            STAGES[kind][Verdict.WAITING],
            orjson.dumps(body).decode(),
            orjson.dumps(states).decode(),
            now_ms,
            max(due.values()),
            min(due.values()),
        ),
    ).lastrowid
    if kind in PARTIES:
        connection.execute(
            "UPDATE review SET tpl_id = ? WHERE id = ?", (_tpl_id(connection, review_id), review_id)
        )
    record(connection, review_id, now_ms)
    return get(connection, review_id)


def advance(connection: Any, settings: EngineSettings, now_ms: int) -> None:
    """Do everything that reviewers should have done up to `now_ms`.

    With reviewer "desk" what waits for a decision waits; configuring an approved signature goes on by itself.
    """
    automatic = settings.reviewer == "auto"
    while True:
        row = connection.execute(
            f"SELECT {COLUMNS}, next_ms FROM review WHERE next_ms <= ? AND (? OR state = 'processing') "  # noqa: S608 - our own column list
            "ORDER BY next_ms, id LIMIT 1",
            (now_ms, automatic),
        ).fetchone()
        if row is None:
            return
        found, at_ms = as_json(row[:-1]), int(row[-1])
        kind, state = ReviewKind(found["kind"]), Verdict(found["state"])
        if kind in PARTIES:
            _review_parties(connection, found, at_ms)
        elif state is Verdict.PROCESSING:
            settle(connection, found, Verdict.APPROVED, at_ms)
        else:
            reasons = review(kind, found["body"], "", Knowledge(connection, found["ref"]))
            if reasons:
                settle(connection, found, Verdict.REJECTED, at_ms, [reason_json(one) for one in reasons])
            elif kind is ReviewKind.SMS_SIGNATURE:
                settle(connection, found, Verdict.PROCESSING, at_ms, next_ms=configured_ms(at_ms))
            elif kind in SERVICE_ACCOUNT:
                _approve_account(connection, found, settings, at_ms)
            else:
                settle(connection, found, Verdict.APPROVED, at_ms)


def _approve_account(connection: Any, found: dict[str, Any], settings: EngineSettings, at_ms: int) -> None:
    """Approve a record of the service account: it takes effect at the time it is due from now on."""
    effect = effect_ms(settings.seed, found["digest"], at_ms)
    connection.execute("UPDATE review SET due_ms = ? WHERE id = ?", (effect, found["id"]))
    settle(connection, found, Verdict.PROCESSING, at_ms, next_ms=effect)


def urge(connection: Any, given: object, now_ms: int) -> dict[str, Any]:
    """催审: let what waits be decided within half a working hour. Raises ApiError: 400, 404, 409.

    Menus and home pages only, and only once their account is approved (facts 1.11).
    """
    names = ("kind", "ref", "digest")
    if not isinstance(given, dict) or not all(isinstance(given.get(name), str) for name in names):
        raise ApiError(400, "KD.FIELD", "kind, ref and digest are texts", where="kind")
    row = connection.execute(
        f"SELECT {COLUMNS} FROM review WHERE kind = ? AND ref = ? AND digest = ?",  # noqa: S608 - our own column list
        tuple(given[name] for name in names),
    ).fetchone()
    if row is None:
        raise ApiError(404, "KD.REVIEW_UNKNOWN", "no such review", review=given["ref"])
    found = as_json(row)
    if given["kind"] not in (ReviewKind.SA_MENU.value, ReviewKind.SA_HOME.value):
        raise ApiError(400, "KD.FIELD", "only menus and home pages are urged", where="kind")
    if found["state"] != Verdict.WAITING.value:
        raise ApiError(409, "KD.REVIEW_DECIDED", "already decided", state=found["state"])
    account = str(found["body"].get("account", ""))
    approved = connection.execute(
        "SELECT 1 FROM review WHERE kind = 'pub' AND ref = ? AND state IN ('approved', 'processing') LIMIT 1",
        (account,),
    ).fetchone()
    if approved is None:
        raise ApiError(409, "KD.ACCOUNT_NOT_APPROVED", "the account is not approved yet", account=account)
    sooner = min(int(found["due_ms"]), urged_ms(now_ms))
    connection.execute(
        "UPDATE review SET due_ms = ?, next_ms = ? WHERE id = ?", (sooner, sooner, found["id"])
    )
    record(connection, found["id"], now_ms)
    return get(connection, found["id"])


def decide(
    connection: Any, review_id: int, given: object, now_ms: int, settings: EngineSettings | None = None
) -> dict[str, Any]:
    """Decide as a person at the review desk. Raises ApiError: 404, 400, or 409 when it is decided already.

    A card is decided for the named vendor, or for all that still wait; a named vendor may change its mind later. So is
    a video SMS template, for a carrier.
    """
    found = get(connection, review_id)
    if not isinstance(given, dict) or not isinstance(given.get("approve"), bool):
        raise ApiError(400, "KD.FIELD", "approve must be true or false", where="approve")
    reason = given.get("reason") or ""
    vendor = given.get("vendor") or ""
    where = given.get("where") or ""
    if not isinstance(where, str) or len(where) > LONGEST_PLACE or not where.isprintable():
        raise ApiError(400, "KD.FIELD", "where must be a short text", where="where", limit=LONGEST_PLACE)
    if not isinstance(reason, str) or len(reason) > LONGEST_REASON:
        raise ApiError(400, "KD.FIELD", "reason too long", where="reason", limit=LONGEST_REASON)
    if not given["approve"] and not reason.strip():
        raise ApiError(400, "KD.FIELD", "a rejection needs a reason", where="reason")
    verdict = Verdict.APPROVED if given["approve"] else Verdict.REJECTED
    reasons = [] if given["approve"] else [person_reason(reason, vendor, where)]
    if ReviewKind(found["kind"]) in PARTIES:
        _decide_parties(connection, found, verdict, vendor, reason, now_ms, where)
    elif Verdict(found["state"]).decided:
        raise ApiError(409, "KD.REVIEW_DECIDED", "already decided", state=found["state"])
    elif verdict is Verdict.APPROVED and found["kind"] == ReviewKind.SMS_SIGNATURE.value:
        # Both steps, so that the feed tells what the platform's would; who decides by hand does not wait for a number.
        if found["state"] != Verdict.PROCESSING.value:
            settle(connection, found, Verdict.PROCESSING, now_ms, next_ms=now_ms)
        settle(connection, found, Verdict.APPROVED, now_ms)
    elif (
        verdict is Verdict.APPROVED
        and ReviewKind(found["kind"]) in SERVICE_ACCOUNT
        and found["state"] == Verdict.WAITING.value
    ):
        _approve_account(connection, found, settings or EngineSettings(), now_ms)
    else:
        settle(connection, found, verdict, now_ms, reasons)
    return get(connection, review_id)


def _read_submission(given: object) -> tuple[ReviewKind, str, str, list[str], dict[str, Any]]:
    def wrong(where: str) -> ApiError:
        return ApiError(400, "KD.FIELD", "field missing or wrong", where=where)

    if not isinstance(given, dict):
        raise wrong("")
    kind, ref, digest, body = (given.get(name) for name in ("kind", "ref", "digest", "body"))
    if not isinstance(kind, str) or kind not in set(ReviewKind):
        raise wrong("kind")
    for name, value in (("ref", ref), ("digest", digest)):
        if not isinstance(value, str) or not 1 <= len(value) <= 200:
            raise wrong(name)
    if not isinstance(body, dict):
        raise wrong("body")
    vendors = given.get("vendors") or []
    known = PARTIES.get(ReviewKind(kind), frozenset())
    if not isinstance(vendors, list) or not all(isinstance(one, str) and one in known for one in vendors):
        raise wrong("vendors")
    if bool(known) != bool(vendors):
        raise wrong("vendors")
    return ReviewKind(kind), str(ref), str(digest), list(dict.fromkeys(vendors)), body


def _review_parties(connection: Any, found: dict[str, Any], at_ms: int) -> None:
    kind, vendors = ReviewKind(found["kind"]), found["vendors"]
    for vendor, one in vendors.items():
        if one["state"] != Verdict.WAITING.value or one["due_ms"] > at_ms:
            continue
        problems = review(kind, found["body"], vendor, Knowledge(connection, found["ref"]))
        reasons = [reason_json(problem, vendor) for problem in problems]
        one["state"] = (Verdict.REJECTED if reasons else Verdict.APPROVED).value
        one["reason"] = ", ".join(reason["code"] for reason in reasons)
        one["decided_ms"] = at_ms
        found["reasons"] = [kept for kept in found["reasons"] if kept["vendor"] != vendor] + reasons
    _fold_parties(connection, found, at_ms)


def _decide_parties(
    connection: Any,
    found: dict[str, Any],
    verdict: Verdict,
    vendor: str,
    reason: str,
    now_ms: int,
    where: str,
) -> None:
    vendors = found["vendors"]
    if vendor and vendor not in vendors:
        raise ApiError(400, "KD.FIELD", "nobody of that name decides here", where="vendor")
    named = (
        [vendor]
        if vendor
        else [name for name, one in vendors.items() if one["state"] == Verdict.WAITING.value]
    )
    if not named:
        raise ApiError(409, "KD.REVIEW_DECIDED", "already decided by all", state=found["state"])
    for name in named:
        rejected = verdict is Verdict.REJECTED
        vendors[name].update(state=verdict.value, reason=reason if rejected else "", decided_ms=now_ms)
        found["reasons"] = [kept for kept in found["reasons"] if kept["vendor"] != name]
        if rejected:
            found["reasons"].append(person_reason(reason, name, where))
    _fold_parties(connection, found, now_ms)


def _fold_parties(connection: Any, found: dict[str, Any], at_ms: int) -> None:
    waiting = [one["due_ms"] for one in found["vendors"].values() if one["state"] == Verdict.WAITING.value]
    verdict = fold(Verdict(one["state"]) for one in found["vendors"].values())
    settle(connection, found, verdict, at_ms, found["reasons"], next_ms=min(waiting) if waiting else None)


def _tpl_id(connection: Any, review_id: int) -> str:
    # Spread by the engine's own number, so that two engines of one desk do not give the same ids.
    first = connection.execute("SELECT value FROM meta WHERE name = 'next_message'").fetchone()[0]
    start = (int(first) >> 32) * 7_919_003
    return str(FIRST_TPL_ID + (start + review_id) % (LAST_TPL_ID - FIRST_TPL_ID + 1))
