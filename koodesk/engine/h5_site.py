# SPDX-License-Identifier: Apache-2.0
"""What browsers get: the pages of links, of messages and of previews, with their pictures. Unsigned, so: reading only.

Opening a link of a resolve task resolves it; nothing else here changes anything. Whoever is not on this machine gets
previews by their token and nothing else. The first browser that resolved an individual link may see the card again: it
holds a mark, and looking twice is no second resolve.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from typing import Any, Final

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from koodesk import paths
from koodesk.domain import codec
from koodesk.domain.link import LinkState
from koodesk.domain.problem import Refused
from koodesk.domain.template import Template
from koodesk.engine import link_resolving
from koodesk.engine.cleared import card_body
from koodesk.engine.errors import ApiError
from koodesk.engine.h5_previews import Previews
from koodesk.engine.links import ShortCodes
from koodesk.engine.rule_book import rule_pack
from koodesk.engine.store import Store
from koodesk.h5.page import CSS_PATH, FONT_PATHS, CardPage, card_page, language, state_page, stylesheet
from koodesk.h5.views import showing

POLICY: Final = (
    "default-src 'none'; img-src 'self'; font-src 'self'; style-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
HEADERS: Final = {
    "Content-Security-Policy": POLICY,
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
MARK: Final = "seen"
"""The cookie by which the browser that resolved an individual link is known again, on that link's path only."""

_CODE: Final = re.compile(r"[A-Za-z0-9]{3,10}")
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_STATUS: Final = {
    "expired": HTTPStatus.GONE,
    "used_up": HTTPStatus.GONE,
    "frozen": HTTPStatus.FORBIDDEN,
    "unknown": HTTPStatus.NOT_FOUND,
    "no_card": HTTPStatus.NOT_FOUND,
    "broken": HTTPStatus.INTERNAL_SERVER_ERROR,
}
_KEPT_TEMPLATES: Final = 64

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Show:
    """What a code came to: a card, a URL, or one of the state pages; `mark` is put into the browser."""

    state: str = ""
    url: str = ""
    template: Template | None = None
    active: frozenset[str] = frozenset()
    vendor: str = ""
    values: Mapping[str, str] | None = None
    sender: str = ""
    until_ms: int = 0
    mark: str = ""


