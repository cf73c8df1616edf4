# SPDX-License-Identifier: Apache-2.0
"""The promises of tests/conftest.py: no network, no screen, nobody's settings, and the bundled fonts."""

import os
import socket
from pathlib import Path

import pytest
from PySide6.QtGui import QFont, QFontDatabase, QFontInfo, QGuiApplication


def test_only_this_machine_can_be_reached() -> None:
    with socket.socket() as outside, pytest.raises(RuntimeError, match="may not connect"):
        outside.connect(("192.0.2.1", 80))
    with pytest.raises(RuntimeError, match="may not look up"):
        socket.getaddrinfo("example.invalid", 80)
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket() as inside:
        inside.connect(server.getsockname())


def test_nothing_of_the_person_who_runs_the_tests_is_seen(tmp_path_factory: pytest.TempPathFactory) -> None:
    assert not [name for name in os.environ if name.startswith("KOODESK_")]
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "APPDATA"):
        assert Path(os.environ[name]).is_relative_to(tmp_path_factory.getbasetemp())


@pytest.mark.gui
def test_windows_are_drawn_offscreen_with_the_bundled_fonts(qapp: QGuiApplication) -> None:
    assert QGuiApplication.platformName() == "offscreen"
    assert QFontInfo(QFont()).family() == "Noto Sans SC"
    # Both weights are real files, not one made bold by Qt.
    assert set(QFontDatabase.styles("Noto Sans SC")) >= {"Regular", "Bold"}
