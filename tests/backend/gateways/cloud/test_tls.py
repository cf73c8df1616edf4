# SPDX-License-Identifier: Apache-2.0
"""What a broken secure connection says of a call: "nothing was sent" only where it certainly broke before the request."""

from __future__ import annotations

import json
import os
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from koodesk.backend.gateways.cloud.gateway import CloudGateway
from koodesk.backend.ports.gateway import Batch, NotSent, Outcome, Unknown
from tests.backend.gateways.cloud.platform import client, closed_port

KEY = "c0ffee-000001"
NUMBER = 13800000000

Break = Callable[[socket.socket], None]
"""What is done to the bare connection when the whole request has been read."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of "localhost", signed by itself, with its key in one file."""
    pytest.importorskip("cryptography")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "both.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    return path


@dataclass
class Secure:
    """A platform behind TLS that breaks each connection in one way."""

    port: int
    taken: list[str] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it listens, by the name of its certificate."""
        return f"https://localhost:{self.port}"


@contextmanager
def listening(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """Serve one connection after another while the block lasts; yield the port."""
    with socket.create_server(("127.0.0.1", 0)) as door:

        def go_on() -> None:
            while True:
                try:
                    taken, _ = door.accept()
                except OSError:
                    return
                with taken, suppress(OSError):
                    serve(taken)

        thread = threading.Thread(target=go_on, daemon=True)
        thread.start()
        try:
            yield door.getsockname()[1]
        finally:
            with suppress(OSError):
                door.shutdown(socket.SHUT_RDWR)
    thread.join()


@contextmanager
def secure(certificate: Path, how: Break) -> Iterator[Secure]:
    """Serve a platform that has read a whole send task, and then breaks the connection."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(taken: socket.socket) -> None:
        bare = taken.dup()
        with bare, context.wrap_socket(taken, server_side=True) as talk:
            told.taken.append(str(_body(talk)["task_name"]))
            how(bare)

    with listening(serve) as port:
        told = Secure(port)
        yield told


def _body(talk: ssl.SSLSocket) -> dict[str, object]:
    with talk.makefile("rb") as lines:
        length = 0
        while (line := lines.readline().strip()) != b"":
            name, _, value = line.partition(b":")
            length = int(value) if name.lower() == b"content-length" else length
        found: dict[str, object] = json.loads(lines.read(length))
        return found


def in_the_clear(bare: socket.socket) -> None:
    """Answer as a broken middle box does."""
    bare.sendall(b"HTTP/1.1 502 Bad Gateway\r\n\r\n")


def a_damaged_record(bare: socket.socket) -> None:
    """Answer with a record whose check does not hold."""
    bare.sendall(b"\x17\x03\x03\x00\x40" + os.urandom(64))


def an_alert(bare: socket.socket) -> None:
    """Answer with a fatal alert (internal error)."""
    bare.sendall(b"\x15\x03\x03\x00\x02\x02\x50")


def the_end(bare: socket.socket) -> None:
    """Close without a word."""
    bare.shutdown(socket.SHUT_RDWR)


def sent(url: str) -> Outcome:
    """Send a batch of one, of the kind that asks nothing before it leaves."""
    told = {"kind": "video", "template": "9", "expiration_hours": 24, "recipients": [[NUMBER, {}]]}
    batch = Batch.of(KEY, json.dumps(told).encode(), (NUMBER,))
    return CloudGateway(client(url), lambda: (), lambda: 1_795_900_000_000).send(batch)


@pytest.fixture
def trusted(certificate: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The certificate, where the official SDK's own connections trust it."""
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    return certificate


@pytest.mark.parametrize("how", [in_the_clear, a_damaged_record, an_alert, the_end])
def test_a_fault_after_the_request_is_unknown_however_it_looks(trusted: Path, how: Break) -> None:
    with secure(trusted, how) as cloud:
        assert sent(cloud.url) == Unknown("connection_broke")
        assert len(cloud.taken) == 1


def test_a_proxy_that_breaks_after_the_request_is_unknown(
    trusted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The connection is closed by then, and what is raised says "cannot connect to proxy".
    with secure(trusted, the_end) as cloud, listening(lambda taken: _tunnel(taken, cloud.port)) as port:
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{port}")
        for name in ("NO_PROXY", "no_proxy"):
            monkeypatch.setenv(name, "")
        assert sent(cloud.url) == Unknown("connection_broke")
        assert len(cloud.taken) == 1


def _tunnel(taken: socket.socket, port: int) -> None:
    while b"\r\n\r\n" not in taken.recv(65536):
        pass
    with socket.create_connection(("127.0.0.1", port)) as onward:
        taken.sendall(b"HTTP/1.1 200 x\r\n\r\n")
        back = threading.Thread(target=_pass, args=(onward, taken), daemon=True)
        back.start()
        _pass(taken, onward)
        back.join()


def _pass(one: socket.socket, other: socket.socket) -> None:
    with suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    with suppress(OSError):
        other.shutdown(socket.SHUT_RDWR)


def test_a_proxy_that_is_not_there_has_sent_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTPS_PROXY", closed_port())
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "")
    assert sent("https://localhost:9") == NotSent("connection_refused")


def test_a_certificate_that_is_not_trusted_or_is_anothers_has_sent_nothing(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with secure(certificate, the_end) as cloud:
        assert sent(cloud.url) == NotSent("no_secure_connection")
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
        assert sent(f"https://127.0.0.1:{cloud.port}") == NotSent("no_secure_connection")
        assert not cloud.taken


def test_who_does_not_speak_tls_leaves_it_unknown(trusted: Path) -> None:
    # It looks the same as a fault after the request; a look-up finds out.
    with listening(in_the_clear) as port:
        assert sent(f"https://localhost:{port}") == Unknown("connection_broke")
