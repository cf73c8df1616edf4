# SPDX-License-Identifier: Apache-2.0
"""Backup and restore (备份与恢复)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QProgressBar

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute, size
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.file_dialogs import ask_for_file, ask_for_folder, ask_where_to_save
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

FILTER = "*.koobackup"


class BackupCard(Card):
    """The workspace's backups, and the three things one does with them."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("备份与恢复"))
        self._page = page
        self._task: Any = None
        self.body.addWidget(
            label(
                tr(
                    "一份备份是一个文件：数据库、本地引擎的记录、图库、备案材料和设置。升级数据库之前会自动留一份旧的。"
                ),
                "second",
                wrap=True,
            )
        )
        self.create_button = button(
            tr("立即备份"), self.back_up, kind="primary", icon="save", name="create-backup"
        )
        self.save_as = button(tr("备份到…"), self.back_up_as, icon="download", name="create-backup-as")
        self.verify_button = button(tr("检查备份"), self.verify, icon="shield-check", name="verify-backup")
        self.restore_button = button(tr("恢复到新文件夹"), self.restore, icon="undo-2", name="restore-backup")
        self.buttons = (self.create_button, self.save_as, self.verify_button, self.restore_button)
        for made, verb in zip(self.buttons, ("create", "create", "list", "restore"), strict=True):
            page.guard(made, f"koodesk:backup:{verb}")
        self.body.addLayout(row(*self.buttons, 1))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.cancel_button = button(tr("取消"), self._cancel, name="cancel-backup")
        self.busy = row(self.progress, self.cancel_button)
        self.body.addLayout(self.busy)
        self._show_busy(False)
        columns = (
            Column(tr("备份"), lambda r: r.name),
            Column(tr("时间"), lambda r: minute(r.created_ms), 160),
            Column(tr("大小"), lambda r: size(r.size), 110, right=True),
        )
        empty = EmptyState(
            "save", tr("还没有备份"), tr("点“立即备份”，备份会放在工作区的 backups 文件夹里。")
        )
        self.listing = Listing(columns, empty, key=lambda r: r.path)
        self.listing.setMinimumHeight(220)
        self.body.addWidget(self.listing)
        self.body.addWidget(
            label(
                tr(
                    "要把备份恢复到当前工作区：关闭 Koodesk，运行 koodesk backup restore 文件 --over；"
                    "会先备份现在的内容，引擎已经受理的不会重发。"
                ),
                "hint",
                wrap=True,
            )
        )

    def refresh(self) -> None:
        """Fetch the list."""
        self._page.run(lambda service: service.backups.list(), self.listing.show_rows)

    def _show_busy(self, busy: bool) -> None:
        self.progress.setVisible(busy)
        self.cancel_button.setVisible(busy)
        for made in self.buttons:
            made.setEnabled(not busy)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()

    def _work(self, work: Any, done: Any) -> None:
        """Run something long with progress and a way to stop it."""

        def ended(found: Any) -> None:
            self._show_busy(False)
            done(found)

        def failed(problems: Any) -> None:
            self._show_busy(False)
            self._page.show_problems(problems)

        def show(progress: Any) -> None:
            self.progress.setMaximum(1000)
            self.progress.setValue(int(1000 * progress.done / progress.total) if progress.total else 0)

        self._show_busy(True)
        self._task = self._page.run_long(work, ended, failed)
        self._task.progress.connect(show)

    def back_up(self) -> None:
        """Write a backup into the workspace's own folder."""
        self._back_up(None)

    def back_up_as(self) -> None:
        """Ask where to, then write a backup there."""
        ask_where_to_save(self, tr("备份到…"), "koodesk.koobackup", self._back_up, FILTER)

    def _back_up(self, target: Path | None) -> None:
        def done(made: Any) -> None:
            self._page.banner.tell(
                tr("已备份到 {name}，{size}。", name=made.name, size=size(made.size)), "success"
            )
            self.refresh()

        self._work(
            lambda service, task: service.backups.create(target, task.progress.emit, task.cancelled), done
        )

    def _with_chosen(self, then: Callable[[Path], object]) -> None:
        found = self.listing.table.current()
        if found is not None:
            then(Path(found.path))
        else:
            ask_for_file(self, tr("选择备份"), then, FILTER)

    def verify(self) -> None:
        """Read the chosen backup wholly, or one that is asked for, and say what it holds."""
        self._with_chosen(self._verify)

    def _verify(self, path: Path) -> None:
        def done(view: Any) -> None:
            self._page.banner.tell(_words(view), "success")

        self._work(
            lambda service, task: service.backups.verify(path, task.progress.emit, task.cancelled),
            done,
        )

    def restore(self) -> None:
        """Ask for a folder and make a workspace of the backup there."""
        self._with_chosen(
            lambda path: ask_for_folder(self, tr("选择空文件夹"), lambda folder: self._restore(path, folder))
        )

    def _restore(self, path: Path, folder: Path) -> None:
        def done(view: Any) -> None:
            sheet = Sheet(self, tr("已恢复"), tr("知道了"), lambda: sheet.accept(), width=520)
            sheet.cancel_button.hide()
            sheet.body.addWidget(label(_words(view), wrap=True))
            sheet.body.addWidget(
                label(
                    tr("打开它：koodesk open --workspace {folder}", folder=folder),
                    wrap=True,
                    selectable=True,
                )
            )
            sheet.body.addStretch(1)
            sheet.open()

        self._work(
            lambda service, task: service.backups.restore(path, folder, task.progress.emit, task.cancelled),
            done,
        )


def _words(view: Any) -> str:
    return tr(
        "{name} 完好：{when} 由 Koodesk {version} 写成，{size}，{materials} 个素材，{papers} 份材料。",
        name=view.name,
        when=minute(view.created_ms),
        version=view.koodesk,
        size=size(view.size),
        materials=view.materials,
        papers=view.papers,
    )
