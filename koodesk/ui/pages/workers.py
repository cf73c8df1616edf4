# SPDX-License-Identifier: Apache-2.0
"""The workers (发送程序): who sends and what, what waits in the queue, and how much left in the last minutes."""

from __future__ import annotations

from typing import ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout

from koodesk.backend.views.workers import EXPORTS, JobRow, WorkerRow, WorkersView
from koodesk.domain.workers import JobState, WorkerState
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import Card, Figure, label
from koodesk.ui.widgets.day_chart import DayChart
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS: Final = 2_000
MOST_WORKERS, MOST_JOBS = 8, 10
EMPTY_HEIGHT: Final = 184


class WorkersPage(Page):
    """Figures, the workers, the queue, and a column a minute."""

    page_id = "workers"
    icon = "server"
    watches: ClassVar[tuple[str, ...]] = ("campaigns", "engine")

    def build(self) -> None:
        """Lay out the parts; everything is filled by `refresh`."""
        self.set_title(tr("发送程序"), tr("谁在发送、队列里有什么、最近发得多快"))
        self._view: WorkersView | None = None
        figures = QHBoxLayout()
        figures.setSpacing(12)
        self.at_work = Figure(tr("在工作的发送程序"))
        self.running = Figure(tr("进行中的作业"))
        self.waiting = Figure(tr("等待的作业"))
        self.stalled = Figure(tr("停滞的作业"))
        self.speed = Figure(tr("每秒受理"))
        for figure in (self.at_work, self.running, self.waiting, self.stalled, self.speed):
            figures.addWidget(figure, 1)
        self.body.addLayout(figures)

        who = Card(tr("发送程序"))
        self.about = label("", "second", wrap=True)
        who.body.addWidget(self.about)
        self.nobody = EmptyState("server", tr("没有发送程序在工作"), "")
        self.workers = Listing(
            (
                Column(tr("机器"), lambda r: r.machine, 160),
                Column(tr("进程号"), lambda r: str(r.pid) if r.pid else "—", 84, right=True),
                Column(tr("发送通道"), lambda r: self._gateway(r.gateway), 110),
                Column(
                    tr("状态"),
                    lambda r: states.word("worker", r.state),
                    112,
                    kind=lambda r: states.kind("worker", r.state),
                    tip=self._why,
                ),
                Column(tr("在做什么"), self._doing, tip=self._all_it_does),
                Column(tr("开始时间"), lambda r: minute(r.since_ms), 128),
                Column(tr("最近心跳"), self._beat, 104, tip=self._beat_tip),
            ),
            self.nobody,
            key=lambda r: (r.machine, r.pid, r.since_ms),
        )
        self.workers.table.setAccessibleName(tr("发送程序"))
        who.body.addWidget(self.workers)
        self.body.addWidget(who)

        queue = Card(tr("作业队列"))
        self.queue_about = label("", "second", wrap=True)
        queue.body.addWidget(self.queue_about)
        self.jobs = Listing(
            (
                Column(tr("作业"), self._job),
                Column(
                    tr("状态"),
                    lambda r: states.word("job", r.state),
                    112,
                    kind=lambda r: states.kind("job", r.state),
                    tip=self._job_tip,
                ),
                Column(tr("由谁执行"), self._by, 200),
                Column(tr("从何时起"), lambda r: moment(r.since_ms), 150),
            ),
            EmptyState("list-checks", tr("队列是空的"), tr("现在没有需要发送的任务，也没有等待的导出。")),
            opened=self._open_job,
        )
        self.jobs.table.setAccessibleName(tr("作业队列"))
        queue.body.addWidget(self.jobs)
        self.body.addWidget(queue)

        fast = Card(tr("最近十分钟"))
        self.chart_about = label(
            tr("每分钟得到应答的号码数，按发送通道的时钟；引擎快进时，一分钟不是真实的一分钟。"),
            "hint",
            wrap=True,
        )
        self.chart = DayChart()
        fast.body.addWidget(self.chart)
        fast.body.addWidget(self.chart_about)
        self.body.addWidget(fast)
        self.body.addStretch(1)
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)

    def refresh(self) -> None:
        """Look now, and again in a moment while somebody looks at the page."""
        self.run(lambda service: service.workers.view(), self._show)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    # --- showing ---------------------------------------------------------------------------------------------

    def _show(self, view: WorkersView) -> None:
        self._view = view
        silent = sum(
            worker.state is not WorkerState.WORKING and worker.gateway != EXPORTS for worker in view.workers
        )
        self.at_work.show_value(
            f"{view.at_work:,}",
            tr("{count} 个没有消息", count=silent)
            if silent
            else tr("全部正常")
            if view.at_work
            else tr("没有"),
        )
        running, waiting = view.count(JobState.RUNNING), view.count(JobState.WAITING)
        stalled, failed = view.count(JobState.STALLED), view.count(JobState.FAILED)
        self.running.show_value(f"{running:,}", tr("正在由发送程序执行") if running else tr("没有"))
        self.waiting.show_value(f"{waiting:,}", tr("还没有发送程序领取") if waiting else tr("没有"))
        self.stalled.show_value(
            f"{stalled:,}",
            tr("另有 {count} 个失败", count=failed)
            if failed
            else tr("执行它的发送程序没有消息了")
            if stalled
            else tr("没有"),
        )
        whole = view.minutes[-2] if len(view.minutes) > 1 else None
        self.speed.show_value(
            f"{whole.accepted / 60:,.1f}" if whole is not None else "—", tr("上一整分钟的平均")
        )
        self._say(view)
        for listing, rows, most in (
            (self.workers, view.workers, MOST_WORKERS),
            (self.jobs, view.jobs, MOST_JOBS),
        ):
            listing.show_rows(rows)
            listing.fit_rows(most)
            if not rows:
                listing.setFixedHeight(EMPTY_HEIGHT)
        self.chart.show_days(
            ((tr("受理"), "success"), (tr("拒绝"), "danger")),
            [(minute(one.at_ms)[5:], (one.accepted, one.refused)) for one in view.minutes],
        )
        if self.isVisible():
            self._timer.start()

    def _say(self, view: WorkersView) -> None:
        if view.shared:
            self.about.setText(
                tr(
                    "团队工作区：每台机器都可以用 koodesk worker 启动发送程序，它们从同一个数据库的队列里领取作业。"
                )
            )
            self.queue_about.setText(
                tr(
                    "作业只说明有事要做；每个号码能不能发、只发一次，由发送记录决定。丢失的作业会被重新放进队列。"
                )
            )
            self.nobody.tell(
                tr("没有发送程序在工作"),
                tr("作业留在队列里，不会丢。确认发送时本机会启动一个；其他机器运行 koodesk worker。"),
            )
        else:
            self.about.setText(tr("这个工作区在本机的一个文件里，只有一个发送程序，由文件锁保证。"))
            self.queue_about.setText(tr("一个文件不需要队列：正在发送的任务由这一个发送程序依次处理。"))
            self.nobody.tell(
                tr("没有发送程序在工作"), tr("确认发送任务时会自动启动；也可以在命令行运行 koodesk worker。")
            )

    def _gateway(self, name: str) -> str:
        if name == EXPORTS:
            return tr("只写导出")
        return states.word("platform", name) if name in ("local", "cloud") else name or "—"

    def _jobs_of(self, worker: WorkerRow) -> list[JobRow]:
        return [
            job
            for job in (self._view.jobs if self._view is not None else ())
            if (job.machine, job.pid) == (worker.machine, worker.pid)
        ]

    def _doing(self, worker: WorkerRow) -> str:
        jobs = self._jobs_of(worker)
        if not jobs:
            return tr("空闲")
        first = self._job(next((job for job in jobs if job.task == "send"), jobs[0]))
        return first if len(jobs) == 1 else tr("{first} 等 {count} 项", first=first, count=len(jobs))

    def _all_it_does(self, worker: WorkerRow) -> str | None:
        return "\n".join(self._job(job) for job in self._jobs_of(worker)) or None

    def _why(self, worker: WorkerRow) -> str | None:
        return {
            WorkerState.WORKING: None,
            WorkerState.SILENT: tr("半分钟没有心跳，但它的锁还在：可能卡住了。它的作业会交给别的发送程序。"),
            WorkerState.GONE: tr(
                "它的锁已经释放，没有告别就结束了。它的作业会交给别的发送程序，没有结果的批次记为结果未知。"
            ),
        }[worker.state]

    def _beat(self, worker: WorkerRow) -> str:
        if not worker.beat_ms:
            return tr("持有锁") if worker.state is WorkerState.WORKING else "—"
        assert self._view is not None
        return tr("{count} 秒前", count=max(0, (self._view.now_ms - worker.beat_ms) // 1000))

    def _beat_tip(self, worker: WorkerRow) -> str | None:
        return (
            moment(worker.beat_ms) if worker.beat_ms else tr("锁由操作系统或数据库保管，进程一结束就释放。")
        )

    def _job(self, job: JobRow) -> str:
        if job.task == "receive":
            return tr("接收回执")
        if job.task == "export":
            kind = self.desk.word(f"export_kind.{job.subject}") if job.subject else tr("文件")
            return tr("导出{kind}（{id}）", kind=kind, id=job.number)
        return tr("发送「{name}」", name=job.subject) if job.subject else tr("发送任务 {id}", id=job.number)

    def _job_tip(self, job: JobRow) -> str | None:
        return {
            JobState.STALLED: tr("执行它的发送程序没有消息了；几秒内会重新排队，不会重发。"),
            JobState.FAILED: tr("执行时出错；发送记录不受影响，需要做的事会重新排队。"),
        }.get(job.state)

    @staticmethod
    def _by(job: JobRow) -> str:
        return f"{job.machine} · {job.pid}" if job.pid else job.machine or "—"

    def _open_job(self, job: JobRow) -> None:
        if job.task == "send":
            self.desk.go("campaigns", campaign_id=job.number)
        elif job.task == "export":
            self.desk.go("exports", export_id=job.number)
