# SPDX-License-Identifier: Apache-2.0
"""The rule pack (规则包): which one judges the cards, what another one would change, taking it into use, giving it back.

A pack that is taken into use is used at once: the service is made anew by it, pictures are drawn by it, and every page is
built again, so that no list and no editor goes on with the old one.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDropEvent

from koodesk.backend.views.rules import PackComparison, RulesRow
from koodesk.domain.problem import Problem
from koodesk.ui import card_images
from koodesk.ui.bridge import Task
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.rule_pack_comparison import ComparisonCard
from koodesk.ui.pages.rule_pack_in_use import ConflictsCard, InUse, InUseCard
from koodesk.ui.pages.rule_pack_source import SourceCard, dropped_paths
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.forms import reveal

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class RulePackPage(Page):
    """规则包."""

    page_id = "rule_pack"
    icon = "book-open"

    def build(self) -> None:
        """Lay out the pack in use, the place for another one, the comparison, and what the sources disagree on."""
        self.set_title(tr("规则包"), tr("平台和各厂商的限制：检查、预览和审核都按它判断"))
        self.restore = self.add_action(
            button(tr("恢复随附的规则包"), self._ask_restore, icon="undo-2", name="rule-pack-restore")
        )
        self.restore.hide()
        self.setAcceptDrops(True)
        self._found: InUse | None = None
        self._path: Path | None = None
        self._task: Task | None = None
        self._newer = True
        self.in_use = InUseCard()
        self.source = SourceCard()
        self.comparison = ComparisonCard()
        self.comparison.hide()
        self.conflicts = ConflictsCard()
        for part in (self.in_use, self.source, self.comparison, self.conflicts):
            self.body.addWidget(part)
        self.body.addStretch(1)
        self.source.picked.connect(self.compare)
        self.source.cancelled.connect(self._cancel)
        self.source.closed.connect(self._drop)
        self.comparison.taken.connect(self._take)
        self.comparison.dropped.connect(self._drop)
        self.comparison.card_wanted.connect(lambda card_id: self.desk.go("editor", card_id=card_id))

    def open(self, **arguments: Any) -> None:
        """Tell what has just been done, once: the window keeps the arguments for when it makes its pages anew."""
        news: list[str] = arguments.get("news", [])
        while news:
            self.banner.tell(news.pop(), "success")

    def refresh(self) -> None:
        """Fetch the pack in use; what another one changes is found out again, as cards may have been edited since."""

        def work(service: Service) -> InUse:
            return InUse(service.rules.status(), service.rules.summary(), service.cards.pack)

        self.run(work, self._show)
        if self._path is not None and self.comparison.isVisible() and self._task is None:
            self.compare(self._path)

    def _show(self, found: InUse) -> None:
        self._found = found
        self.in_use.show_pack(found, self.desk.say(found.row.problems))
        self.conflicts.show_conflicts(found)
        self.restore.setVisible(found.row.installed or bool(found.row.problems))
        if found.row.waits_for_start:
            self.banner.tell(
                tr(
                    "另有规则包 {date} 已装好，这个窗口还在用 {old}。",
                    date=found.row.next_date,
                    old=found.row.date,
                ),
                "accent",
                tr("现在启用"),
                lambda: self._renew(lambda service: service.rules.status()),
            )

    # --- comparing --------------------------------------------------------------------------------------------

    def compare(self, path: Path) -> None:
        """Read another pack and show what it would change; nothing is taken into use."""
        if self._task is not None:
            self._task.cancel()
        if path != self._path:
            self.comparison.hide()
        self._path = path
        self.source.read(path.name)

        def work(service: Service, task: Task) -> PackComparison | None:
            found = service.rules.compare(path, task.progress.emit, task.cancelled)
            return None if task.cancelled() else found

        task = self.run_long(
            work, lambda found: self._compared(task, found), lambda problems: self._refused(task, problems)
        )
        task.progress.connect(lambda told: self._go_on(task, told))
        self._task = task

    def _go_on(self, task: Task, told: Any) -> None:
        if task is self._task:
            self.source.go_on(told.done, told.total)

    def _compared(self, task: Task, found: PackComparison | None) -> None:
        if task is not self._task or found is None or self._found is None:
            return
        self._task = None
        first = not self.comparison.isVisible()
        self.source.rest()
        self._newer = found.newer
        assert self._path is not None
        self.comparison.show_comparison(found, self._found.pack, self._path.name)
        self.comparison.working(False)
        self.comparison.show()
        self.conflicts.hide()
        self.in_use.be_short(True)
        if first:
            (self.comparison.take if found.changes and found.newer else self.comparison.drop).setFocus()
            reveal(self.comparison.drop)

    def _refused(self, task: Task, problems: tuple[Problem, ...]) -> None:
        if task is not self._task or self._path is None:
            return
        self._task = None
        self.comparison.hide()
        self.conflicts.show()
        self.in_use.be_short(False)
        self.source.tell_why_not(self._path.name, problems)
        reveal(self.source)

    def _cancel(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self._drop()

    def _drop(self) -> None:
        """Leave the pack in use as it is."""
        self._task = self._path = None
        self.source.invite()
        self.comparison.hide()
        self.conflicts.show()
        self.in_use.be_short(False)
        self.source.choose_button.setFocus()

    # --- taking and giving back -------------------------------------------------------------------------------

    def _take(self) -> None:
        path, older = self._path, not self._newer
        if path is not None:
            self.comparison.working(True)
            self._renew(lambda service: service.rules.install(path, older=older))

    def _ask_restore(self) -> None:
        if self._found is None:
            return
        row = self._found.row
        text = tr(
            "停用规则包 {date}，改回随 Koodesk 提供的 {shipped}。所有模板按它重新检查；Koodesk 存下的那一份会删除，您原来的文件不动。",
            date=row.next_date if row.installed else row.date,
            shipped=row.shipped,
        )
        if row.problems:
            text = tr("移除不能使用的规则包，继续使用随 Koodesk 提供的 {shipped}。", shipped=row.shipped)
        confirm(
            self,
            tr("恢复随附的规则包"),
            text,
            tr("恢复"),
            lambda: self._renew(lambda service: service.rules.remove()),
            danger=False,
        )

    def _renew(self, change: Any) -> None:
        """Change which pack is in use, then judge and draw everything in this window by it."""

        def work(service: Service) -> tuple[RulesRow, Service]:
            row: RulesRow = change(service)
            card_images.take_up_rules()
            return row, service.by_rules_in_use()

        def done(answer: tuple[RulesRow, Service]) -> None:
            row, service = answer
            told = (
                tr("已启用规则包 {date}。检查、列表和编辑器现在都用它。", date=row.next_date)
                if row.installed
                else tr("已恢复随附的规则包 {date}。检查、列表和编辑器现在都用它。", date=row.next_date)
            )
            window: Any = self.window()
            self.desk.bridge.use(service)
            window.change_look()  # nothing of the look changes: every page is made anew, this one among them
            self.desk.go(self.page_id, news=[told])

        def failed(problems: tuple[Problem, ...]) -> None:
            self.comparison.working(False)
            self.show_problems(problems)

        self.run(work, done, failed)

    # --- dropping ---------------------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take a file or folder from the desktop."""
        if dropped_paths(event.mimeData()):
            self.source.show_drag(True)
            event.acceptProposedAction()

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        """Forget what was dragged over."""
        del event
        self.source.show_drag(False)

    def dropEvent(self, event: QDropEvent) -> None:
        """Compare the pack that was let go; several at once cannot be compared."""
        self.source.show_drag(False)
        found = dropped_paths(event.mimeData())
        if len(found) > 1:
            self.banner.tell(
                tr("一次只能比较一个规则包，您拖来了 {count} 个文件。", count=len(found)), "warning"
            )
        elif found:
            event.acceptProposedAction()
            self.compare(found[0])
