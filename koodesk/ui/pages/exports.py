# SPDX-License-Identifier: Apache-2.0
"""The export centre (下载中心): every export with how far it is or what became of it; open it, do it again, stop it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer, QUrl
from PySide6.QtGui import QDesktopServices, QHideEvent
from PySide6.QtWidgets import QHBoxLayout

from koodesk.backend.views.exports import ExportRow
from koodesk.domain.export_job import OVER, ExportState
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.people import person
from koodesk.ui.times import moment, size
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Choice, choice
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

LIVE_MS: Final = 500


class ExportsPage(Page):
    """A filter, the list, and below what can be done with the one chosen."""

    page_id = "exports"
    icon = "download"
    watches: ClassVar[tuple[str, ...]] = ("exports",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out filter, list and actions."""
        self.set_title(tr("下载中心"), tr("导出在后台进行，离开页面也不会停；完成后文件在所选的位置"))
        bar = QHBoxLayout()
        bar.setSpacing(8)
        everything: list[tuple[str, str]] = [(tr("全部状态"), "")]
        everything += [(states.word("export", one.value), one.value) for one in ExportState]
        self.state: Choice = choice(everything, self._filter)
        self.state.setAccessibleName(tr("状态"))
        bar.addWidget(self.state)
        bar.addStretch(1)
        self.count = label("", "second")
        bar.addWidget(self.count)
        self.body.addLayout(bar)
        columns = (
            Column(tr("名称"), self._title, tip=lambda r: r.title),
            Column(tr("类型"), lambda r: self.desk.word(f"export_kind.{r.kind}"), 136),
            Column(
                tr("状态"),
                lambda r: tr("文件已不在") if r.gone else states.word("export", r.state),
                112,
                kind=lambda r: "warning" if r.gone else states.kind("export", r.state),
                tip=self._why,
            ),
            Column(tr("行数"), self._rows, 116, right=True),
            Column(tr("大小"), lambda r: size(r.size) if r.size else "—", 84, right=True),
            Column(tr("导出人"), lambda r: person(r.by), 84),
            Column(tr("开始时间"), lambda r: moment(r.started_ms), 150),
            Column(tr("文件"), lambda r: Path(r.path).name if r.offered else "—", 130, tip=lambda r: r.path),
        )
        self.empty = EmptyState("download", *self._nothing())
        self.listing = Listing(columns, self.empty, self._open)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        actions = QHBoxLayout()
        actions.setSpacing(8)
        self.about = label("", "second", wrap=True)
        actions.addWidget(self.about, 1)
        self.open_file = button(tr("打开文件"), self._open_chosen, icon="external-link", name="export-open")
        self.open_folder = button(tr("打开所在文件夹"), self._open_folder, name="export-folder")
        self.again = button(tr("再次导出"), self._again, icon="refresh-cw", name="export-again")
        self.stop = button(tr("取消导出"), self._stop, icon="x", name="export-stop")
        self.remove = button(tr("从列表移除"), self._remove, icon="trash-2", name="export-remove")
        self._parts = (self.open_file, self.open_folder, self.again, self.stop, self.remove)
        for part in self._parts:
            actions.addWidget(part)
        for part in (self.again, self.stop, self.remove):
            self.guard(part, "kooMessage:exportJob:create")
        self.body.addLayout(actions)
        self._all: tuple[ExportRow, ...] = ()
        self._timer = QTimer(self)
        self._timer.setInterval(LIVE_MS)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.refresh)
        self.state.hide()  # until there is something to filter and to act on
        for part in self._parts:
            part.hide()
        self._chosen()

    def open(self, **arguments: Any) -> None:
        """Choose the export that was asked for."""
        self.listing.want(arguments.get("export_id"))

    def refresh(self) -> None:
        """Fetch the list; again in a moment while something runs."""

        def show(rows: tuple[ExportRow, ...]) -> None:
            self._all = rows
            self._filter()
            if any(row.state not in OVER for row in rows) and self.isVisible():
                self._timer.start()

        self.run(lambda service: service.exports.list(), show)

    def hideEvent(self, event: QHideEvent) -> None:
        """Ask no more while nobody looks."""
        self._timer.stop()
        super().hideEvent(event)

    def _filter(self) -> None:
        wanted = self.state.value
        rows = tuple(row for row in self._all if not wanted or row.state == wanted)
        if self._all:
            self.empty.tell(tr("没有这个状态的导出"), tr("换一个状态再看。"))
        else:
            self.empty.tell(*self._nothing())
        self.state.setVisible(bool(self._all))
        for part in self._parts:  # with nothing listed there is nothing that they could be about
            part.setVisible(bool(rows))
        self.count.setText(tr("共 {count} 个", count=len(rows)) if rows else "")
        self.listing.show_rows(rows)
        self._chosen()

    @staticmethod
    def _nothing() -> tuple[str, str]:
        return tr("还没有导出"), tr("在发送任务、报表等页面点“导出”，导出的进度和文件会列在这里。")

    @staticmethod
    def _title(row: ExportRow) -> str:
        if not row.offered:
            return "—"
        return row.title or tr("未命名")

    @staticmethod
    def _rows(row: ExportRow) -> str:
        if row.state != ExportState.RUNNING:
            return f"{row.rows:,}" if row.rows else "—"
        if not row.total:
            return f"{row.done:,}"
        return f"{row.done:,} / {row.total:,} · {row.done / row.total:.0%}"

    def _why(self, row: ExportRow) -> str | None:
        return self.desk.say(row.problems) if row.problems else None

    def _chosen(self) -> None:
        row: ExportRow | None = self.listing.table.current()
        offered = row is not None and row.offered
        done = offered and row is not None and row.state == ExportState.FINISHED and not row.gone
        running = row is not None and row.state not in OVER
        self.open_file.setEnabled(done)
        self.open_folder.setEnabled(offered and row is not None and Path(row.path).parent.is_dir())
        self.again.setEnabled(offered and not running)
        self.stop.setEnabled(offered and running)
        self.remove.setEnabled(offered and not running)
        why = "" if row is not None else tr("先选择一个导出")
        if row is not None and not offered:
            why = self.desk.why_not(row.action)
        for part in self._parts:
            part.setToolTip(why)
        self.about.setText(self._about(row) if row is not None else "")

    def _about(self, row: ExportRow) -> str:
        if not row.offered:
            return self.desk.why_not(row.action)
        lines = [row.path]
        if row.reason:
            lines.append(tr("导出原因：{reason}", reason=row.reason))
        if row.problems:
            lines.append(self.desk.say(row.problems))
        if row.state == ExportState.WAITING:
            lines.append(tr("在队列里等待。只由文件所在的那台机器来写：打开的窗口，或 koodesk worker。"))
        if row.state == ExportState.INTERRUPTED:
            lines.append(tr("程序在导出完成之前退出了，没有留下文件。可以再次导出。"))
        return "\n".join(lines)

    def _open(self, row: ExportRow) -> None:
        if row.offered and row.state == ExportState.FINISHED and not row.gone:
            QDesktopServices.openUrl(QUrl.fromLocalFile(row.path))

    def _open_chosen(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self._open(row)

    def _open_folder(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(Path(row.path).parent)))

    def _again(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self.run(lambda service: service.exports.repeat(row.id), self._begun)

    def _begun(self, row: ExportRow) -> None:
        self.listing.want(row.id)
        self.refresh()

    def _stop(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self.run(lambda service: service.exports.cancel(row.id), lambda _: self.refresh())

    def _remove(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self.run(lambda service: service.exports.forget(row.id), lambda _: self.refresh())
