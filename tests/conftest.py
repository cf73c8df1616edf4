# SPDX-License-Identifier: Apache-2.0
"""What every test stands on: no screen, no network, no settings of the person who runs it, the bundled fonts.

The environment is settled when this file is imported, before anything can import Qt. Fixtures of one part of the
tree live in the conftest.py of that part.
"""

import ipaddress
import os
import sys
import time
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication
    from pytestqt.qtbot import QtBot

FONTS = Path(__file__).resolve().parent.parent / "resources" / "fonts"
FONT_FAMILY = "Noto Sans SC"
SLOW_UNTIL = 0.8
"""The part of the quick tests by which the last file of slow ones has begun."""
PATIENCE_MS = 60_000
"""What has not come by then on the busiest machine never will."""


def _settle_environment() -> None:
    for name in list(os.environ):
        # What a person set for Koodesk or for Qt's looks would change what a test sees.
        if name.startswith(
            ("KOODESK_", "QT_SCALE", "QT_SCREEN", "QT_STYLE", "QT_FONT", "QT_ENABLE", "QT_AUTO")
        ):
            del os.environ[name]
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    os.environ["QT_FONT_DPI"] = "96"
    # Far from Beijing and from UTC, so that a rule about the day which reads local time is found out. Written
    # so that no time zone database is needed.
    os.environ["TZ"] = "TEST+5"
    if hasattr(time, "tzset"):
        time.tzset()
    # Nobody's key store is opened by a test.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"


_settle_environment()


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--postgres` lets the backend's tests run on a private PostgreSQL (tests/backend/conftest.py)."""
    parser.addoption("--postgres", action="store_true", help="run the backend's tests on PostgreSQL")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Where several processes share the tests, spread the files with slow ones over most of the run.

    Many of those wait for processes: while one does, others compute. Only quick files come last, or a core would have
    nothing to do while the others end.
    """
    if not hasattr(config, "workerinput"):
        return
    files: dict[str, list[pytest.Item]] = defaultdict(list)
    for item in items:
        files[item.nodeid.partition("::")[0]].append(item)
    slow = {name for name, found in files.items() if any(item.get_closest_marker("slow") for item in found)}
    quick = sorted((name for name in files if name not in slow), key=lambda name: -len(files[name]))
    places: list[tuple[float, str]] = []
    before, total = 0, sum(len(files[name]) for name in quick)
    for name in quick:
        places.append((before / total, name))
        before += len(files[name])
    # Neighbours in the tree wait in the same way: they are mixed, always alike.
    mixed = sorted(slow, key=lambda name: (zlib.crc32(name.encode()), name))
    places += [(SLOW_UNTIL * place / len(mixed), name) for place, name in enumerate(mixed)]
    items[:] = [item for _, name in sorted(places) for item in files[name]]


class NetworkRefused(RuntimeError):
    """A test reached for an address that is not this machine's."""


def _is_local(host: object) -> bool:
    if host in (None, "", b"", "localhost", b"localhost"):
        return True
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        return ipaddress.ip_address(text.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _refuse_network(event: str, args: tuple[object, ...]) -> None:
    """An audit hook: it sees sockets that any library opens in this process."""
    if event == "socket.connect":
        address = args[1]
        # A path is a socket of this machine's (D-Bus); only (host, port, ...) can leave it.
        if isinstance(address, tuple) and not _is_local(address[0]):
            raise NetworkRefused(f"a test may not connect to {address[0]!r}")
    elif event == "socket.getaddrinfo" and not _is_local(args[0]):
        raise NetworkRefused(f"a test may not look up {args[0]!r}")


sys.addaudithook(_refuse_network)

# The machines that run this are noisy: a deadline would measure the neighbours.
settings.register_profile("dev", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("ci", settings.get_profile("dev"), derandomize=True, database=None, print_blob=True)
settings.register_profile("deep", settings.get_profile("dev"), max_examples=2_000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "dev"))


@pytest.fixture(scope="session", autouse=True)
def _home_of_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Settings, data and cache folders of the person who runs the tests are out of reach."""
    home = tmp_path_factory.mktemp("home")
    for name in (
        "XDG_DATA_HOME",
        "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "XDG_STATE_HOME",
        "APPDATA",
        "LOCALAPPDATA",
    ):
        folder = home / name.lower()
        folder.mkdir()
        os.environ[name] = str(folder)


@pytest.fixture(scope="session")
def qapp(qapp: "QApplication") -> "QApplication":
    """pytest-qt's application with the bundled fonts, as the studio has them."""
    from PySide6.QtGui import QFont, QFontDatabase

    for path in sorted(FONTS.glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(path))
        assert QFontDatabase.applicationFontFamilies(number) == [FONT_FAMILY], path
    font = QFont(FONT_FAMILY)
    font.setPixelSize(13)
    qapp.setFont(font)
    # A test that closes its window must not end the event loop of the next.
    qapp.setQuitOnLastWindowClosed(False)
    return qapp


@pytest.fixture
def qtbot(qapp: "QApplication", request: pytest.FixtureRequest) -> "QtBot":
    """pytest-qt's, which gives up after five seconds, with patience for a busy machine."""
    from pytestqt.qtbot import QtBot

    class Patient(QtBot):
        def waitUntil(  # noqa: N802 - its name
            self, callback: Callable[[], bool | None], *, timeout: int = PATIENCE_MS
        ) -> None:
            super().waitUntil(callback, timeout=timeout)

    return Patient(request)


@pytest.fixture(autouse=True)
def _no_window_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a window open: it would live on in every test after it."""
    if "qapp" not in request.fixturenames and "qtbot" not in request.fixturenames:
        yield
        return
    from PySide6.QtCore import QCoreApplication, QEvent

    app: QApplication = request.getfixturevalue("qapp")
    before = {id(widget) for widget in app.topLevelWidgets()}
    yield
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    left = [w for w in app.topLevelWidgets() if w.isVisible() and id(w) not in before]
    names = ", ".join(f"{type(widget).__name__} {widget.windowTitle()!r}" for widget in left)
    for widget in left:
        widget.close()
        widget.deleteLater()
    assert not left, f"left open: {names}"
