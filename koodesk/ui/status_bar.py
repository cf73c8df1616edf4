# SPDX-License-Identifier: Apache-2.0
"""The status bar: the engine's state and clock, running sends, and which side is spoken to."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QWidget

from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem, Refused, problem
from koodesk.ui import engine_start
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Chip, button, label

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.identity import SessionRow

POLL_MS: Final = 2000
PLATFORM_MS: Final = 10_000
"""How often the real platform is asked what its reviewers decided: as often as young records are due (0055)."""


def running_sends(service: Service) -> int:
    """Count the campaigns that are sending now."""
    return sum(row.state == "running" for row in service.campaigns.list())


@dataclass(frozen=True, slots=True)
class Look:
    """Who is signed in, the engine's state or the problems in its way, the running sends one may see, and which platform this
    window speaks to and which was chosen; the last change of a review that is taken over, and whether that moved a record."""

    session: SessionRow
    status: Any
    running: int
    platform: tuple[Platform, Platform]
    changes: int = -1
    moved: bool = False


def look(service: Service, changes: int = -1) -> Look:
    """Look around; what reviewers have changed since `changes` is taken over, so that every page follows it. Where this window
    speaks to the real cloud nobody asks the engine."""
    session = service.signing_in.session()
    here = chosen = service.platform.opened_for
    if not session.signed_in:
        return Look(session, (problem("access.sign_in_first"),), 0, (here, chosen))
    with suppress(Refused):  # of what she may not see, and of a database that is busy: asked again soon
        chosen = service.platform.show().platform
    try:
        status: Any = service.engine.status() if here is Platform.LOCAL else None
    except Refused as refused:
        status = refused.problems
    moved, newest = False, getattr(status, "changes", changes)
    if newest != changes:
        with suppress(Refused):  # of reviews she may not ask about; else the next look asks again
            moved = service.reviews.sync().moved > 0
            changes = newest
    try:
        running = running_sends(service)
    except Refused:
        running = 0  # of the sends she may see, which are none
    return Look(session, status, running, (here, chosen), changes, moved)


class StatusBar(QWidget):
    """Asks every two seconds, off the window's thread, and never twice at once."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(32)
        self.desk = desk
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 0, 16, 0)
        row.setSpacing(16)
        self.engine = Chip(tr("本地引擎启动中"), "neutral")
        self.clock = label("", "hint")
        self.clock.setToolTip(tr("引擎时钟（北京时间）和速度；在审核台快进，在设置里改速度"))
        self.running = button("", lambda: desk.go("campaigns"), kind="link")
        self.running.hide()
        self.start = button(tr("启动"), self._start, kind="link", name="start-engine")
        self.start.setToolTip(tr("启动本地引擎和发送程序"))
        self.start.hide()
        row.addWidget(self.engine)
        row.addWidget(self.start)
        row.addWidget(self.clock)
        row.addStretch(1)
        row.addWidget(self.running)
        self.side = label("", "hint")
        row.addWidget(self.side)
        self._asking = False
        self._changes = -1
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.poll)
        self._timer.start(POLL_MS)
        self._following = False
        self._away = False
        self._trouble = ""
        self._platform_timer = QTimer(self)
        self._platform_timer.timeout.connect(self.follow_platform)
        QTimer.singleShot(0, self.poll)

    def stop(self) -> None:
        """Ask no more."""
        self._timer.stop()
        self._platform_timer.stop()

    def poll(self) -> None:
        """Ask for the engine's state and the running sends."""
        if self._asking:
            return
        self._asking = True
        take, changes = self.desk.looking_at_session(), self._changes
        self.desk.bridge.call(
            self,
            lambda service, _task: look(service, changes),
            lambda found: self._show(take, found),
            self._failed,
        )

    def follow_platform(self) -> None:
        """Take over what reviewers of the real platform have decided, which it tells nobody by itself. It goes over the network,
        so it is apart from the look that guards the session."""
        session = self.desk.session
        if self._following or session is None or not session.signed_in:
            return
        self._following = True

        def done(moved: bool) -> None:
            self._following, self._trouble = False, ""
            if moved:
                self.desk.changed.emit("reviews")

        def failed(problems: tuple[Problem, ...]) -> None:
            self._following = False
            if not any(p.code.startswith("access.") for p in problems):
                self._trouble = self.desk.say(problems[:1])

        self.desk.bridge.call(self, lambda service, _task: service.reviews.sync().moved > 0, done, failed)

    def _show(self, take: Callable[[SessionRow], None], found: Look) -> None:
        self._asking = False
        # Whoever took the changes over, this window or another program: the page that is shown follows them.
        news = found.moved or (self._changes >= 0 and found.changes != self._changes)
        self._changes = found.changes
        status, running, platform = found.status, found.running, found.platform
        self.desk.set_platform(*platform)
        take(found.session)
        if news:
            self.desk.changed.emit("reviews")
        real = platform[0] is Platform.CLOUD
        self.side.setText(tr("真实云平台 · 会发出真实短信") if real else tr("本地沙盒 · 不会发出真实短信"))
        self.running.setText(tr("{count} 个任务发送中", count=running))
        self.running.setVisible(running > 0)
        if status is None:
            self.engine.show_state(tr("真实云平台"), "danger", "send")
            self.engine.setToolTip(self._trouble or tr("发送会到达真实手机，并按合同计费"))
            self.clock.setText("")
            if not self._platform_timer.isActive():
                self._platform_timer.start(PLATFORM_MS)
                self.follow_platform()
            return
        if isinstance(status, tuple):
            self._failed(status)
            return
        self.start.hide()
        if self._away:
            self._away = False
            self.desk.changed.emit("engine")
        if status.faults:
            self.engine.show_state(tr("本地引擎运行中 · 故障脚本生效"), "warning")
            self.engine.setToolTip(tr("引擎在按故障脚本出错，在设置里可以结束"))
        else:
            self.engine.show_state(tr("本地引擎运行中"), "success")
            self.engine.setToolTip("")
        speed = f"  ×{status.speed:,}" if status.speed > 1 else ""
        self.clock.setText(moment(status.now_ms) + speed)

    def _failed(self, problems: tuple[Problem, ...]) -> None:
        self._asking = False
        self._away = engine_start.is_away(problems) and self.desk.platform is not Platform.CLOUD
        starting = self._away and self.desk.engine_starting
        self.start.setVisible(self._away and not starting and not self.desk.why_not(engine_start.ACTION))
        if self.desk.platform is Platform.CLOUD:
            self.engine.show_state(tr("真实云平台"), "danger", "send")
        elif any(p.code.startswith("access.") for p in problems):
            self.engine.show_state(tr("本地引擎"), "neutral")
        elif starting:
            self.engine.show_state(tr("本地引擎启动中"), "neutral")
        else:
            self.engine.show_state(tr("本地引擎未运行"), "warning")
        self.engine.setToolTip(self.desk.say(problems[:1]))
        self.clock.setText("")

    def _start(self) -> None:
        """Start the engine; the next look says how it went."""
        engine_start.start(
            self.desk, self, lambda problems: self.desk.notice(self.desk.say(problems), "danger")
        )
        self.start.hide()
        self.engine.show_state(tr("本地引擎启动中"), "neutral")
