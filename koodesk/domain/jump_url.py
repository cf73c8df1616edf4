# SPDX-License-Identifier: Apache-2.0
"""Custom jump URLs (自定义跳转链接): where a short link leads instead of the H5 page. Public hosts over http or https only.

The host is read as browsers read it (WHATWG URL): an address in any spelling of its numbers is that address. What a name
resolves to is not asked; names that are known to lead home are data (`resources/rules/resolve.toml`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from koodesk.domain.problem import Problem, Severity, problem

_LABEL: Final = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_NUMBER: Final = re.compile(r"0x[0-9a-f]*|[0-9]+")
_LONGEST_HOST: Final = 253
_LARGEST_PORT: Final = 65_535

JUMP_URL_CODES: Final = (
    "jump_url.empty",
    "jump_url.too_long",
    "jump_url.characters",
    "jump_url.scheme",
    "jump_url.credentials",
    "jump_url.host",
    "jump_url.not_ascii",
    "jump_url.private",
    "jump_url.port",
    "jump_url.punycode",
)
"""Every code this module finds."""


@dataclass(frozen=True, slots=True)
class PrivateHosts:
    """Names that are not public: exact ones, and suffixes of one label or more."""

    names: frozenset[str]
    suffixes: tuple[str, ...]

    def has(self, host: str) -> bool:
        """Tell whether a host in lower case is one of them or lies below one."""
        return host in self.names or any(host == s or host.endswith(f".{s}") for s in self.suffixes)


def check_jump_url(
    url: str, limit: int, private: PrivateHosts, where: str = "custom_url", *, source: str = ""
) -> tuple[Problem, ...]:
    """Return what is wrong with a URL, the first thing only; or a warning that its name is written in punycode.

    `limit` is in characters.
    """
    if not url:
        return (problem("jump_url.empty", where),)
    if len(url) > limit:
        return (problem("jump_url.too_long", where, source=source, limit=limit, actual=len(url)),)
    if any(c.isspace() or not c.isprintable() or c == "\\" for c in url):
        # A browser drops tabs and line ends and takes \ for /: what is read is then not what is opened.
        return (problem("jump_url.characters", where),)
    scheme, colon, rest = url.partition(":")
    if not colon or scheme.lower() not in ("http", "https") or not rest.startswith("//"):
        return (problem("jump_url.scheme", where),)
    authority = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
    if "@" in authority:
        return (problem("jump_url.credentials", where),)
    if not authority.isascii() or "%" in authority:
        return (problem("jump_url.not_ascii", where),)
    host, port = _parted(authority)
    if port is not None and not (port.isdigit() and 1 <= int(port[:6]) <= _LARGEST_PORT):
        return (problem("jump_url.port", where, actual=port[:20]),)
    return _check_host(host, private, where)


def host_of(url: str) -> str:
    """Return the host of a URL that `check_jump_url` let pass, in lower case without its last dot."""
    return _parted(re.split(r"[/?#]", url.partition("//")[2], maxsplit=1)[0])[0]


def _parted(authority: str) -> tuple[str, str | None]:
    if authority.startswith("["):
        host, bracket, rest = authority.partition("]")
        return f"{host}{bracket}".lower(), rest.removeprefix(":") if rest else None
    host, colon, port = authority.partition(":")
    return host.lower().removesuffix("."), port if colon else None


def _check_host(host: str, private: PrivateHosts, where: str) -> tuple[Problem, ...]:
    try:
        address = _address(host)
    except ValueError:
        return (problem("jump_url.host", where, host=host[:80]),)
    if address is not None:
        return () if _is_public(address) else (problem("jump_url.private", where, host=host[:80]),)
    labels = host.split(".")
    if len(host) > _LONGEST_HOST or not all(_LABEL.fullmatch(label) for label in labels):
        return (problem("jump_url.host", where, host=host[:80]),)
    if len(labels) < 2 or private.has(host):
        return (problem("jump_url.private", where, host=host[:80]),)
    if any(label.startswith("xn--") for label in labels):
        try:
            shown = host.encode("ascii").decode("idna")
        except UnicodeError:
            return (problem("jump_url.host", where, host=host[:80]),)
        return (
            problem("jump_url.punycode", where, severity=Severity.WARNING, host=host[:80], shown=shown[:80]),
        )
    return ()


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address a host is, None when it is a name. Raises ValueError when it is a broken address."""
    if host.startswith("["):
        if not host.endswith("]"):
            raise ValueError(host)
        return IPv6Address(host[1:-1])
    labels = host.split(".")
    if not _NUMBER.fullmatch(labels[-1]):
        return None
    # "Ends in a number": browsers read 127.1, 0x7f.1, 017700000001 and 2130706433 all as 127.0.0.1.
    if len(labels) > 4 or not all(_NUMBER.fullmatch(label) for label in labels):
        raise ValueError(host)
    *heads, last = [_number(label) for label in labels]
    if any(one > 255 for one in heads) or last >= 256 ** (4 - len(heads)):
        raise ValueError(host)
    value = last
    for place, one in enumerate(heads):
        value += one << 8 * (3 - place)
    return IPv4Address(value)


def _number(label: str) -> int:
    if label.startswith("0x"):
        return int(label[2:] or "0", 16)
    return int(label, 8) if label.startswith("0") and len(label) > 1 else int(label)


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour or (address.teredo[1] if address.teredo else None)
        value = int(address)
        if inner is None and (value >> 32 == 0 or value >> 32 == 0x0064_FF9B << 64):
            inner = IPv4Address(value & 0xFFFF_FFFF)  # ::a.b.c.d of old, and 64:ff9b::/96 (NAT64)
        if inner is not None:
            return _is_public(inner)
    return address.is_global and not address.is_multicast
