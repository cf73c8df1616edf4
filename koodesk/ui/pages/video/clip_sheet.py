# SPDX-License-Identifier: Apache-2.0
"""Cutting a video for a message (裁剪视频): what is kept, the box, the turn, the cover, and the size it will have.

The predicted size is shown before anything is encoded; encoding has progress and can be cancelled, and what comes out is
stored in the gallery. The source stays where it is and is not changed.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QProgressBar, QWidget

from koodesk.domain.problem import Problem, Refused
from koodesk.domain.video_fit import FitGoal, FitPlan, Turn, VideoCut, plan_fit
from koodesk.domain.video_rules import VideoFacts
from koodesk.domain.video_sms.template import Media
from koodesk.editor.video_sms.clip_view import ClipView
from koodesk.editor.video_sms.media_work import ClipRequest
from koodesk.editor.video_sms.timeline import Timeline
from koodesk.ui.bridge import Task
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import button, label, tool
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import Skeleton
from koodesk.ui.widgets.forms import choice

if TYPE_CHECKING:
    from koodesk.backend.service import Service

STRIP: Final = 24
"""Pictures of the time line."""
TICK_MS: Final = 66
LOOK_AFTER_MS: Final = 180
"""A moment is fetched large when the playhead has stood so long."""
MOMENT_MS: Final = 200
HEIGHT: Final = 720
RATIOS: Final = ((0.0, ""), (16 / 9, "16:9"), (1.0, "1:1"), (3 / 4, "3:4"), (9 / 16, "9:16"))


class ClipSheet(Sheet):
    """Answers a `ClipRequest`: `made` carries the stored video's row."""

    made = Signal(object)

    def __init__(self, page: Page, request: ClipRequest) -> None:
        super().__init__(page, tr("裁剪视频"), tr("生成并插入"), self._make, width=760)
        self._page = page
        self._request = request
        self._facts: VideoFacts | None = None
        self._turn: Turn = 0
        self._plan: FitPlan | None = None
        self._task: Task | None = None
        self._moments: list[tuple[int, QImage]] = []
        self._played: list[tuple[int, QImage]] = []
        self._play_task: Task | None = None
        self._play_from = 0
        self.accept_button.setEnabled(False)
        self.fit(HEIGHT)
        about = tr(
            "{name}：{seconds} 秒，{size}。消息里最多 {most} 秒，还能放 {room}。",
            name=request.name,
            seconds=f"{request.duration_ms / 1000:.1f}",
            size=size(request.size),
            most=request.max_ms // 1000,
            room=size(request.max_bytes),
        )
        self.body.addWidget(label(about, "second", wrap=True))
        self._waiting = Skeleton(5)
        self.body.addWidget(self._waiting)
        self._timer = QTimer(self)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        self._look_timer = QTimer(self)
        self._look_timer.setSingleShot(True)
        self._look_timer.setInterval(LOOK_AFTER_MS)
        self._look_timer.timeout.connect(self._look)
        self._look_task: Task | None = None
        source = request.source
        self.page_run(
            lambda service, task: service.materials.probe_video(_path(service, source), task.cancelled),
            self._measured,
            self._wrong,
        )

    # --- making the form ----------------------------------------------------------------------------------------

    def _measured(self, facts: VideoFacts) -> None:
        self._facts = facts
        self._waiting.hide()
        look = WindowLook()
        self.view = ClipView(look, facts.width, facts.height)
        self.view.setMinimumHeight(220)
        self.view.crop_changed.connect(self._predict)
        self.body.addWidget(self.view, 1)
        self.line = Timeline(look, facts.duration_ms, self._request.max_ms)
        self.line.cut_changed.connect(lambda *_: self._cut_changed())
        self.line.head_moved.connect(self._show_moment)
        self.body.addWidget(self.line)
        self._controls(facts)
        self.predicted = label("", "heading", wrap=True)
        self.predicted.setObjectName("clip-predicted")
        self.body.addWidget(self.predicted)
        self.wrong = label("", "danger", wrap=True, selectable=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.hide()
        self.body.addWidget(self.progress)
        self._predict()
        source = self._request.source
        strip = self.page_run(
            lambda service, task: _tell(
                service.materials.clip_strip(_path(service, source), STRIP, task.cancelled), task
            ),
            lambda _: None,
            self._wrong,
        )
        strip.progress.connect(self._strip_came, Qt.ConnectionType.QueuedConnection)
        self.line.setFocus()

    def _controls(self, facts: VideoFacts) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        self.start = self._seconds(tr("开始（秒）"), facts)
        self.end = self._seconds(tr("结束（秒）"), facts)
        self.start.editingFinished.connect(self._typed)
        self.end.editingFinished.connect(self._typed)
        self.play = button(tr("播放"), self._toggle, icon="play", name="clip-play")
        self.cover = button(tr("把当前画面设为封面"), self._set_cover, icon="image", name="clip-cover")
        names = {0.0: tr("原始比例")}
        self.ratio = choice(
            [(names.get(ratio, text), ratio) for ratio, text in RATIOS],
            lambda: self.view.set_ratio(self.ratio.value),
        )
        self.ratio.setAccessibleName(tr("画面比例"))
        self.turn = tool("redo-2", tr("顺时针旋转 90°"), self._rotate)
        self.mute = QCheckBox(tr("去掉声音"))
        self.mute.setEnabled(facts.has_sound)
        self.mute.toggled.connect(lambda _: self._predict())
        first = QHBoxLayout()
        first.setSpacing(8)
        parts: tuple[QWidget, ...] = (
            label(tr("保留"), "second"),
            self.start,
            label("–"),
            self.end,
            self.play,
            self.cover,
        )
        for part in parts:
            first.addWidget(part)
        first.addStretch(1)
        second = QHBoxLayout()
        second.setSpacing(8)
        parts = (label(tr("画面"), "second"), self.ratio, self.turn, self.mute)
        for part in parts:
            second.addWidget(part)
        second.addStretch(1)
        grid.addLayout(first, 0, 0)
        grid.addLayout(second, 1, 0)
        self.body.addLayout(grid)
        self._show_times()

    def _seconds(self, name: str, facts: VideoFacts) -> QDoubleSpinBox:
        made = QDoubleSpinBox()
        made.setDecimals(1)
        made.setSingleStep(0.1)
        made.setRange(0, facts.duration_ms / 1000)
        made.setAccessibleName(name)
        made.setFixedWidth(96)
        return made

    # --- what is chosen -----------------------------------------------------------------------------------------

    @property
    def cut(self) -> VideoCut:
        """What is chosen now."""
        cover = self.line.cover_ms if self.line.cover_ms is not None else self.line.start_ms
        inside = min(max(cover, self.line.start_ms), self.line.end_ms)
        return VideoCut(
            self.line.start_ms,
            self.line.end_ms,
            self.view.crop,
            self._turn,
            self.mute.isChecked(),
            inside - self.line.start_ms,
        )

    @property
    def goal(self) -> FitGoal:
        """What the result must keep within."""
        return FitGoal(self._request.max_bytes, self._request.max_ms)

    def _cut_changed(self) -> None:
        self._stop_playing()
        self._show_times()
        self._predict()

    def _show_times(self) -> None:
        for box, at in ((self.start, self.line.start_ms), (self.end, self.line.end_ms)):
            box.blockSignals(True)
            box.setValue(at / 1000)
            box.blockSignals(False)

    def _typed(self) -> None:
        start, end = round(self.start.value() * 1000), round(self.end.value() * 1000)
        if (start, end) != (round(self.line.start_ms, -2), round(self.line.end_ms, -2)):
            self.line.set_cut(start, end)
            self._show_times()

    def _rotate(self) -> None:
        turns: tuple[Turn, ...] = (0, 90, 180, 270)
        self._turn = turns[(turns.index(self._turn) + 1) % 4]
        self.view.set_turn(self._turn)
        self._predict()

    def _set_cover(self) -> None:
        self.line.set_cover(self.line.head_ms)
        self._predict()

    def _predict(self) -> None:
        """Say what comes out, before anything is encoded."""
        if self._facts is None or self._task is not None:
            return
        try:
            plan = plan_fit(self._facts, self.cut, self.goal)
        except Refused as refused:
            self._plan = None
            self.predicted.setText("")
            self._say(refused.problems)
        else:
            self._plan = plan
            self.wrong.hide()
            sound = tr("有声音") if plan.audio_bps else tr("无声音")
            self.predicted.setText(
                tr(
                    "预计不超过 {size}（上限 {limit}）· {seconds} 秒 · {width}×{height} · {fps} 帧/秒 · {sound}",
                    size=size(plan.predicted_bytes),
                    limit=size(self._request.max_bytes),
                    seconds=f"{plan.length_ms / 1000:.1f}",
                    width=plan.width,
                    height=plan.height,
                    fps=f"{float(plan.fps):.4g}",
                    sound=sound,
                )
            )
        self.accept_button.setEnabled(self._plan is not None)

    # --- pictures -----------------------------------------------------------------------------------------------

    def _strip_came(self, block: Any) -> None:
        for frame in block:
            image = QImage.fromData(frame.jpeg)  # a thumbnail: a fraction of a millisecond
            if not image.isNull():
                self._moments.append((frame.at_ms, image))
        self._moments.sort(key=lambda one: one[0])
        self.line.show_pictures(self._moments)
        self._show_moment(self.line.head_ms)

    def _show_moment(self, at_ms: int) -> None:
        image = self.line.picture_at(at_ms)
        if image is not None and not self._timer.isActive():
            self.view.show_picture(image)
            self._look_timer.start()

    def _look(self) -> None:
        """Fetch the moment at the playhead as large as a preview has it."""
        if self._timer.isActive() or self._play_task is not None or self._facts is None:
            return
        if self._look_task is not None:
            self._look_task.cancel()
        at, source = self.line.head_ms, self._request.source
        start = min(at, max(0, self._facts.picture_ms - MOMENT_MS))

        def came(image: QImage | None) -> None:
            if image is not None and self.line.head_ms == at and not self._timer.isActive():
                self.view.show_picture(image)

        self._look_task = self.page_run(
            lambda service, task: _first(
                service.materials.first_frames(
                    _path(service, source), start, start + MOMENT_MS, task.cancelled
                )
            ),
            came,
            lambda _problems: None,  # the small picture of the time line stays
        )

    def _toggle(self) -> None:
        """Play what is kept, without sound; again to stop."""
        if self._timer.isActive() or self._play_task is not None:
            self._stop_playing()
            return
        start, end = self.line.head_ms, self.line.end_ms
        if end - start < 200:
            start = self.line.start_ms
        self._played, self._play_from = [], start
        self.play.setText(tr("停止"))
        source = self._request.source
        self._play_task = self.page_run(
            lambda service, task: _tell(
                service.materials.first_frames(_path(service, source), start, end, task.cancelled), task
            ),
            lambda _: self._all_came(),
            self._wrong,
        )
        self._play_task.progress.connect(self._play_came, Qt.ConnectionType.QueuedConnection)

    def _play_came(self, block: Any) -> None:
        if self._play_task is None:
            return
        self._played += [(frame.at_ms, QImage.fromData(frame.jpeg)) for frame in block]
        if not self._timer.isActive():
            self._timer.start()

    def _all_came(self) -> None:
        self._play_task = None
        if not self._played:
            self._stop_playing()

    def _tick(self) -> None:
        if not self._played:
            if self._play_task is None:
                self._stop_playing()
            return
        at, image = self._played.pop(0)
        self.view.show_picture(image)
        self.line.set_head(at)

    def _stop_playing(self) -> None:
        if self._play_task is not None:
            self._play_task.cancel()
            self._play_task = None
        self._timer.stop()
        self._played = []
        self.play.setText(tr("播放"))

    # --- making it ----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        """Encode what is chosen and store it."""
        if self._plan is None or self._task is not None:
            return
        self._stop_playing()
        source, cut, goal = self._request.source, self.cut, self.goal
        self.accept_button.setEnabled(False)
        self.progress.setRange(0, 0)
        self.progress.show()
        self.wrong.hide()

        def done(row: Any) -> None:
            self._task = None
            self.made.emit(row)
            self.accept()

        def failed(problems: tuple[Problem, ...]) -> None:
            self._task = None
            self.progress.hide()
            self.accept_button.setEnabled(True)
            self._say(problems)

        self._task = self.page_run(
            lambda service, task: service.materials.fit_video(
                _path(service, source), cut, goal, task.progress.emit, task.cancelled
            ),
            done,
            failed,
        )
        self._task.progress.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)

    def _show_progress(self, progress: Any) -> None:
        self.progress.setRange(0, max(1, int(progress.total or 0)))
        self.progress.setValue(int(progress.done))

    def reject(self) -> None:
        """Cancel: what is being encoded stops first; nothing is stored then."""
        if self._task is not None and self._task.running:
            self._task.cancel()
            return
        self._stop_playing()
        super().reject()

    # --- inside -------------------------------------------------------------------------------------------------

    def page_run(
        self,
        work: Callable[[Service, Task], Any],
        then: Callable[[Any], None],
        failed: Callable[[tuple[Problem, ...]], None],
    ) -> Task:
        """Call the service for this sheet: nothing follows once it is closed."""
        return self._page.desk.bridge.call(self, work, then, failed)

    def _wrong(self, problems: tuple[Problem, ...]) -> None:
        if any(p.code == "reader.cancelled" for p in problems):
            return
        self.banner.tell(self._page.desk.say(problems), "danger")

    def _say(self, problems: tuple[Problem, ...]) -> None:
        self.wrong.setText(self._page.desk.say(problems))
        self.wrong.show()


def _path(service: Service, source: Path | Media) -> Path:
    return source if isinstance(source, Path) else service.materials.path(source.digest)


def _first(blocks: Any) -> QImage | None:
    for block in blocks:
        for frame in block:
            return QImage.fromData(frame.jpeg)
    return None


def _tell(blocks: Any, task: Task) -> None:
    for block in blocks:
        task.progress.emit(block)


def open_clip(page: Page, request: ClipRequest, made: Callable[[Any], None]) -> ClipSheet:
    """Open the sheet for a request; `made` gets the stored video's row."""
    sheet = ClipSheet(page, request)
    sheet.made.connect(made)
    sheet.open()
    return sheet
