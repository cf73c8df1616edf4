# SPDX-License-Identifier: Apache-2.0
"""The page: a head with title, explanation and actions, a banner, and a body. Every screen of the navigation is one."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from koodesk import messages
from koodesk.domain.problem import Problem
from koodesk.ui import engine_start, i18n
from koodesk.ui.bridge import Task
from koodesk.ui.desk import Desk
from koodesk.ui.guard import guard
from koodesk.ui.widgets.banner import Banner
from koodesk.ui.widgets.basics import Card, label, named
from koodesk.ui.widgets.empty import Skeleton
from koodesk.ui.widgets.forms import Form

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.ui.widgets.dialogs import Sheet


class Page(QWidget):
    """One screen. Subclasses set `page_id`, `icon` and `watches`, build their body in `build`, and fill it in `refresh`.

    `open` takes the arguments of `Desk.go`. `leave` may refuse to be left by returning False.
    """

    page_id: ClassVar[str] = ""
    icon: ClassVar[str] = "circle-help"
    watches: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk, *, scroll: bool = True) -> None:
        super().__init__(desk.frame)
        self.desk = desk
        self._engine_away = False
        self.setObjectName("page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        head = named(QWidget(), "pageHead")
        head_row = QHBoxLayout(head)
        head_row.setContentsMargins(24, 16, 24, 12)
        head_row.setSpacing(16)
        words = QVBoxLayout()
        words.setSpacing(2)
        self.title_label = label("", "title")
        self.about_label = label("", "second")
        words.addWidget(self.title_label)
        words.addWidget(self.about_label)
        head_row.addLayout(words, 1)
        self.head_actions = QHBoxLayout()
        self.head_actions.setSpacing(8)
        head_row.addLayout(self.head_actions)
        self.head = head
        outer.addWidget(head)
        self.banner = Banner()
        band = QVBoxLayout()
        band.setContentsMargins(24, 0, 24, 0)
        band.addWidget(self.banner)
        outer.addLayout(band)
        inside = named(QWidget(), "pageBody")
        self.body = QVBoxLayout(inside)
        self.body.setContentsMargins(24, 8, 24, 24)
        self.body.setSpacing(16)
        if scroll:
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
            area.setWidget(inside)
            area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            bar = area.verticalScrollBar()
            bar.rangeChanged.connect(
                lambda _low, high: self._make_room(bar.sizeHint().width() if high else 0)
            )
            self.area = area
            outer.addWidget(area, 1)
        else:
            outer.addWidget(inside, 1)
        self.build()
        for part in self.findChildren(QAbstractItemView):
            if not part.accessibleName():
                part.setAccessibleName(_heading_over(part) or self.title_label.text())

    def _make_room(self, scroll_bar: int) -> None:
        """Keep the right edge of the cards below that of the head, scroll bar or not."""
        self.body.setContentsMargins(24, 8, 24 - min(24, scroll_bar), 24)

    def build(self) -> None:
        """Make the widgets. Called once."""

    def refresh(self) -> None:
        """Fetch what the page shows. Called when it is shown and when a kind it watches has changed."""

    def open(self, **arguments: Any) -> None:
        """Take the arguments the page was asked for with."""

    def leave(self) -> bool:
        """Tell whether the page may be left now."""
        return True

    @property
    def whole(self) -> bool:
        """Tell whether the page is made to its end: a long one makes what is not in sight in later turns of the event loop."""
        return True

    def enter(self) -> None:
        """Put the keyboard on the first control, where it is nowhere on the page yet."""
        focus = focus_of(self.window())
        if focus is not None and self.isAncestorOf(focus):
            return
        part = self.nextInFocusChain()
        while part is not None and part is not self:
            if (
                self.isAncestorOf(part)
                and part.focusPolicy() & Qt.FocusPolicy.TabFocus
                and part.isVisible()
                and part.isEnabled()
            ):
                part.setFocus(Qt.FocusReason.TabFocusReason)
                return
            part = part.nextInFocusChain()

    def guard_entry(self, entry: QAction, action: str) -> None:
        """The same for an entry of a menu, which is made anew each time."""
        why = self.desk.why_not(action)
        if why:
            entry.setEnabled(False)
            entry.setToolTip(why)
            entry.setStatusTip(why)

    def set_title(self, title: str, about: str = "") -> None:
        """Name the page."""
        self.title_label.setText(title)
        self.about_label.setText(about)
        self.about_label.setVisible(bool(about))

    def add_action(self, made: QPushButton, action: str = "") -> QPushButton:
        """Put a button at the right of the head; with an action of the catalogue, it is off for who may not do that."""
        self.head_actions.addWidget(made)
        if action:
            self.guard(made, action)
        return made

    def guard(self, control: QWidget | None, action: str) -> None:
        """Keep a control off, with the reason as its tip, while whoever is signed in may not do an action; no control is none."""
        if control is not None:
            guard(control, self.desk, action)

    def run(
        self,
        work: Callable[[Service], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> Task:
        """Call the service off the window's thread; without `failed`, problems go to the banner. What was asked later is shown
        later, whichever answer comes first."""
        return self.desk.bridge.call(
            self, lambda service, _task: work(service), then, failed or self.show_problems, in_turn=True
        )

    def run_long(
        self,
        work: Callable[[Service, Task], Any],
        then: Callable[[Any], None] | None = None,
        failed: Callable[[tuple[Problem, ...]], None] | None = None,
    ) -> Task:
        """Like `run`, for work that reports progress (`task.progress.emit`) and asks `task.cancelled`."""
        return self.desk.bridge.call(self, work, then, failed or self.show_problems)

    def refusals(self, sheet: Sheet, form: Form) -> Callable[[tuple[Problem, ...]], None]:
        """Return what puts problems beside the fields of a sheet's form, and the rest on the sheet's banner."""

        def refused(problems: tuple[Problem, ...]) -> None:
            left = form.show_problems(problems)
            if left:
                sheet.banner.tell(self.desk.say(left))

        return refused

    def show_problems(self, problems: tuple[Problem, ...], form: Form | None = None) -> None:
        """Put problems beside their fields where a form has them, and the rest on the banner."""
        if any(p.code == "access.sign_in_first" for p in problems):
            self.desk.ask_session()  # the sign-in screen is about to stand before this page
            return
        left = form.show_problems(problems) if form is not None else problems
        shown = left or problems
        if not shown:
            self.banner.hide()
            return
        text = "\n".join(str(messages.sentence(p, i18n.language())) for p in shown[:5])
        if len(shown) > 5:
            text += "\n" + i18n.tr("还有 {count} 个问题。", count=len(shown) - 5)
        self._engine_away = engine_start.is_away(shown)
        if self._engine_away and self.desk.engine_starting:
            self.banner.tell(i18n.tr("本地引擎正在启动，启动后这里会自动更新。"), "accent")
            return
        if form is None:
            for part in self.findChildren(Skeleton):
                part.give_up()
        if self._engine_away and not self.desk.why_not(engine_start.ACTION):
            self.banner.tell(text, "danger", i18n.tr("启动本地引擎"), self._start_engine)
        else:
            self.banner.tell(text, "danger")

    def _start_engine(self) -> None:
        """Start the engine that did not answer; the page asks again when it runs."""
        engine_start.start(self.desk, self, self.show_problems)
        self.banner.tell(i18n.tr("本地引擎正在启动，启动后这里会自动更新。"), "accent")

    def engine_back(self) -> None:
        """The engine may be there again: what was said of its silence goes, and what needs it is asked anew."""
        if self._engine_away:
            self._engine_away = False
            self.banner.hide()
            if "engine" not in self.watches:
                self.refresh()


def focus_of(window: QWidget) -> QWidget | None:
    """Return what has the keyboard in a window, or will have it when the window is the active one again."""
    return window.focusWidget()


def _heading_over(part: QWidget) -> str:
    """Return the heading of the card a widget is in, nothing where it is in none."""
    over = part.parentWidget()
    while over is not None and not isinstance(over, Card):
        over = over.parentWidget()
    return over.accessibleName() if over is not None else ""
