# SPDX-License-Identifier: Apache-2.0
"""解析任务管理: the tasks with how often their links were resolved, and the sheet that generates links (生成解析标识)."""

from __future__ import annotations

from typing import Any, ClassVar

from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.resolve.generate_sheet import GenerateSheet
from koodesk.ui.pages.resolve.words import state_kind, state_word, type_names
from koodesk.ui.times import minute, moment
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column


class ResolveTasksPage(Page):
    """The list of tasks."""

    page_id = "resolve_tasks"
    icon = "link"
    watches: ClassVar[tuple[str, ...]] = ("links", "engine")

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("解析任务"),
            tr("企业用自己的短信通道发送，这里只生成短链；收到短信的手机解析后显示卡片（AIM+）"),
        )
        self._links = self.add_action(
            button(tr("查看明细"), self._details, icon="list-checks", name="resolve-details")
        )
        self._freeze = self.add_action(
            button(tr("停用"), self._toggle, icon="pause", name="freeze-resolve-task"),
            "kooMessage:devResolveTask:create",
        )
        self.add_action(button(tr("刷新"), self.sync, icon="refresh-cw", name="sync-resolve-tasks"))
        self.add_action(
            button(
                tr("生成解析标识"), self.generate, kind="primary", icon="plus", name="generate-resolve-task"
            ),
            "kooMessage:devResolveTask:create",
        )
        types = type_names()
        columns = (
            Column(tr("任务名称"), lambda r: r.name),
            Column(tr("模板"), lambda r: r.card_name, 160, tip=lambda r: r.tpl_id or None),
            Column(tr("短链类型"), lambda r: types[r.type], 88),
            Column(tr("状态"), state_word, 100, kind=state_kind),
            Column(tr("短链数"), lambda r: f"{r.links:,}", 76, right=True),
            Column(
                tr("已解析次数"), lambda r: f"{r.resolved:,} / {r.times * max(r.links, 1):,}", 128, right=True
            ),
            Column(tr("最近解析"), lambda r: minute(r.last_ms), 138),
            Column(tr("有效期至"), lambda r: moment(r.expires_ms), 160),
        )
        empty = EmptyState(
            "link",
            tr("还没有解析任务"),
            tr(
                "选一个审核通过的模板，生成群发短链（一条链接给所有人）或个性化短链（一人一条），再放进自己发送的短信里。"
            ),
            tr("生成解析标识"),
            self.generate,
        )
        self.guard(empty.button, "kooMessage:devResolveTask:create")
        self.listing = Listing(columns, empty, lambda _row: self._details())
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        self._chosen()

    def open(self, **arguments: Any) -> None:
        """Generate for a template when asked to, or select a task."""
        if arguments.get("card_id"):
            self.generate(int(arguments["card_id"]))
        if arguments.get("task_id"):
            self.listing.want(int(arguments["task_id"]))

    def refresh(self) -> None:
        """Show what the desk knows, then ask what happened since."""
        self._show()
        self.run(
            lambda service: service.resolve_tasks.sync(), lambda new: self._show() if new else None, _quiet
        )

    def sync(self) -> None:
        """Ask again, and say what came of it."""

        def done(new: Any) -> None:
            self.banner.tell(
                tr("新增解析 {count} 次。", count=new) if new else tr("没有新的解析。"), "success"
            )
            self._show()

        self.run(lambda service: service.resolve_tasks.sync(), done)

    def generate(self, card_id: int = 0) -> None:
        """Open the sheet, for a template where one is given."""

        def work(service: Any) -> tuple[Any, Any]:
            cards = [card for card in service.cards.list() if card.sendable]
            return cards, [domain for domain in service.domains.list() if domain.usable]

        def show(found: tuple[Any, Any]) -> None:
            cards, domains = found
            if not cards:
                self.banner.tell(
                    tr("还没有审核通过的模板：先在“模板”里提交审核，通过后才能生成短链。"), "warning"
                )
                return
            GenerateSheet(self, cards, domains, card_id, self._made).open()

        self.run(work, show)

    def _made(self, row: Any) -> None:
        self.desk.changed.emit("links")
        self.listing.want(row.id)
        self.banner.tell(tr("已生成 {count} 条短链，在“查看明细”里复制或导出。", count=row.links), "success")
        self._show()

    def _show(self) -> None:
        def show(rows: Any) -> None:
            self.listing.show_rows(rows)
            self._chosen()

        self.run(lambda service: service.resolve_tasks.list(), show)

    def _chosen(self) -> None:
        """Offer what can be done with the chosen task."""
        row = self.listing.table.current()
        confirmed = row is not None and row.state != "unsent"
        over = row is not None and row.state == "expired"
        self._links.setEnabled(row is not None)
        self._freeze.setEnabled(confirmed and not over)
        frozen = row is not None and row.state == "frozen"
        self._freeze.setText(tr("恢复使用") if frozen else tr("停用"))
        why = tr("先选择一个任务") if row is None else tr("已过期的任务不用停用") if over else ""
        self._freeze.setToolTip(why)
        self._links.setToolTip(tr("先选择一个任务") if row is None else "")

    def _details(self) -> None:
        row = self.listing.table.current()
        if row is not None:
            self.desk.go("resolve_links", task_id=row.id)

    def _toggle(self) -> None:
        row = self.listing.table.current()
        if row is None:
            return

        def change(frozen: bool) -> None:
            self.run(
                lambda service: service.resolve_tasks.freeze(row.id, frozen),
                lambda _: self._changed(frozen=frozen),
            )

        if row.state == "frozen":
            change(False)
            return
        confirm(
            self,
            tr("停用“{name}”的短链？", name=row.name),
            tr("停用后这些短链打不开，也不计解析次数；恢复后可以继续使用，有效期不变。"),
            tr("停用"),
            lambda: change(True),
        )

    def _changed(self, *, frozen: bool) -> None:
        self.banner.tell(tr("短链已停用。") if frozen else tr("短链已恢复。"), "success")
        self._show()


def _quiet(_problems: Any) -> None:
    """An engine that does not run is said by the status bar; the list shows what is known."""
