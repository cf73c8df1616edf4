# SPDX-License-Identifier: Apache-2.0
"""H5 pages from the desk's side: where browsers reach them, a card on a real phone for some minutes, and its pictures."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.materials import Pictures
from koodesk.backend.ports.progress import never
from koodesk.backend.ports.resolve import PagesGateway, PagesStatus
from koodesk.backend.views.resolve import PagesRow, PreviewRow
from koodesk.domain import codec
from koodesk.domain.problem import Refused, problem
from koodesk.domain.template import Template
from koodesk.domain.vendor import Vendor

MINUTES: Final = 30
"""How long a preview lasts unless it is said otherwise; Koodesk's own."""

SMALL_BYTES: Final = 300 * 1024
"""A picture of more bytes is handed over smaller: it is looked at on a phone."""

OFF, LOOPBACK, NETWORK = "off", "loopback", "network"


class H5Pages:
    """The pages of one workspace's engine."""

    def __init__(
        self,
        access: Access,
        gateway: PagesGateway,
        pictures: Pictures,
        path: Callable[[str], Path],
    ) -> None:
        self.access: Final = access
        self._gateway = gateway
        self._pictures = pictures
        self._path = path

    @needs("koodesk:h5:get")
    def status(self) -> PagesRow:
        """Return where pages are served now. Raises Refused (gateway.unreachable)."""
        return _row(self._gateway.pages())

    @needs("koodesk:h5:get")
    def ensure(self) -> PagesRow:
        """Serve pages to this machine unless they are served already."""
        found = self._gateway.pages()
        return _row(self._gateway.switch(LOOPBACK) if found.mode == OFF else found)

    @needs("koodesk:h5:get")
    def turn_off(self) -> PagesRow:
        """Serve no pages any more."""
        return _row(self._gateway.switch(OFF))

    @needs("koodesk:h5:network")
    def open_network(self, opened: bool) -> PagesRow:
        """同一网络的手机可以打开: let phones in the same network open previews by their token, or no more."""
        return _row(self._gateway.switch(NETWORK if opened else LOOPBACK))

    @needs("koodesk:h5:get")
    def preview(
        self,
        template: Template,
        vendor: Vendor,
        values: Mapping[str, str] | None = None,
        minutes: int = MINUTES,
    ) -> PreviewRow:
        """Put a card up for a real phone to look at; without `values` the parameters show their examples.

        Raises Refused: gateway.*
        """
        status = self._gateway.pages()
        if status.mode == OFF:
            status = self._gateway.switch(LOOPBACK)
        self.hand_over(template)
        sender = template.sms_signs[0] if template.sms_signs else ""
        text = codec.dumps(template).decode()
        token, path, expires_ms = self._gateway.preview(text, vendor.value, values or {}, sender, minutes)
        if not status.urls:
            raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable"))
        return PreviewRow(f"{status.urls[0]}{path}", token, expires_ms, status.mode == NETWORK)

    @needs("koodesk:h5:get")
    def end_preview(self, token: str) -> bool:
        """End a preview now; tell whether there was one."""
        return self._gateway.end_preview(token)

    @needs("koodesk:h5:get")
    def hand_over(self, template: Template) -> None:
        """Give the engine the pictures of a card it does not have yet. One that cannot be read leaves its place open.

        Raises Refused (gateway.*).
        """
        kinds = {ref.digest: ref.media_type for ref in template.materials()}
        shown = [digest for digest, kind in kinds.items() if kind in ("image/png", "image/jpeg")]
        for digest in self._gateway.missing(shown) if shown else ():
            with suppress(OSError):
                self._gateway.put_picture(digest, self._small(digest))

    def _small(self, digest: str) -> bytes:
        path = self._path(digest)
        data = path.read_bytes()
        if len(data) <= SMALL_BYTES:
            return data
        try:
            return self._pictures.optimise(path, SMALL_BYTES, None, None, never).data
        except Refused:
            return data


def _row(status: PagesStatus) -> PagesRow:
    return PagesRow(status.mode, status.urls, status.previews)
