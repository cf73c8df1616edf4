# SPDX-License-Identifier: Apache-2.0
"""One call of the official SDK, never repeated, and an honest account of what failed when.

    NothingSent   no connection was made, or its certificate was not accepted: certainly nothing arrived
    MayHaveSent   the connection was there, and then time ran out, it broke, or the answer cannot be read
    Told          the platform answered with an error

The SDK's own retry stays off: it has no idempotency key, so a repeat would be a second task.
"""

from __future__ import annotations

import importlib
import io
import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, Protocol
from urllib.parse import urlsplit

from koodesk.backend.gateways.engine_http import LOOPBACK, MayHaveSent, NothingSent
from koodesk.backend.ports.cloud import CloudAccess
from koodesk.domain.problem import Refused, problem

CONNECT_SECONDS: Final = 5.0
CALL_SECONDS: Final = 30.0
NO_FIELDS: Final[Mapping[str, str]] = MappingProxyType({})


class Told(Exception):
    """The platform said no: an HTTP status, its error code ("" when the body held none) and its words."""

    def __init__(self, status: int, code: str, words: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.words = words


class CloudQuestions(Protocol):
    """Makes the calls of a send. They raise NothingSent, MayHaveSent, Told; Refused (cloud.sdk_missing)."""

    def ask(self, operation: str, **fields: object) -> Mapping[str, Any]:
        """Make one call: an operation of the SDK's client with the fields of its request; return its answer as a mapping."""
        ...

    def close(self) -> None:
        """Close the connections."""
        ...


class CloudCalls(CloudQuestions, Protocol):
    """Makes every call, those that hand in a file too."""

    def hand(
        self, operation: str, name: str, data: bytes, form: Mapping[str, str] = NO_FIELDS, **fields: object
    ) -> Mapping[str, Any]:
        """Make one call with a file in its form, beside the fields of `form`; it raises what `ask` raises."""
        ...


class CloudClient:
    """Calls the platform as one access key. Safe to use from several threads."""

    def __init__(self, access: CloudAccess, seconds: float = CALL_SECONDS) -> None:
        """`seconds` is the longest an answer may take. Raises Refused: cloud.endpoint for an address that is neither
        https nor on this machine, cloud.sdk_missing where the extra `cloud` is not installed."""
        self._use(access)
        self._seconds = seconds
        self._making = threading.Lock()
        self._made: Any = None
        self._models: Any = None

    def ask(self, operation: str, **fields: object) -> Mapping[str, Any]:
        """Make one call: an operation of the SDK's client with the fields of its request; return its answer as a mapping.

        A body is given as the JSON it is. Raises NothingSent, MayHaveSent, Told; Refused (cloud.sdk_missing).
        """
        return self._call(
            operation, lambda: getattr(self._models, model_name(operation, "Request"))(**fields)
        )

    def hand(
        self, operation: str, name: str, data: bytes, form: Mapping[str, str] = NO_FIELDS, **fields: object
    ) -> Mapping[str, Any]:
        """Make one call with a file of a name in its form, beside the fields of `form`; otherwise as `ask`."""

        def request() -> Any:
            made = importlib.import_module("huaweicloudsdkcore.http.formdata")
            body = getattr(self._models, model_name(operation, "RequestBody"))(
                made.FormFile(_Named(name, data)), **form
            )
            return getattr(self._models, model_name(operation, "Request"))(body=body, **fields)

        return self._call(operation, request)

    def _call(self, operation: str, request: Callable[[], Any]) -> Mapping[str, Any]:
        client = self._client()
        made = request()
        try:
            answer = getattr(client, operation)(made)
            told = answer.to_json_object()
        except (
            Exception
        ) as failure:  # what the SDK raises has no common class: ValueErrors of its parser, requests' own
            raise _meaning(failure) from failure
        return told if isinstance(told, dict) else {}

    def close(self) -> None:
        """Close the connections."""
        with self._making:
            self._drop()

    def _change(self, access: CloudAccess) -> None:
        """Make calls with another key from now on: in one step, so that nobody builds a client of the old one in between."""
        with self._making:
            self._drop()
            self._use(access)

    def _drop(self) -> None:
        if self._made is not None:
            self._made._http_client.close()  # the SDK has no other door to close by
            self._made = None

    def _use(self, access: CloudAccess) -> None:
        at = urlsplit(access.endpoint)
        if at.scheme != "https" and not (at.scheme == "http" and at.hostname in LOOPBACK):
            raise Refused(problem("cloud.endpoint", "endpoint", actual=access.endpoint))
        self._access = access

    def _client(self) -> Any:
        with self._making:
            if self._made is None:
                self._made = self._build()
            return self._made

    def _build(self) -> Any:
        try:
            sdk = importlib.import_module("huaweicloudsdkkoomessage.v1")
            self._models = importlib.import_module("huaweicloudsdkkoomessage.v1.model")
            credentials = importlib.import_module("huaweicloudsdkcore.auth.credentials")
            config = importlib.import_module("huaweicloudsdkcore.http.http_config")
        except ImportError as missing:
            raise Refused(problem("cloud.sdk_missing", "sdk", extra="cloud")) from missing
        http = config.HttpConfig(timeout=(CONNECT_SECONDS, self._seconds), retry_times=0)
        return (
            sdk.KooMessageClient.new_builder()
            .with_http_config(http)
            .with_credentials(credentials.BasicCredentials(self._access.ak, self._access.sk))
            .with_endpoint(self._access.endpoint)
            .build()
        )


class _Named(io.BytesIO):
    """Bytes as the SDK takes a file: with a name, and opened for reading."""

    mode: Final = "rb"

    def __init__(self, name: str, data: bytes) -> None:
        super().__init__(data)
        self.name = name


def model_name(operation: str, ends: str) -> str:
    """Return what the SDK calls a model of an operation: its "Request", its "RequestBody"."""
    return "".join(part.capitalize() for part in operation.split("_")) + ends


def _meaning(failure: Exception) -> Exception:
    """Say what a failure of the SDK means for the call.

    The SDK folds every broken connection into one class; what broke is the exception it caught meanwhile. "Nothing sent" is only
    what comes before the request by its nature: no connection, or a certificate that was not accepted. Any other fault of TLS
    may be one of the answer's, and a proxy "that cannot be connected to" is also what is raised when it broke afterwards.
    """
    status = getattr(failure, "status_code", None)
    if isinstance(status, int):
        code, words = getattr(failure, "error_code", ""), getattr(failure, "error_msg", "")
        return Told(status, "" if code in (None, str(status)) else str(code), str(words or ""))
    names = _names(failure)
    if names & {"NewConnectionError", "NameResolutionError", "ConnectTimeoutError", "ConnectTimeout"}:
        return NothingSent("connection_refused")
    if names & {"SSLCertVerificationError", "CertificateError"}:
        return NothingSent("no_secure_connection")
    if names & {"ReadTimeout", "ReadTimeoutError", "CallTimeoutException"}:
        return MayHaveSent("timeout")
    if names & {
        "ConnectionException",
        "ConnectionError",
        "SSLError",
        "ProtocolError",
        "ChunkedEncodingError",
    }:
        return MayHaveSent("connection_broke")
    return MayHaveSent("unreadable")


def _names(failure: BaseException) -> frozenset[str]:
    """Return the class names of a failure, of what it was raised from, and of what these carry."""
    found: set[str] = set()
    waiting: list[object] = [failure]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if not isinstance(one, BaseException) or id(one) in seen:
            continue
        seen.add(id(one))
        found.update(kind.__name__ for kind in type(one).__mro__)
        waiting += [one.__cause__, one.__context__, getattr(one, "reason", None), *one.args]
    return frozenset(found)


FAILURES: Final = (NothingSent, MayHaveSent, Told)
"""What a call raises of the network's and the platform's."""

TURNED_AWAY: Final = frozenset({401, 403, 429})
"""The platform turned the call away before its work."""

REFUSED: Final = frozenset({400, 404, 413, 422})
"""The platform read the call and refuses it, where its own code stands beside: without one it may be anybody's page."""


def refused(failure: Exception) -> Refused:
    """Return what a failed question or upload is called: gateway.refused for a word of the platform's, else gateway.unreachable."""
    if isinstance(failure, Told):
        if failure.status in TURNED_AWAY or (failure.status in REFUSED and failure.code):
            code = failure.code or str(failure.status)
            return Refused(problem("gateway.refused", gateway="cloud", error_code=code))
        return Refused(problem("gateway.unreachable", gateway="cloud", reason=f"http_{failure.status}"))
    code = getattr(failure, "code", "unreadable")
    return Refused(problem("gateway.unreachable", gateway="cloud", reason=code))
