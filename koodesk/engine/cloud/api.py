# SPDX-License-Identifier: Apache-2.0
"""The cloud's API over HTTP: from the wire to a handler and back. Who asks, may she, how often, is it well-formed: in this order.

Beside the 62 operations there are `/openapi.json` (for anybody on this machine: it holds no data) and `POST /v3/auth/tokens`,
where a signed request gets a token for X-Auth-Token. The latter is Koodesk's own: the platform's token comes from IAM, for a
password, which the engine does not know.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from koodesk.domain.fault_script import On
from koodesk.engine.batches import Acceptance, nobody_else
from koodesk.engine.clock import wall_ms
from koodesk.engine.cloud import striking
from koodesk.engine.cloud.call import Call, Handler
from koodesk.engine.cloud.checking import check_body, check_texts
from koodesk.engine.cloud.config import CloudConfig
from koodesk.engine.cloud.errors import refusal, told
from koodesk.engine.cloud.form import read_form
from koodesk.engine.cloud.handlers import handlers
from koodesk.engine.cloud.keys import Caller, KeyRing
from koodesk.engine.cloud.openapi import document
from koodesk.engine.cloud.pace import Pace
from koodesk.engine.cloud.paging import iso
from koodesk.engine.cloud.pusher import Pusher
from koodesk.engine.cloud.signature import Parts
from koodesk.engine.cloud.spec import Operation, cloud_spec
from koodesk.engine.errors import ApiError
from koodesk.engine.faults import Deck, Struck
from koodesk.engine.reading import json_object, read_body
from koodesk.engine.settings import EngineSettings
from koodesk.engine.store import Store

_log: Final = logging.getLogger(__name__)
_Endpoint = Callable[[Request], Awaitable[Response]]


@dataclass(frozen=True, slots=True)
class Engine:
    """What of a running engine the cloud's API stands on, each asked when it is needed: it may change."""

    store: Store
    settings: Callable[[], EngineSettings]
    acceptance: Callable[[], Acceptance]
    advance: Callable[[Any], int]
    deck: Callable[[], Deck]
    now_ms: Callable[[], int]


