# SPDX-License-Identifier: Apache-2.0
"""The one place that builds the program with a window: settings, theme, language, bridge, pages, background processes.

Before the window shows only Qt is imported; the database, the engine and the worker come up behind it.
"""

from __future__ import annotations

import gc
import logging
import sys
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtWidgets import QApplication, QWidget

from koodesk import log, paths
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Problem, Refused
from koodesk.settings import SettingsFile
from koodesk.ui import i18n, theme
from koodesk.ui.bridge import Bridge
from koodesk.ui.desk import Desk
from koodesk.ui.main_window import MainWindow
from koodesk.ui.moving import MoveWindow
from koodesk.ui.pages.factories import FACTORIES

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from koodesk.backend.service import Service
    from koodesk.backend.views.exports import Table

_log: Final = logging.getLogger("koodesk.app")
_KEPT: Final[list[QWidget]] = []
"""Windows that were opened after the first: somebody has to hold them."""


def application() -> QApplication:
    """Return the Qt application, made on first use."""
    existing = QApplication.instance()
    if isinstance(existing, QApplication):
        return existing
    made = QApplication(sys.argv[:1])
    made.setApplicationName("Koodesk")
    made.setOrganizationName("Koodesk")
    return made


def open_backend(workspace: Workspace, *, sample: bool = False) -> Service:
    """Open the service, and fill a sample workspace on first use, which needs a running engine. Blocks."""
    from koodesk import messages
    from koodesk.backend.bootstrap import open_service

    service = open_service(workspace, words=messages.row_reason, place="window", printer=print_table)
    if sample:
        from koodesk.demo import sample as samples

        if samples.is_wanted(service):
            try:
                service.engine.ensure_running()
                samples.fill(service)
            except Refused:  # a sample that was broken off half-way is a workspace like any other
                _log.exception("the sample is not complete")
    return service


def print_table(path: Path, table: Table) -> None:
    """Write a report as a PDF, on whatever thread exports it. Raises OSError when the file cannot be written."""
    from koodesk.preview import fonts
    from koodesk.preview.table_pdf import write_pdf

    write_pdf(path, table, fonts.load(paths.resources() / "fonts"))


def start_background(service: Service) -> None:
    """Bring up the engine and the worker. Blocks; raises Refused (engine.*)."""
    service.engine.ensure_running()
    service.engine.ensure_worker()


def warm_up() -> None:
    """Load what the next clicks will want, away from the window's thread: page modules, rules, phones and fonts."""
    from importlib import import_module

    from koodesk.ui import card_images
    from koodesk.ui.pages.factories import PAGES

    for module, _name in PAGES.values():
        import_module(f"koodesk.ui.pages.{module}")
    from koodesk.ui.pages.service_account.words import checker

    card_images.drawing()
    checker()  # the regions of the country
    # What is loaded now stays: a collection need not walk through it again, which would hold the window up.
    gc.freeze()


def build_window(workspace: Workspace, *, sample: bool = False, processes: bool = True) -> MainWindow:
    """Build the window on a workspace. The service opens on a thread of the bridge; nothing here waits for it.

    Engine and worker come up after the first page has asked for its data: a workspace can be read without them, and
    stays readable when they cannot be started.
    """
    qt = application()
    workspace.create()
    settings = SettingsFile(workspace.settings)
    i18n.install(settings.value.language)
    theme.apply(qt, settings.value.theme)
    bridge = Bridge(lambda: open_backend(workspace, sample=sample))
    desk = Desk(workspace, bridge, settings)
    window = MainWindow(desk, FACTORIES)
    first = next(iter(FACTORIES))
    window.show_page(first)
    if processes:

        def up(_: object) -> None:
            desk.changed.emit("engine")
            window.status.poll()
            bridge.call(window, lambda service, _task: service.account.get(), opening, lambda _problems: None)

        def opening(account: Any) -> None:
            # A workspace that is not opened begins with that; nobody who is somewhere already is taken away.
            if not account.opened and window.current_id == first:
                window.show_page("account", {})

        waiting = False

        def failed(problems: tuple[Problem, ...]) -> None:
            nonlocal waiting
            waiting = any(p.code == "access.sign_in_first" for p in problems)
            if not waiting:
                desk.notice(desk.say(problems), "danger")

        def bring_up() -> None:
            bridge.call(window, lambda service, _task: start_background(service), up, failed)

        def entered() -> None:
            nonlocal waiting
            if waiting and desk.session is not None and desk.session.signed_in:
                waiting = False
                bring_up()

        bridge.call(window, lambda _service, _task: warm_up())
        bring_up()
        desk.session_changed.connect(entered)
    desk.move_asked.connect(lambda target: move(window, target, processes=processes))
    return window


def move(window: MainWindow, target: Path, *, processes: bool = True) -> MoveWindow:
    """Close a window, move its workspace to another folder, and open a window on it where it is then."""
    from koodesk.backend import bootstrap

    workspace = window.desk.workspace
    bridge = Bridge(_Nobody)  # type: ignore[arg-type]  # a move has no service: nobody has it open
    moving = MoveWindow(workspace.root, target, bridge)
    moving.show()  # before the other closes: a program without a window ends
    if not window.close():
        moving.deleteLater()
        bridge.close()
        return moving
    _KEPT.append(moving)

    def reopen(there: Workspace, say: Callable[[MainWindow], object]) -> None:
        opened = build_window(there, processes=processes)
        _KEPT.append(opened)
        opened.show()
        opened.show_page("settings", {})
        say(opened)
        _KEPT.remove(moving)
        moving.close()
        bridge.close()
        moving.deleteLater()

    def done(there: Workspace) -> None:
        said = i18n.tr("工作区已移到 {folder}。", folder=there.root)
        reopen(there, lambda opened: opened.desk.notice(said, "success"))

    def failed(problems: tuple[Problem, ...]) -> None:
        reopen(workspace, lambda opened: opened.desk.notice(opened.desk.say(problems), "danger"))

    moving.start(
        lambda task: bootstrap.move_workspace(workspace, target, task.progress.emit, task.cancelled),
        done,
        failed,
    )
    return moving


class _Nobody:
    """What a bridge without a service gives back at its end."""

    def close(self) -> None:
        """Give nothing back."""


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