class H5Site:
    """The pages of one engine."""

    def __init__(
        self,
        store: Store,
        now_ms: Callable[[], int],
        codes: Callable[[], ShortCodes],
        message: Callable[[Any, int], dict[str, Any]],
        previews: Previews,
    ) -> None:
        self._store = store
        self._now_ms = now_ms
        self._codes = codes
        self._message = message
        self._previews = previews
        self._secret = b""
        self._templates: dict[str, tuple[Template, frozenset[str]]] = {}

    def use(self, secret: bytes) -> None:
        """Take the engine's secret, from which marks are made."""
        self._secret = secret

    def app(self) -> Starlette:
        """Return the ASGI application."""
        return Starlette(
            routes=[
                Route(CSS_PATH, self._guarded(self.css)),
                *(Route(path, self._guarded(self.font)) for path in FONT_PATHS),
                Route("/p/{token}", self._guarded(self.preview)),
                Route("/p/{token}/i/{digest}", self._guarded(self.preview_picture)),
                Route("/i/{digest}", self._guarded(self.picture)),
                Route("/{code}", self._guarded(self.link)),
            ],
            exception_handlers={404: _unknown, 405: _unknown},
        )

    def _guarded(self, handler: Callable[[Request], Any]) -> Callable[[Request], Any]:
        async def endpoint(request: Request) -> Response:
            if request.method != "GET" or not _host_is_plain(request):
                # A look without a person behind it (HEAD, a name of somebody's that leads here) resolves nothing.
                return _state("unknown", request)
            if not _is_local(request) and not request.url.path.startswith(("/p/", "/h5/")):
                return _state("unknown", request)
            try:
                answer: Response = await handler(request)
            except Exception:  # noqa: BLE001 - a fault of ours: told plainly, its story kept for the log
                _log.exception("an H5 page failed")
                return _state("broken", request)
            return answer

        return endpoint

    # --- what every page needs ---

    async def css(self, _request: Request) -> Response:
        return _answer(stylesheet(), "text/css; charset=utf-8", cache="max-age=3600")

    async def font(self, request: Request) -> Response:
        path = paths.resources() / "fonts" / FONT_PATHS[request.url.path]
        data = await asyncio.to_thread(path.read_bytes)
        return _answer(data, "font/ttf", cache="max-age=31536000, immutable")

    # --- links and messages ---

    async def link(self, request: Request) -> Response:
        code = request.path_params["code"]
        if not _CODE.fullmatch(code):
            return _state("unknown", request)
        if request.headers.get("Sec-Purpose", "").startswith("prefetch"):
            return Response(status_code=HTTPStatus.SERVICE_UNAVAILABLE, headers=HEADERS)
        held = request.cookies.get(MARK, "")
        found = await self._store.run(lambda c: self._open(c, code, held))
        if found.state:
            return _state(found.state, request, found.until_ms)
        if found.url:
            return RedirectResponse(found.url, HTTPStatus.FOUND, {**HEADERS, "Cache-Control": "no-store"})
        answer = await self._card(request, found, lambda digest: f"/i/{digest}")
        if found.mark:
            answer.set_cookie(
                MARK, found.mark, path=f"/{code}", httponly=True, samesite="lax", max_age=8 * 24 * 3_600
            )
        return answer

    def _open(self, connection: Any, code: str, held: str) -> _Show:
        """Open a code inside one transaction; a link that cannot be shown is not resolved."""
        now_ms = self._now_ms()
        link = link_resolving.find(connection, code)
        if link is None:
            return self._open_message(connection, code, now_ms)
        mark = hashlib.blake2b(link.code.encode(), key=self._secret, digest_size=16, person=b"koodesk-seen")
        template, active = None, frozenset[str]()
        if not link.custom_url:
            template, active = self._template(connection, link.tpl_id)
        again = (
            link.individual
            and link.life.at(now_ms) is LinkState.USED_UP
            and hmac.compare_digest(held.encode(), mark.hexdigest().encode())
        )
        if not again:
            state = link_resolving.resolve(connection, link, now_ms)
            if state is not LinkState.ACTIVE:
                return _Show(
                    state=state.value,
                    until_ms=link.life.expires_ms if state is LinkState.EXPIRED else 0,
                )
        return _Show(
            url=link.custom_url,
            template=template,
            active=active,
            values=link.values,
            sender=link.signatures[0] if link.signatures else "",
            until_ms=link.life.expires_ms,
            mark=mark.hexdigest() if link.individual else "",
        )

    def _open_message(self, connection: Any, code: str, now_ms: int) -> _Show:
        number = self._codes().message_id(code)
        try:
            told = self._message(connection, number) if number is not None else None
        except ApiError:
            told = None
        if told is None or told["kind"] != "smart":
            return _Show(state="unknown")  # a video SMS has no link
        if now_ms >= told["expires_ms"]:
            return _Show(state="expired", until_ms=told["expires_ms"])
        if told["jump_url"]:
            link_resolving.note_message(connection, code, now_ms)
            return _Show(url=told["jump_url"])
        if not told["template"]:
            return _Show(state="no_card")
        template, active = self._template(connection, str(told["template"]))
        link_resolving.note_message(connection, code, now_ms)
        sender = str(told["sms_text"]).partition("】")[0].removeprefix("【")
        return _Show(
            template=template,
            active=active,
            vendor=told["vendor"],
            values={str(name): str(value) for name, value in told["params"].items()},
            sender=sender,
            until_ms=told["expires_ms"],
        )

    def _template(self, connection: Any, tpl_id: str) -> tuple[Template, frozenset[str]]:
        """Return what was handed in under a platform id, which never changes, and whose phones have activated it."""
        row = connection.execute(
            "SELECT body, vendors FROM review WHERE kind = 'card' AND tpl_id = ?", (tpl_id,)
        ).fetchone()
        if row is None:
            raise LookupError("no such card")
        active = frozenset(name for name, one in orjson.loads(row[1]).items() if one["state"] == "approved")
        kept = self._templates.get(tpl_id)
        template = kept[0] if kept is not None else codec.decode(card_body(orjson.loads(row[0])))
        if len(self._templates) >= _KEPT_TEMPLATES:
            self._templates.clear()
        self._templates[tpl_id] = template, active
        return template, active

    # --- previews and pictures ---

    async def preview(self, request: Request) -> Response:
        kept = self._previews.get(request.path_params["token"])
        if kept is None:
            return _state(
                "expired" if self._previews.ended(request.path_params["token"]) else "unknown", request
            )
        found = _Show(template=kept.template, vendor=kept.vendor, values=kept.values, sender=kept.sender)
        token = request.path_params["token"]
        return await self._card(request, found, lambda digest: f"/p/{token}/i/{digest}", preview=True)

    async def preview_picture(self, request: Request) -> Response:
        kept = self._previews.get(request.path_params["token"])
        digest = request.path_params["digest"]
        if kept is None or digest not in kept.pictures:
            return _state("unknown", request)
        return await self.picture(request)

    async def picture(self, request: Request) -> Response:
        digest = request.path_params["digest"]
        if not _DIGEST.fullmatch(digest):
            return _state("unknown", request)
        row = await self._store.run(
            lambda c: c.execute(
                "SELECT media_type, data FROM h5_picture WHERE digest = ?", (digest,)
            ).fetchone()
        )
        if row is None:
            return _state("unknown", request)
        return _answer(bytes(row[1]), str(row[0]), cache="max-age=86400, immutable")

    async def _card(
        self, request: Request, show: _Show, address: Callable[[str], str], *, preview: bool = False
    ) -> Response:
        template = show.template
        assert template is not None  # whoever shows a card has one
        digests = [ref.digest for ref in template.materials()]
        there = await self._store.run(lambda c: _there(c, digests))
        lang = language(request.headers.get("Accept-Language", ""))

        def made() -> bytes:
            pack = rule_pack()
            vendor = showing(template, pack, show.vendor, show.active)
            if vendor is None:
                return state_page("no_card", lang)
            page = CardPage(template, vendor, show.values or {}, show.sender, show.until_ms, preview)
            return card_page(page, pack, lambda digest: address(digest) if digest in there else "", lang)

        try:
            body = await asyncio.to_thread(made)
        except Refused:
            return _state("no_card", request)
        return _answer(body, "text/html; charset=utf-8")


def _there(connection: Any, digests: list[str]) -> frozenset[str]:
    marks = ",".join("?" * len(digests))
    rows = connection.execute(f"SELECT digest FROM h5_picture WHERE digest IN ({marks})", digests)  # noqa: S608 - question marks only
    return frozenset(row[0] for row in rows)


def _answer(body: bytes, kind: str, *, status: int = 200, cache: str = "no-store") -> Response:
    return Response(body, status, {**HEADERS, "Cache-Control": cache}, media_type=kind)


def _state(state: str, request: Request, until_ms: int = 0) -> Response:
    lang = language(request.headers.get("Accept-Language", ""))
    return _answer(state_page(state, lang, until_ms), "text/html; charset=utf-8", status=_STATUS[state])


async def _unknown(request: Request, _failure: Exception) -> Response:
    return _state("unknown", request)


def _is_local(request: Request) -> bool:
    return request.client is not None and ip_address(request.client.host).is_loopback


def _host_is_plain(request: Request) -> bool:
    """Tell whether the page was asked for by an address: a foreign site's name may be made to lead here (DNS rebinding)."""
    host = request.url.hostname or ""
    if host == "localhost":
        return True
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
