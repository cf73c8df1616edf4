# SPDX-License-Identifier: Apache-2.0
"""Which addresses receipts are pushed to. The platform takes public ones only (facts 4.2); the engine of one machine takes this
machine's own, unless it is set to do as the platform does. A name is asked for its address again before each push."""

from __future__ import annotations

import ipaddress
import socket
from typing import Final
from urllib.parse import SplitResult, urlsplit

from koodesk.engine.cloud.errors import refusal

_OWN: Final = "localhost"
_PORTS: Final = {"http": 80, "https": 443}


def check_address(url: str, allowed: str) -> SplitResult:
    """Return the parts of an address that may be pushed to. Raises ApiError (400): another scheme, a name or password in it, letters
    that have to be written as %.. or xn--.. first, or a host that is not `allowed` ("loopback" or "public")."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        raise refusal("KD.CLOUD.ADDRESS", expected="an http or https address") from None
    plain = (
        url.isascii() and url.isprintable() and " " not in url and not parts.username and not parts.password
    )
    if parts.scheme not in _PORTS or not host or not plain:
        raise refusal("KD.CLOUD.ADDRESS", expected="an http or https address")
    if not _fits(host, allowed):
        raise refusal("KD.CLOUD.ADDRESS", expected=allowed)
    return parts


def reached(parts: SplitResult, allowed: str) -> bool:
    """Ask the system where a name leads now and tell whether all of it is allowed. Raises OSError when it leads nowhere."""
    port = parts.port or _PORTS[parts.scheme]
    found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    return all(_fits(str(one[4][0]), allowed) for one in found)


def _fits(host: str, allowed: str) -> bool:
    try:
        address = ipaddress.ip_address(host.partition("%")[0])
    except ValueError:
        # A name: this machine's has one name only; where a public one leads is seen when it is used.
        return (host == _OWN) is (allowed == "loopback")
    return address.is_loopback if allowed == "loopback" else address.is_global
