# SPDX-License-Identifier: Apache-2.0
"""The engine over HTTP: routes, signatures, limits, and the one place where a refusal becomes a status and JSON.

Sending and the engine itself are read here and run through the store; the other topics are in the `*_api` modules beside.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import random
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

import koodesk
from koodesk.domain.fault_script import On
from koodesk.engine import faults, receipts, reviews, settlement
from koodesk.engine.account_api import AccountApi
from koodesk.engine.batches import LONGEST_KEY, Acceptance, nobody_else
from koodesk.engine.billing_api import BillingApi
from koodesk.engine.cleared import card
from koodesk.engine.clock import wall_ms
from koodesk.engine.clock_api import ClockApi
from koodesk.engine.cloud.api import CloudApi, Engine
from koodesk.engine.errors import ApiError
from koodesk.engine.h5_api import H5Api
from koodesk.engine.handsets import NO_CARD, Handsets
from koodesk.engine.links import ShortCodes
from koodesk.engine.message_api import MessageApi
from koodesk.engine.reading import hours_of, json_object, key_of, paging, read_body
from koodesk.engine.resolve_api import ResolveApi
from koodesk.engine.review_api import ReviewApi
from koodesk.engine.rule_book import rules_in_use
from koodesk.engine.settings import EngineSettings
from koodesk.engine.signing import SIGNATURE_HEADER, TIME_HEADER, is_signed
from koodesk.engine.store import Store, read_meta, write_meta
from koodesk.engine.working_hours import today

LARGEST_CAPABILITY: Final = 10_000

Handler = Callable[[Request, bytes], Awaitable[bytes | Mapping[str, Any]]]
"""Answers a signed request: JSON bytes, or what becomes JSON."""

_STRUCK: Final = {
    ("POST", "/batches"): On.SEND,
    ("GET", "/batches/{key}"): On.LOOK_UP,
    ("GET", "/receipts"): On.RECEIPTS,
    ("POST", "/reviews"): On.SUBMIT,
}
"""The requests that a fault script can strike."""

_log = logging.getLogger(__name__)


class _AnswerLost(Exception):
    """The fault `lost_answers`: the batch is durable, and nobody hears of it."""


class _BrokenOff(Response):
    """Begins an answer and ends the connection before its body."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the head only; uvicorn then closes the connection."""
        del scope, receive
        head = [(b"content-type", b"application/json"), (b"content-length", b"1000000")]
        await send({"type": "http.response.start", "status": 200, "headers": head})


