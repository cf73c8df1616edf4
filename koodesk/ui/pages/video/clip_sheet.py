# SPDX-License-Identifier: Apache-2.0
"""Cutting a video for a message (裁剪视频): what is kept, the box, the turn, the cover, and the size it will have.

The predicted size is shown before anything is encoded; encoding has progress and can be cancelled, and what comes out is
stored in the gallery. The source stays where it is and is not changed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QHBoxLayout, QProgressBar, QWidget

from koodesk.domain.problem import Problem, Refused
from koodesk.domain.video_fit import LEAST_MS, FitGoal, FitPlan, Turn, VideoCut, plan_fit
from koodesk.domain.video_rules import VideoFacts
from koodesk.editor.video_sms.clip_view import ClipView
from koodesk.editor.video_sms.media_work import ClipRequest
from koodesk.editor.video_sms.timeline import Timeline
from koodesk.ui import icons
from koodesk.ui.bridge import Task
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.studio.window_look import WindowLook
from koodesk.ui.pages.video.clip_pictures import ClipPictures, source_path
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import ICON_GAP, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import Skeleton
from koodesk.ui.widgets.forms import choice, padded

if TYPE_CHECKING:
    from koodesk.backend.service import Service

HEIGHT: Final = 720
RATIOS: Final = ((0.0, ""), (16 / 9, "16:9"), (1.0, "1:1"), (3 / 4, "3:4"), (9 / 16, "9:16"))


class ClipSheet(Sheet):
    """Answers a `ClipRequest`: `made` carries the stored video's row and its cover, in ms of the stored video."""

    made = Signal(object, int)

    def __init__(self, page: Page, request: ClipRequest) -> None:
        super().__init__(page, tr("裁剪视频"), tr("生成并插入"), self._make, width=760)
        self._page = page
        self._request = request
        self._facts: VideoFacts | None = None
        self._turn: Turn = 0
        self._plan: FitPlan | None = None
        self._task: Task | None = None
        self._following = False
        self.accept_button.setEnabled(False)
        self.fit(HEIGHT)
        about = tr(
            "{name}：{seconds} 秒，{size}。消息里最多 {most} 秒，还能放 {room}。",
            name=request.name or tr("视频"),
            seconds=f"{request.duration_ms / 1000:.1f}",
            size=size(request.size),
            most=request.max_ms // 1000,
            room=size(request.max_bytes),
        )
        self.body.addWidget(label(about, "second", wrap=True))
        self._waiting = Skeleton(5)
        self.body.addWidget(self._waiting)
        self.body.addStretch(0)
        self.pictures = ClipPictures(self.page_run, request.source, self)
        self.pictures.failed.connect(self._wrong)
        self.page_run(
            lambda service, task: service.materials.probe_video(
                source_path(service, request.source), task.cancelled
            ),
            self._measured,
            self._unreadable,
        )

    # --- making the form ----------------------------------------------------------------------------------------

    def _measured(self, facts: VideoFacts) -> None:
        self._facts = facts
        self._waiting.hide()
        look = WindowLook()
        self.view = ClipView(look, facts.width, facts.height)
        self.view.setMinimumHeight(220)
        self.view.crop_changed.connect(self._predict)
        self.line = Timeline(look, facts.duration_ms, self._request.max_ms)
        self.line.cut_changed.connect(lambda *_: self._cut_changed())
        self.line.head_moved.connect(self._head_moved)
        self.predicted = label("", "heading", wrap=True)
        self.predicted.setObjectName("clip-predicted")
        self.wrong = label("", "danger", wrap=True, selectable=True)
        self.wrong.setObjectName("clip-wrong")
        self.wrong.hide()
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(tr("生成进度"))
        kept = self.progress.sizePolicy()
        kept.setRetainSizeWhenHidden(True)  # or the picture would jump when it begins
        self.progress.setSizePolicy(kept)
        self.progress.hide()
        last = self.body.count() - 1
        self.body.insertWidget(last, self.view, 1)
        self.body.insertWidget(last + 1, self.line)
        self.body.insertLayout(last + 2, self._controls(facts))
        for place, part in enumerate((self.predicted, self.wrong, self.progress), last + 3):
            self.body.insertWidget(place, part)
        self.pictures.shown.connect(self.view.show_picture)
        self.pictures.strip_came.connect(self.line.show_pictures)
        self.pictures.moved.connect(self._follow)
        self.pictures.playing_changed.connect(self._playing_changed)
        self.pictures.begin(facts.picture_ms)
        self._predict()
        self.line.setFocus()

    def _controls(self, facts: VideoFacts) -> QGridLayout:
        self.start = _seconds(tr("开始（秒）"), facts, self._typed)
        self.end = _seconds(tr("结束（秒）"), facts, self._typed)
        self.play = button(tr("播放"), self._toggle, icon="play", name="clip-play")
        self.cover = button(tr("把当前画面设为封面"), self._set_cover, icon="image", name="clip-cover")
        names = {0.0: tr("自由比例")}
        self.ratio = choice(
            [(names.get(ratio, text), ratio) for ratio, text in RATIOS],
            lambda: self.view.set_ratio(self.ratio.value),
        )
        self.ratio.setAccessibleName(tr("画面比例"))
        self.turn = button(tr("顺时针旋转 90°"), self._rotate, icon="redo-2", name="clip-turn")
        self.mute = QCheckBox(tr("去掉声音"))
        self.mute.setEnabled(facts.has_sound)
        self.mute.setToolTip("" if facts.has_sound else tr("这段视频没有声音"))
        self.mute.toggled.connect(lambda _: self._predict())
        grid = QGridLayout()
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        rows: tuple[tuple[str, tuple[QWidget, ...]], ...] = (
            (tr("保留（秒）"), (self.start, label("–"), self.end, self.play, self.cover)),
            (tr("画面"), (self.ratio, self.turn, self.mute)),
        )
        for number, (name, parts) in enumerate(rows):
            line = QHBoxLayout()
            line.setSpacing(8)
            for part in parts:
                line.addWidget(part)
            line.addStretch(1)
            grid.addWidget(label(name, "second"), number, 0)
            grid.addLayout(line, number, 1)
        grid.setColumnStretch(1, 1)
        self._inputs = (self.start, self.end, self.play, self.cover, self.ratio, self.turn)
        self._show_times()
        return grid

    # --- what is chosen -----------------------------------------------------------------------------------------

    @property
    def cut(self) -> VideoCut:
        """What is chosen now."""
        return VideoCut(
            self.line.start_ms,
            self.line.end_ms,
            self.view.crop,
            self._turn,
            self.mute.isChecked(),
            self.line.kept_cover_ms - self.line.start_ms,
        )

    @property
    def goal(self) -> FitGoal:
        """What the result must keep within."""
        return FitGoal(self._request.max_bytes, self._request.max_ms)

    def _cut_changed(self) -> None:
        self.pictures.stop()
        self._show_times()
        self._predict()

    def _show_times(self) -> None:
        for box, at in ((self.start, self.line.start_ms), (self.end, self.line.end_ms)):
            box.blockSignals(True)
            box.setValue(at / 1000)
            box.blockSignals(False)
        self._times = (self.start.value(), self.end.value())

    def _typed(self) -> None:
        """Take over the time that was typed; the other one keeps its exact milliseconds."""
        before, after = self._times, (self.start.value(), self.end.value())
        start = round(after[0] * 1000) if after[0] != before[0] else self.line.start_ms
        end = round(after[1] * 1000) if after[1] != before[1] else self.line.end_ms
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
            self._say(refused.problems)
        else:
            self._plan = plan
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
            self.wrong.hide()
            self.predicted.show()
        self.accept_button.setEnabled(self._plan is not None)

    # --- pictures -----------------------------------------------------------------------------------------------

    def _head_moved(self, at_ms: int) -> None:
        """Show the moment; a playhead moved by hand ends the playing."""
        if not self._following:
            self.pictures.stop()
            self.pictures.show_moment(at_ms)

    def _follow(self, at_ms: int) -> None:
        """Move the playhead along with what plays."""
        self._following = True
        self.line.set_head(at_ms)
        self._following = False

    def _toggle(self) -> None:
        """Play what is kept, without sound; again to stop."""
        if self.pictures.playing:
            self.pictures.stop()
            return
        start, end = self.line.head_ms, self.line.end_ms
        self.pictures.play(start if end - start >= LEAST_MS else self.line.start_ms, end)

    def _playing_changed(self, playing: bool) -> None:
        self.play.setText(tr("停止") if playing else tr("播放"))
        self.play.setIcon(icons.icon("square" if playing else "play", "text_second", 16, ICON_GAP))

    # --- making it ----------------------------------------------------------------------------------------------

    def _make(self) -> None:
        """Encode what is chosen and store it."""
        if self._plan is None or self._task is not None:
            return
        self.pictures.stop()
        source, cut, goal = self._request.source, self.cut, self.goal
        self.progress.setRange(0, 0)
        self.wrong.hide()
        self.banner.hide()

        def done(row: Any) -> None:
            given_up = task.cancelled()
            self._encoding(None)
            if given_up:
                self.banner.tell(tr("已取消插入。视频已经生成，保存在图库里。"), "accent")
                self._predict()
                return
            self.made.emit(row, min(cut.cover_ms, max(row.duration_ms - 1, 0)))
            self.accept()

        def failed(problems: tuple[Problem, ...]) -> None:
            self._encoding(None)
            self._predict()
            if any(p.code == "reader.cancelled" for p in problems):
                self.banner.tell(tr("已取消生成，什么都没有保存。"), "accent")
            else:
                self._say(problems)

        task = self.page_run(
            lambda service, task: service.materials.fit_video(
                source_path(service, source), cut, goal, task.progress.emit, task.cancelled
            ),
            done,
            failed,
        )
        task.progress.connect(self._show_progress, Qt.ConnectionType.QueuedConnection)
        self._encoding(task)

    def _encoding(self, task: Task | None) -> None:
        """Lock what is chosen while it is encoded, and show that it is."""
        self._task = task
        for part in (self.view, self.line, *self._inputs):
            part.setEnabled(task is None)
        self.mute.setEnabled(task is None and self._facts is not None and self._facts.has_sound)
        self.progress.setVisible(task is not None)
        self.accept_button.setEnabled(task is None)
        self.accept_button.setText(tr("生成并插入") if task is None else tr("正在生成…"))
        if task is not None:
            self.cancel_button.setFocus()

    def _show_progress(self, progress: Any) -> None:
        if self._task is None or progress.stage not in ("fit", "fit_again"):
            return  # the source is being read: soon done
        total = max(1, int(progress.total or 0))
        share = f"{min(int(progress.done), total) / total:.0%}"
        self.progress.setRange(0, total)
        self.progress.setValue(int(progress.done))
        again = progress.stage == "fit_again"
        self.accept_button.setText(
            tr("再压小一些 {share}", share=share) if again else tr("正在生成 {share}", share=share)
        )

    def reject(self) -> None:
        """Cancel: what is being encoded stops first; nothing is stored then."""
        if self._task is not None and self._task.running:
            self._task.cancel()
            return
        self.pictures.stop()
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

    def _unreadable(self, problems: tuple[Problem, ...]) -> None:
        """Say why there is nothing to cut."""
        self._waiting.hide()
        self._wrong(problems)

    def _wrong(self, problems: tuple[Problem, ...]) -> None:
        self.banner.tell(self._page.desk.say(problems), "danger")

    def _say(self, problems: tuple[Problem, ...]) -> None:
        """Say in the place of the prediction why nothing can come out."""
        self.wrong.setText(self._page.desk.say(problems))
        self.predicted.hide()
        self.wrong.show()


class _Seconds(QDoubleSpinBox):
    """A moment in seconds: the Return key takes what is typed, it does not begin to encode."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Keep the Return key from the sheet's way forward."""
        super().keyPressEvent(event)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            event.accept()


def _seconds(name: str, facts: VideoFacts, changed: Callable[[], None]) -> QDoubleSpinBox:
    made = padded(_Seconds())
    made.setDecimals(1)
    made.setSingleStep(0.1)
    made.setRange(0, facts.duration_ms / 1000)
    made.setKeyboardTracking(False)
    made.setAccessibleName(name)
    made.setFixedWidth(96)
    made.valueChanged.connect(lambda _: changed())
    return made


def open_clip(page: Page, request: ClipRequest, made: Callable[[Any, int], None]) -> ClipSheet:
    """Open the sheet for a request; `made` gets the stored video's row and its cover, in ms of the stored video."""
    sheet = ClipSheet(page, request)
    sheet.made.connect(made)
    sheet.open()
    return sheet
