# SPDX-License-Identifier: Apache-2.0
"""The one place that builds the program with a window: settings, theme, language, bridge, pages, background processes.

Before the window shows only Qt is imported; the database, the engine and the worker come up behind it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication

from koodesk import log
from koodesk.backend.workspace import Workspace
from koodesk.settings import SettingsFile
from koodesk.ui import i18n, theme
from koodesk.ui.bridge import Bridge
from koodesk.ui.desk import Desk
from koodesk.ui.main_window import MainWindow
from koodesk.ui.pages.factories import FACTORIES

if TYPE_CHECKING:
    from koodesk.backend.service import Service


def application() -> QApplication:
    """Return the Qt application, made on first use."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    made = QApplication(sys.argv[:1])
    made.setApplicationName("Koodesk")
    made.setOrganizationName("Koodesk")
    return made


def open_backend(workspace: Workspace, *, sample: bool = False, processes: bool = True) -> Service:
    """Open the service, fill a sample workspace on first use, and bring up engine and worker. Blocks."""
    from koodesk import messages
    from koodesk.backend.bootstrap import open_service

    service = open_service(workspace, words=messages.row_reason)
    if processes:
        service.engine.ensure_running()
        service.engine.ensure_worker()
    if sample:
        from koodesk.demo.sample import fill

        fill(service)
    return service


def build_window(workspace: Workspace, *, sample: bool = False, processes: bool = True) -> MainWindow:
    """Build the window on a workspace. The service opens on a thread of the bridge; nothing here waits for it."""
    qt = application()
    workspace.create()
    settings = SettingsFile(workspace.settings)
    i18n.install(settings.value.language)
    theme.apply(qt, settings.value.theme)
    bridge = Bridge(lambda: open_backend(workspace, sample=sample, processes=processes))
    desk = Desk(workspace, bridge, settings)
    window = MainWindow(desk, FACTORIES)
    window.show_page(next(iter(FACTORIES)))
    return window


def run(workspace: Workspace, *, sample: bool = False) -> int:
    """Open the studio and stay until its window closes."""
    qt = application()
    log.configure(workspace.create().root / "window.log")
    window = build_window(workspace, sample=sample)
    window.show()
    return qt.exec()


def end_background(service: Service) -> None:
    """End worker and engine of a workspace; what they hold stays in its folder. Blocks."""
    service.engine.stop_worker()
    service.engine.stop()