class Api:
    """The requests of one running engine."""

    def __init__(self, store: Store, key: bytes, stop: Callable[[], None]) -> None:
        self._store = store
        self._key = key
        self._stop = stop
        self._faults = random.Random()  # noqa: S311 - which request meets a fault is no secret
        self.clock = ClockApi(store, self._advance)
        self._settings = EngineSettings()
        self._acceptance = Acceptance(b"\0" * 32)
        self._deck = faults.Deck()
        # links in a browser
        self.h5 = H5Api(store, self._clock_now, self._codes, self._told)
        # the cloud's own API
        self.cloud = CloudApi(
            Engine(
                store,
                lambda: self._settings,
                lambda: self._acceptance,
                self._advance,
                lambda: self._deck,
                self._clock_now,
            )
        )

    async def load(self) -> None:
        """Read what a former run kept."""

        def job(connection: Any) -> tuple[str, str, faults.Deck, int]:
            newest = connection.execute(
                "SELECT max(coalesce((SELECT max(at_ms) FROM acceptance_chunk), 0), "
                "coalesce((SELECT max(at_ms) FROM review_change), 0))"
            ).fetchone()[0]
            meta = (read_meta(connection, name) for name in ("secret", "settings"))
            return (*meta, faults.kept(connection), int(newest))  # type: ignore[return-value]  # two texts and two

        secret, settings, self._deck, newest = await self._store.run(job)
        await self.cloud.load()
        self._acceptance = Acceptance(bytes.fromhex(secret))
        self._settings = EngineSettings().changed(orjson.loads(settings))
        await self.clock.load(newest)

    def app(self) -> ASGIApp:
        """Return the ASGI application."""
        routes: list[tuple[str, str, Handler]] = [
            ("GET", "/status", self.status),
            ("GET", "/settings", self.settings),
            ("PUT", "/settings", self.change_settings),
            ("GET", "/faults", self.faults),
            ("PUT", "/faults", self.change_faults),
            ("POST", "/capabilities", self.capabilities),
            ("POST", "/batches", self.send),
            ("GET", "/batches/{key}", self.look_up),
            ("GET", "/receipts", self.receipt_feed),
            ("POST", "/stop", self.stop),
            *self.clock.routes(),
            *ReviewApi(self._store, lambda: self._settings, self._advance).routes(),
            # phones
            *MessageApi(self._store, self._clock_now, self._codes, self._told, self._advance).routes(),
            # resolve tasks, links, H5 pages
            *ResolveApi(self._store, self._clock_now, self._codes, self._advance).routes(),
            *self.h5.routes(),
            *AccountApi(self._store, self._advance).routes(),
            *BillingApi(self._store, self._advance).routes(),
            *self.cloud.desk_routes(),
        ]
        app = Starlette(
            routes=[
                Route(
                    f"/engine/v1{path}", self._guarded(handler, _STRUCK.get((method, path))), methods=[method]
                )
                for method, path, handler in routes
            ]
            + self.cloud.routes(),
            exception_handlers={404: _not_found, 405: _not_found},
        )
        return faults.with_transport(app)

    def _guarded(self, handler: Handler, on: On | None) -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            struck: faults.Struck | None = None
            try:
                body = await read_body(request)
                self._check_signature(request, body)
                if on is not None:
                    struck = self._deck.strike(on, key_of(request), self.clock.now_ms())
                    if struck is not None and (instead := struck.before()) is not None:
                        return instead
                    request.state.struck = struck
                answer = await handler(request, body)
            except ApiError as refused:
                return _json(orjson.dumps(refused.to_json()), refused.status)
            except _AnswerLost:
                return _BrokenOff()
            except Exception:  # noqa: BLE001 - a fault of ours: told plainly, its story kept for the log
                _log.exception("%s failed", request.url.path)
                return _json(orjson.dumps(ApiError(500, "KD.INTERNAL", "the engine failed").to_json()), 500)
            told = answer if isinstance(answer, bytes) else orjson.dumps(answer)
            if on is On.RECEIPTS:
                told = self._deck.feed(told, struck, self.clock.now_ms())
            changed = struck.after(told) if struck is not None else None
            return changed or _json(told, 200)

        return endpoint

    def _check_signature(self, request: Request, body: bytes) -> None:
        query = request.scope["query_string"].decode("latin-1")
        target = request.scope["raw_path"].decode("latin-1") + (f"?{query}" if query else "")
        if not is_signed(
            self._key,
            request.method,
            target,
            hashlib.sha256(body).hexdigest(),
            time=request.headers.get(TIME_HEADER, ""),
            given=request.headers.get(SIGNATURE_HEADER, ""),
            wall_ms=wall_ms(),
        ):
            raise ApiError(401, "KD.UNSIGNED", "the request is not signed with this engine's key")

    # --- the engine itself ---

    async def status(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        def job(connection: Any) -> dict[str, int]:
            self._advance(connection)
            counted = connection.execute(
                "SELECT (SELECT count(*) FROM review), (SELECT coalesce(sum(accepted), 0) FROM batch), "
                "(SELECT coalesce(max(seq), 0) FROM review_change)"
            )
            review_count, message_count, change_count = counted.fetchone()
            return {
                "reviews": review_count,
                "messages": message_count,
                "receipts": receipts.last_seq(connection),
                "changes": change_count,
            }

        counts = await self._store.run(job)
        rules = await asyncio.to_thread(rules_in_use)
        return {
            "version": koodesk.__version__,
            "pid": os.getpid(),
            **self.clock.to_json(),
            "reviewer": self._settings.reviewer,
            "counts": counts,
            "faults": {"rules": len(self._deck.script.faults), "since_ms": self._deck.since_ms},
            "calendar": today(self.clock.now_ms()),
            "rules": {"id": rules.pack.id, "date": rules.pack.date, "origin": rules.origin.value},
        }

    async def settings(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        return self._settings.to_json()

    async def change_settings(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        changed = self._settings.changed(json_object(body))
        await self._store.run(
            lambda connection: write_meta(connection, "settings", orjson.dumps(changed.to_json()).decode())
        )
        self._settings = changed
        return changed.to_json()

    async def faults(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        return self._deck.to_json()

    async def change_faults(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        given = json_object(body)
        deck = await self._store.run(lambda c: faults.put(c, given, self.clock.now_ms()))
        deck.late, self._deck = self._deck.late, deck  # what was held back still comes
        return self._deck.to_json()

    async def stop(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        self._stop()
        return {"stopping": True}

    # --- sending ---

    async def capabilities(self, _request: Request, body: bytes) -> bytes:
        given = json_object(body)
        template, numbers = given.get("template"), given.get("numbers")
        if not isinstance(template, str | int):
            raise ApiError(400, "KD.FIELD", "template missing", where="template")
        if (
            not isinstance(numbers, list)
            or len(numbers) > LARGEST_CAPABILITY
            or not all(type(one) is int for one in numbers)
        ):
            raise ApiError(
                400, "KD.FIELD", "a list of whole numbers", where="numbers", limit=LARGEST_CAPABILITY
            )

        def job(connection: Any) -> frozenset[str]:
            self._advance(connection)
            return card(connection, str(template))[1]

        active = await self._store.run(job)
        vendor = Handsets(self._settings.seed, self._settings.vendor_mix).vendor
        found = [name if name in active else NO_CARD for name in map(vendor, numbers)]
        return orjson.dumps({"vendors": found})

    async def send(self, request: Request, body: bytes) -> bytes:
        key = request.headers.get("Idempotency-Key", "")
        if not (1 <= len(key) <= LONGEST_KEY and key.isascii() and key.isprintable()):
            raise ApiError(
                400,
                "KD.FIELD",
                "an Idempotency-Key of 1-200 characters",
                where="Idempotency-Key",
                limit=LONGEST_KEY,
            )
        settings, hours = self._settings, hours_of(request)
        struck: faults.Struck | None = request.state.struck
        if settings.busy and self._faults.random() < settings.busy:
            raise ApiError(503, "KD.BUSY", "come again", retry_after_ms=100)
        answer = await self._store.run(
            lambda c: self._acceptance.accept(
                c, key, body, settings, self._advance(c), struck.refusal if struck else nobody_else, hours
            )
        )
        if settings.lost_answers and self._faults.random() < settings.lost_answers:
            raise _AnswerLost
        return answer

    async def look_up(self, request: Request, _body: bytes) -> bytes:
        key, named = request.path_params["key"], request.query_params.get("by") == "task_name"
        return await self._store.run(lambda c: self._acceptance.answer(c, key, named=named))

    async def receipt_feed(self, request: Request, _body: bytes) -> bytes:
        after, limit = paging(request, receipts.LARGEST_PAGE)

        def job(connection: Any) -> tuple[list[receipts.ReceiptItem], int, int]:
            items, following = receipts.page(connection, after, limit, self.clock.now_ms())
            return items, following, receipts.last_seq(connection)

        items, following, last = await self._store.run(job)
        # `last` below `after` tells a reader that its cursor is another engine's.
        return orjson.dumps({"items": items, "next": following, "last": last})

    def _clock_now(self) -> int:
        return self.clock.now_ms()

    def _told(self, connection: Any, message_id: int) -> dict[str, Any]:
        return self._acceptance.message(connection, message_id)

    def _codes(self) -> ShortCodes:
        return self._acceptance.codes

    def _advance(self, connection: Any) -> int:
        now_ms = self.clock.now_ms()
        reviews.advance(connection, self._settings, now_ms)
        settlement.advance(connection, now_ms)
        return now_ms


def _json(body: bytes, status: int) -> Response:
    return Response(body, status, media_type="application/json")


async def _not_found(request: Request, _failure: Exception) -> Response:
    return _json(
        orjson.dumps(ApiError(404, "KD.NO_SUCH_PATH", "no such path", path=request.url.path).to_json()), 404
    )
