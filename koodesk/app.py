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
from koodesk.domain.platform import Platform
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
    """Bring up the engine, where it is what the workspace speaks to, and the worker. Blocks; raises Refused (engine.*)."""
    if service.platform.opened_for is Platform.LOCAL:
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
            desk.engine_starting = False
            desk.changed.emit("engine")
            window.status.poll()
            bridge.call(window, lambda service, _task: _account(service), opening, lambda _problems: None)

        def opening(account: Any) -> None:
            # A workspace that is not opened begins with that; nobody who is somewhere already is taken away.
            if account is not None and not account.opened and window.current_id == first:
                window.show_page("account", {})

        waiting = False

        def failed(problems: tuple[Problem, ...]) -> None:
            nonlocal waiting
            desk.engine_starting = False
            waiting = any(p.code == "access.sign_in_first" for p in problems)
            if not waiting:
                desk.notice(desk.say(problems), "danger")

        def bring_up() -> None:
            desk.engine_starting = True
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
    desk.team_asked.connect(lambda *asked: move_to_team(window, *asked, processes=processes))
    desk.reopen_asked.connect(lambda said: reopen(window, said, processes=processes))
    return window


def _account(service: Service) -> object:
    """Return the account at the local engine, None where the workspace speaks to the real cloud."""
    return service.account.get() if service.platform.opened_for is Platform.LOCAL else None


def reopen(window: MainWindow, said: str, *, processes: bool = True) -> MainWindow:
    """Open a workspace anew, in a window of its own, in the place of one that was opened for another platform."""
    geometry, page = window.saveGeometry(), window.current_id
    opened = build_window(window.desk.workspace, processes=processes)
    _KEPT.append(opened)
    opened.restoreGeometry(geometry)
    opened.show()  # before the other closes: a program without a window ends
    opened.show_page(page or "overview", {})
    if said:
        opened.desk.notice(said, "success")
    window.close()
    if window in _KEPT:
        _KEPT.remove(window)
    return opened


def move(window: MainWindow, target: Path, *, processes: bool = True) -> MoveWindow:
    """Close a window, move its workspace to another folder, and open a window on it where it is then."""
    from koodesk.backend import bootstrap

    workspace = window.desk.workspace
    bridge = Bridge(_Nobody)  # type: ignore[arg-type]  # a move has no service: nobody has it open
    hint = i18n.tr(
        "每个文件复制后都会再读一遍核对，数据库逐表核对，全部一致才会切换。切换之前用的一直是旧位置。"
    )
    moving = MoveWindow(i18n.tr("正在移动工作区"), str(workspace.root), str(target), hint, bridge)

    def work(task: Any) -> tuple[Workspace, str]:
        there = bootstrap.move_workspace(workspace, target, task.progress.emit, task.cancelled)
        return there, i18n.tr("工作区已移到 {folder}。", folder=there.root)

    return _away(window, moving, bridge, work, processes=processes)


def move_to_team(
    window: MainWindow, url: str, password: str, place: str, *, processes: bool = True
) -> MoveWindow:
    """Close a window, move its workspace's file into a team's database, and open a window on that."""
    from koodesk.backend import bootstrap

    workspace = window.desk.workspace
    bridge = Bridge(_Nobody)  # type: ignore[arg-type]  # as in `move`
    hint = i18n.tr(
        "每张表写入后都会从两边逐行读出核对，全部一致才会提交。提交之前用的一直是原来的文件；之后它留在备份里。"
    )
    moving = MoveWindow(i18n.tr("正在迁移到团队数据库"), workspace.database.name, place, hint, bridge)

    def work(task: Any) -> tuple[Workspace, str]:
        moved = bootstrap.move_to_team(
            workspace, url, task.progress.emit, task.cancelled, password=password, end_worker=True
        )
        rows = sum(table.rows for table in moved)
        return workspace, i18n.tr(
            "已迁移到 {place}：{tables} 张表、{rows} 行，逐行核对一致。",
            place=place,
            tables=len(moved),
            rows=f"{rows:,}",
        )

    return _away(window, moving, bridge, work, processes=processes)


def _away(
    window: MainWindow,
    moving: MoveWindow,
    bridge: Bridge,
    work: Callable[[Any], tuple[Workspace, str]],
    *,
    processes: bool,
) -> MoveWindow:
    """Close a window while its workspace is moved; `work` returns where it is then and what to say there."""
    workspace = window.desk.workspace
    moving.show()  # before the other closes: a program without a window ends
    if not window.close():
        moving.deleteLater()
        bridge.close()
        return moving
    _KEPT.append(moving)

    def reopen(there: Workspace, said: Callable[[MainWindow], str], kind: str) -> None:
        opened = build_window(there, processes=processes)
        _KEPT.append(opened)
        opened.show()
        opened.show_page("settings", {})
        opened.desk.notice(said(opened), kind)
        _KEPT.remove(moving)
        moving.close()
        bridge.close()
        moving.deleteLater()

    moving.start(
        work,
        lambda done: reopen(done[0], lambda _opened: done[1], "success"),
        lambda problems: reopen(workspace, lambda opened: opened.desk.say(problems), "danger"),
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