class CloudApi:
    """The cloud's API of one running engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._keys = KeyRing()
        self._pace = Pace()
        self.config = CloudConfig()
        self._turns: dict[str, str] = {}
        """What the sends of a script are called, by the names of their tasks: what is asked about one is named as it is."""
        self.pusher = Pusher(
            engine.store, engine.acceptance, engine.now_ms, lambda: self.config.callbacks, engine.deck
        )

    async def load(self) -> None:
        """Read what a former run kept."""
        self.config = await self._engine.store.run(CloudConfig.kept)

    # --- for the desk, on the engine's own API ---

    def desk_routes(self) -> list[tuple[str, str, Callable[[Request, bytes], Awaitable[Mapping[str, Any]]]]]:
        """Return method, path and handler of what the desk asks."""
        return [
            ("GET", "/cloud", self.status),
            ("PUT", "/cloud", self.change),
            ("PUT", "/cloud/keys", self.put_keys),
        ]

    async def status(self, _request: Request, _body: bytes) -> Mapping[str, Any]:
        """Tell the settings and how many keys can be used."""
        return {**self.config.to_json(), "keys": self._keys.count()}

    async def change(self, request: Request, body: bytes) -> Mapping[str, Any]:
        """Set what is given."""
        changed = self.config.changed(json_object(body))
        await self._engine.store.run(changed.keep)
        self.config = changed
        return await self.status(request, b"")

    async def put_keys(self, _request: Request, body: bytes) -> Mapping[str, Any]:
        """Know these access keys and no others."""
        return self._keys.replace(json_object(body))

    # --- for the SDK ---

    def routes(self) -> list[Route]:
        """Return the routes of the cloud's API."""
        found = handlers()
        made = [
            Route(one.path, self._endpoint(one, found[one.id]), methods=[one.method])
            # A path of words alone comes before one whose last part may be anything.
            for one in sorted(cloud_spec().operations, key=lambda one: one.path.count("{"))
        ]
        return [
            *made,
            Route("/v3/auth/tokens", self._token, methods=["POST"]),
            Route("/openapi.json", self._document, methods=["GET"]),
        ]

    def _endpoint(self, operation: Operation, handler: Handler) -> _Endpoint:
        async def endpoint(request: Request) -> Response:
            struck: Struck | None = None
            try:
                caller, body = await self._admitted(request, multipart=operation.multipart)
                if operation.action not in caller.actions:
                    raise refusal("KD.CLOUD.FORBIDDEN", action=operation.action)
                values = {
                    **check_texts(operation.query, request.query_params.multi_items()),
                    **check_texts(operation.path_fields, request.path_params.items()),
                }
                given = _body_of(operation, request, body)
                struck = self._strike(operation, values, given)
                if struck is not None and (instead := striking.before(struck, operation.id)) is not None:
                    return instead
                answer = await self._engine.store.run(
                    lambda connection: handler(self._call(connection, caller, values, given, struck))
                )
            except ApiError as refused:
                return _json(told(refused), refused.status)
            except Exception:  # noqa: BLE001 - a fault of ours: told plainly, its story kept for the log
                _log.exception("%s failed", operation.id)
                return _json(told(refusal("KD.INTERNAL")), 500)
            if struck is None:
                return _json(answer, 200)
            late, now_ms = self._engine.deck().late, self._engine.now_ms()
            return striking.after(struck, operation.id, answer, late, now_ms) or _json(answer, 200)

        return endpoint

    def _call(
        self,
        connection: Any,
        caller: Caller,
        values: Mapping[str, Any],
        body: Mapping[str, Any],
        struck: Struck | None,
    ) -> Call:
        engine = self._engine
        now_ms = engine.advance(connection)
        refuse = struck.refusal if struck is not None else nobody_else
        return Call(
            connection,
            now_ms,
            caller,
            engine.acceptance(),
            engine.settings(),
            self.config,
            values,
            body,
            refuse,
        )

    def _strike(
        self, operation: Operation, values: Mapping[str, Any], body: Mapping[str, Any]
    ) -> Struck | None:
        on = striking.STRUCK.get(operation.id)
        deck = self._engine.deck()
        if on is None or not deck.script.faults:
            return None
        key = striking.name_of(on, values, body)
        if on is On.SEND:
            turn = striking.turn_of(body)
            if key:
                self._turns[key] = turn
            return deck.strike(on, key or turn, self._engine.now_ms(), turn)
        return deck.strike(on, key, self._engine.now_ms(), self._turns.get(key, ""))

    async def _admitted(self, request: Request, *, multipart: bool = False) -> tuple[Caller, bytes]:
        """Return who asks, and the body. Raises ApiError: 401, 413, 429."""
        try:
            body = await read_body(request)
        except ApiError as large:
            raise refusal("KD.CLOUD.TOO_LARGE", **large.params) from None
        headers = {_text(name).lower(): _text(value) for name, value in request.headers.raw}
        form = multipart and headers.get("content-type", "").startswith("multipart/form-data")
        parts = Parts(
            request.method,
            _text(request.scope["raw_path"]),
            _text(request.scope["query_string"]),
            headers,
            body,
            multipart=form,
        )
        now_ms = wall_ms()
        caller = self._keys.caller(parts, now_ms)
        self._pace.take(caller.ak, self.config.requests_per_second, now_ms)
        return caller, body

    async def _token(self, request: Request) -> Response:
        try:
            caller, _body = await self._admitted(request)
            token, until_ms = self._keys.token(caller, wall_ms())
        except ApiError as refused:
            return _json(told(refused), refused.status)
        answer = {"token": {"expires_at": iso(until_ms), "user": {"name": caller.user}}}
        return Response(
            orjson.dumps(answer), 201, media_type="application/json", headers={"X-Subject-Token": token}
        )

    async def _document(self, request: Request) -> Response:
        return _json(document(str(request.base_url).rstrip("/")), 200)


def _body_of(operation: Operation, request: Request, body: bytes) -> dict[str, Any]:
    if not operation.body:
        return {}
    if operation.multipart:
        return check_body(operation.body, read_form(request.headers.get("content-type", ""), body))
    try:
        given = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise refusal("KD.CLOUD.BAD_JSON") from None
    if not isinstance(given, dict):
        raise refusal("KD.CLOUD.BAD_JSON")
    return check_body(operation.body, given)


def _text(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _json(answer: Mapping[str, Any], status: int) -> Response:
    return Response(orjson.dumps(answer), status, media_type="application/json")
