# SPDX-License-Identifier: Apache-2.0
"""The one window: rail, page, status bar. It composes pages and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, QSize, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.platform import Platform
from koodesk.ui import i18n, icons, theme
from koodesk.ui.account import AccountButton
from koodesk.ui.desk import Desk
from koodesk.ui.gate import Gate
from koodesk.ui.i18n import tr
from koodesk.ui.local_only import LOCAL_ONLY, LocalOnlyPage
from koodesk.ui.navigation import PageFactory
from koodesk.ui.page import Page, focus_of
from koodesk.ui.palette import CommandPalette
from koodesk.ui.platform_mark import PlatformButton, PlatformStrip
from koodesk.ui.platform_sheet import PlatformSheet
from koodesk.ui.rail import ICON_GAP, RailPages, rail_width
from koodesk.ui.rights import PAGE_ACTIONS, DeniedPage
from koodesk.ui.shortcuts import ShortcutsSheet, page_keys
from koodesk.ui.status_bar import StatusBar
from koodesk.ui.widgets.basics import label, named

UNDER = {
    "editor": "studio",
    "video_editor": "video_templates",
    "account_wizard": "accounts",
    "heat": "smart_report",
}
"""Pages that are not in the rail, and the one they stand under."""


class MainWindow(QMainWindow):
    """Shows one page at a time; pages are made when first asked for and made anew on a change of language or theme."""

    def __init__(self, desk: Desk, factories: Mapping[str, PageFactory]) -> None:
        super().__init__()
        self.desk = desk
        self._factories = factories
        self._pages: dict[str, Page] = {}
        self.current_id = ""
        self._arguments: dict[str, Any] = {}
        self._next: tuple[str, dict[str, Any]] | None = None
        self._marked = False
        self.resize(1280, 800)
        self.setMinimumSize(QSize(1024, 640))
        self._shortcuts()
        self.gate = Gate(self, desk, self._renew_pages)
        self._compose()
        desk.navigated.connect(self.show_page)
        desk.noticed.connect(self._notice)
        desk.changed.connect(self._changed)
        desk.platform_changed.connect(self._platform)
        geometry = desk.settings.value.window_geometry
        if geometry:
            self.restoreGeometry(QByteArray.fromBase64(geometry.encode("ascii")))

    def _compose(self) -> None:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(
            PlatformStrip(self.desk, self.open_platform, lambda: self.desk.reopen_asked.emit(""))
        )
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self._rail())
        self.stack = QStackedWidget()
        self.desk.frame = self.stack
        middle.addWidget(self.stack, 1)
        column.addLayout(middle, 1)
        self.status = StatusBar(self.desk)
        column.addWidget(self.status)
        self.setCentralWidget(whole)
        self.setWindowTitle("Koodesk")

    def _rail(self) -> QWidget:
        rail = named(QWidget(), "rail")
        rail.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        width = rail_width(self._factories)
        rail.setFixedWidth(width)
        column = QVBoxLayout(rail)
        column.setContentsMargins(8, 16, 0, 12)
        column.setSpacing(2)
        brand = label("Koodesk", "heading")
        brand.setContentsMargins(10, 0, 0, 8)
        column.addWidget(brand)
        platform = PlatformButton(self.desk, self.open_platform)
        platform.setFixedWidth(width - 16)
        column.addWidget(platform)
        column.addSpacing(6)
        self._rail_pages = RailPages(
            self._factories,
            {page: key for key, page in page_keys(self._factories)},
            self.desk.settings.value.folded_areas,
            lambda page: self.show_page(page, {}),
            self._remember_folded,
        )
        column.addWidget(self._rail_pages, 1)
        search = QToolButton()
        search.setText(tr("搜索"))
        search.setAccessibleName(tr("搜索与命令"))
        search.setIcon(icons.icon("search", gap=ICON_GAP))
        search.setIconSize(QSize(18 + ICON_GAP, 18))
        search.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        search.setToolTip(f"{tr('搜索与命令')}  Ctrl+K")
        search.setFixedWidth(width - 16)
        search.clicked.connect(self.open_palette)
        column.addWidget(search)
        account = AccountButton(self.desk, self.lock, self.switch_user, self.gate.watch_idle)
        account.setFixedWidth(width - 16)
        column.addWidget(account)
        return rail

    def _shortcuts(self) -> None:
        def bind(keys: str, action: Callable[[], object]) -> None:
            QShortcut(QKeySequence(keys), self).activated.connect(action)

        bind("Ctrl+K", self.open_palette)
        bind("F5", self.refresh)
        bind("Ctrl+Shift+L", self.toggle_theme)
        bind("F6", self.turn_keyboard)
        bind("Ctrl+N", lambda: self.show_page("studio", {"choose": True}))
        bind("F1", self.open_help)
        bind("Ctrl+Alt+L", self.lock)
        for key, page in page_keys(self._factories):
            bind(key, partial(self._jump, page))

    def open_palette(self) -> None:
        """Open the command palette over the window."""
        palette = CommandPalette(self, self.desk, self._factories)
        palette.accepted.connect(lambda: QTimer.singleShot(0, self, self._enter))
        palette.open()

    def open_platform(self) -> None:
        """Show which platform the workspace speaks to, and the switch."""
        if self.findChild(PlatformSheet) is None and not self.gate.shut:
            PlatformSheet(self, self.desk).open()

    def may_leave(self) -> bool:
        """Tell whether the page that is shown may be left: what is unsaved is saved first."""
        return self._leave()

    def _platform(self) -> None:
        """Make pages anew that were made before it was known that the real cloud is spoken to; the overview shows nothing of it."""
        if self.desk.platform is Platform.CLOUD and not self._marked:
            self._marked = True
            if self._pages.keys() - {"overview"}:
                self._renew_pages(same=True)

    def turn_keyboard(self) -> None:
        """Take the keyboard from the page to the rail, and from anywhere else into the page."""
        page, focus = self._pages[self.current_id], QApplication.focusWidget()
        if focus is not None and page.isAncestorOf(focus):
            self._rail_pages.enter()
        else:
            self._enter()

    def _jump(self, page_id: str) -> None:
        self.show_page(page_id, {})
        self._enter()

    def _enter(self) -> None:
        """Put the keyboard into the page, where no sheet has it."""
        if QApplication.activeModalWidget() is None and self.current_id in self._pages:
            self._pages[self.current_id].enter()

    def open_help(self) -> None:
        """List the shortcuts."""
        if self.findChild(ShortcutsSheet) is None:
            ShortcutsSheet(self, self._factories).open()

    def lock(self) -> None:
        """Lock the desk: only the password of whoever is signed in opens it as it was."""
        if self.gate.can_lock():
            self.gate.lock(self._leave)
        elif not self.gate.shut:
            self.desk.notice(tr("先为主账号设置密码，才能锁定"), "warning")

    def switch_user(self) -> None:
        """Sign out and let somebody else in."""
        self.gate.lock(self._leave, switch=True)

    def _leave(self) -> bool:
        page = self._pages.get(self.current_id)
        return page is None or page.leave()

    def _renew_pages(self, same: bool) -> None:
        """Make the pages anew for who is signed in now. The same person is asked first, and finds the same page with what it
        shows; somebody else finds only the page."""
        if same and not self._leave():
            return
        self._next = self._next or (self.current_id or "overview", self._arguments if same else {})
        self._take_down()
        QTimer.singleShot(0, self, partial(self._put_on, "", ""))

    def toggle_theme(self) -> None:
        """Switch between light and dark."""
        self.change_look(theme_name="light" if theme.is_dark() else "dark")

    def change_look(self, *, theme_name: str = "", language: str = "") -> None:
        """Put another theme or language in force, remember it, and show the same page anew.

        The pages go first and the look follows when they are gone: Qt restyles every widget there is, and doing that
        for pages about to be thrown away would hold the window up.
        """
        page = self._pages.get(self.current_id)
        if page is not None and not page.leave():
            return
        self._next = self._next or (self.current_id or "overview", self._arguments)
        self._take_down()
        QTimer.singleShot(0, self, partial(self._put_on, theme_name, language))

    def _take_down(self) -> None:
        self._pages.clear()
        self.current_id = ""
        self.status.stop()
        old = self.takeCentralWidget()
        if old is not None:
            old.hide()
            old.deleteLater()

    def _put_on(self, theme_name: str, language: str) -> None:
        changes = {name: value for name, value in (("theme", theme_name), ("language", language)) if value}
        if language:
            i18n.install(language)
        if theme_name:
            application = QApplication.instance()
            assert isinstance(application, QApplication)
            theme.apply(application, theme_name)
        if changes:
            self.desk.bridge.call(self, lambda _service, _task: self.desk.settings.change(**changes))
        wanted, self._next = self._next, None
        if self.centralWidget() is None:
            self._compose()
        if wanted is not None:
            QTimer.singleShot(0, self, partial(self.show_page, *wanted))

    def show_page(self, page_id: str, arguments: dict[str, Any] | None = None) -> None:
        """Show a page with arguments; the page shown now may refuse to be left."""
        if self._next is not None:
            self._next = (page_id, arguments or {})  # the look is changing; the page comes with the new one
            return
        if self.current_id and page_id != self.current_id and not self._pages[self.current_id].leave():
            self._mark(self.current_id)
            return
        left = self._pages.get(self.current_id)
        focus = focus_of(self)
        lost = left is None or focus is None or left.isAncestorOf(focus)
        page = self._pages.get(page_id)
        if page is None:
            why = self.desk.why_not(PAGE_ACTIONS.get(page_id, ""))
            if why:
                page = DeniedPage(self.desk, page_id, why)
            elif self.desk.platform is Platform.CLOUD and page_id in LOCAL_ONLY:
                page = LocalOnlyPage(self.desk, page_id)
            else:
                page = self._factories[page_id](self.desk)
            self._pages[page_id] = page
            self.stack.addWidget(page)
        if page_id != self.current_id:
            page.banner.forget_success()
            page.engine_back()
        self.current_id = page_id
        self._arguments = arguments or {}
        self.stack.setCurrentWidget(page)
        self._mark(page_id)
        page.open(**self._arguments)
        page.refresh()
        if lost and left is not page and left is not None:  # the keyboard was on what is no longer to be seen
            QTimer.singleShot(0, self, self._enter)

    def _mark(self, page_id: str) -> None:
        self._rail_pages.mark(UNDER.get(page_id, page_id))

    def _remember_folded(self, areas: str) -> None:
        self.desk.bridge.call(self, lambda _service, _task: self.desk.settings.change(folded_areas=areas))

    def page(self, page_id: str) -> Page:
        """Return a page that has been shown. Raises KeyError otherwise."""
        return self._pages[page_id]

    def refresh(self) -> None:
        """Fetch the shown page's data again."""
        if self.current_id:
            self._pages[self.current_id].refresh()

    def _changed(self, kind: str) -> None:
        page = self._pages.get(self.current_id)
        if page is not None and kind == "engine":
            page.engine_back()
        if page is not None and kind in page.watches:
            page.refresh()

    def _notice(self, text: str, kind: str) -> None:
        page = self._pages.get(self.current_id)
        if page is not None:
            page.banner.tell(text, kind)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Leave the page properly, remember the geometry, and let calls end."""
        page = self._pages.get(self.current_id)
        if page is not None and not page.leave():
            event.ignore()
            return
        geometry = bytes(self.saveGeometry().toBase64().data()).decode("ascii")
        page_id = self.current_id
        self.status.stop()
        self.hide()
        self.desk.bridge.close(lambda: self.desk.settings.change(window_geometry=geometry, last_page=page_id))
        event.accept()
