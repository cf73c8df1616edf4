# SPDX-License-Identifier: Apache-2.0
"""The audit log (审计日志): who did what, found by words and outcome; its chain verified, its entries exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from koodesk import messages
from koodesk.backend.views.identity import AuditFilter
from koodesk.domain.audit import Outcome
from koodesk.ui import i18n
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.page import Page
from koodesk.ui.pages.iam.asking import action_words
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import button, label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

PAGE_ROWS: Final = 200
KINDS: Final = {
    Outcome.BEGUN: "neutral",
    Outcome.DONE: "success",
    Outcome.REFUSED: "warning",
    Outcome.DENIED: "danger",
    Outcome.FAILED: "danger",
}


class AuditPage(Page):
    """Newest first; further entries come while one scrolls."""

    page_id = "iam_audit"
    icon = "scroll-text"
    watches: ClassVar[tuple[str, ...]] = ("identity",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out filter and table."""
        self.set_title(tr("审计日志"), tr("谁在什么时候做了什么；只能追加，每条记录用校验值和前一条相连"))
        self._verify = self.add_action(
            button(tr("校验完整性"), self.verify, icon="shield-check", name="audit-verify")
        )
        self._export = self.add_action(
            button(tr("导出…"), self.export, icon="download", name="audit-export"), "iam:audit:export"
        )
        self.search = line_edit(tr("用户、操作、对象"), limit=60)
        self.search.setFixedWidth(240)
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("搜索"))
        self.search.returnPressed.connect(self.reload)
        words = [(self.desk.word(f"state.audit.{o.value}"), o) for o in Outcome]
        self.outcome = choice([(tr("全部结果"), None), *words], self.reload)
        self.outcome.setAccessibleName(tr("结果"))
        self.count = label("", "second")
        self.body.addLayout(
            row(self.search, self.outcome, button(tr("查询"), self.reload, icon="search"), 1, self.count)
        )
        self._actions: Any = {}
        columns = (
            Column(tr("编号"), lambda e: f"{e.id}", 56, right=True),
            Column(tr("时间"), lambda e: moment(e.at_ms), 150),
            Column(
                tr("用户名"),
                _who,
                96,
            ),
            Column(tr("来自"), lambda e: self.desk.word(f"state.audit_place.{e.place}"), 72),
            Column(
                tr("操作"),
                lambda e: action_words(self._actions, e.action),
                250,
                tip=lambda e: f"{e.action}\n{e.what}",
            ),
            Column(tr("对象"), lambda e: e.subject or "—"),
            Column(
                tr("结果"),
                lambda e: self.desk.word(f"state.audit.{e.outcome.value}"),
                104,
                kind=lambda e: KINDS[e.outcome],
                tip=self._why,
            ),
        )
        self.empty = EmptyState(
            "scroll-text",
            tr("还没有记录"),
            tr("修改、提交、发送、导出和被拒绝的操作会记在这里；只看不改的操作不记。"),
        )
        self.listing = Listing(columns, self.empty, self.show_entry, more=self._more)
        self.body.addWidget(self.listing, 1)
        self._next = 0
        self._where = AuditFilter()

    def refresh(self) -> None:
        """Fetch the newest entries."""
        self.reload()

    def reload(self) -> None:
        """Fetch the first entries of the filter."""
        words = self.search.text().strip()
        self._where = where = AuditFilter(outcome=self.outcome.value, words=words)
        narrow = bool(words) or self.outcome.value is not None
        if narrow:
            self.empty.tell(tr("没有符合条件的记录"), tr("换一个词或放宽筛选条件。"))
        else:
            self.empty.tell(
                tr("还没有记录"), tr("修改、提交、发送、导出和被拒绝的操作会记在这里；只看不改的操作不记。")
            )

        def show(found: Any) -> None:
            page, self._actions = found
            self._next = page.next
            self.listing.show_rows(page.entries, complete=not page.next)

        self.run(
            lambda service: (service.audit.page(0, PAGE_ROWS, where), service.access.rules.actions), show
        )

    def _more(self) -> None:
        if not self._next:
            return
        where, before = self._where, self._next

        def show(page: Any) -> None:
            if where is self._where:
                self._next = page.next
                self.listing.model.append(page.entries, complete=not page.next)

        self.run(lambda service: service.audit.page(before, PAGE_ROWS, where), show)

    def _why(self, entry: Any) -> str | None:
        """Say the codes of a refusal, or the right that is missing."""
        said = []
        for code in entry.detail.split():
            known = messages.catalogue().get(code)
            if known is not None:
                said.append(messages.word(code, i18n.language()))
            else:
                said.append(action_words(self._actions, code))
        return "\n".join(said) or None

    def show_entry(self, entry: Any) -> None:
        """Show everything an entry says."""
        sheet = Sheet(
            self, tr("第 {entry} 条记录", entry=entry.id), tr("关闭"), lambda: sheet.accept(), width=640
        )
        sheet.cancel_button.hide()
        form = Form(label_width=96)
        said = (
            (tr("时间"), moment(entry.at_ms)),
            (tr("用户名"), _who(entry)),
            (tr("来自"), self.desk.word(f"state.audit_place.{entry.place}")),
            (tr("操作"), action_words(self._actions, entry.action)),
            (tr("授权项"), f"{entry.action}\n{entry.what}"),
            (tr("对象"), entry.subject or "—"),
            (tr("结果"), self.desk.word(f"state.audit.{entry.outcome.value}")),
            (tr("原因"), self._why(entry) or "—"),
            (tr("校验值"), entry.hash),
        )
        for number, (name, text) in enumerate(said):
            shown = label(text, wrap=True, selectable=True)
            shown.setContentsMargins(0, 6, 0, 0)
            form.add(str(number), name, shown)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        sheet.open()

    def verify(self) -> None:
        """Walk the chain and say what was found."""

        def show(found: Any) -> None:
            if found.broken is None:
                text = tr(
                    "{count} 条记录完整，没有被改动。最后一条的校验值：{head}",
                    count=f"{found.entries:,}",
                    head=found.head,
                )
                self.banner.tell(text, "accent")
                return
            why = self.desk.word(f"state.audit_break.{found.broken.why}")
            text = tr(
                "第 {entry} 条记录有问题：{why}。之前的 {count} 条完整。",
                entry=found.broken.entry,
                why=why,
                count=found.entries,
            )
            self.banner.tell(text, "danger")

        self.run(lambda service: service.audit.verify(), show)

    def export(self) -> None:
        """Ask where to, then write what the filter shows."""
        ask_for_file(self, tr("导出审计日志"), tr("审计日志"), TABLES, self.export_to)

    def export_to(self, path: Path) -> None:
        """Write what the filter shows to a file."""
        where = self._where
        headings = {
            "id": tr("编号"),
            "at": tr("时间（UTC）"),
            "user_id": tr("用户编号"),
            "who": tr_one("用户"),
            "place": tr("来自"),
            "action": tr("授权项"),
            "what": tr("方法"),
            "subject": tr("对象"),
            "outcome": tr("结果"),
            "detail": tr("原因"),
            "previous": tr("前一条的校验值"),
            "hash": tr("校验值"),
        }
        options = {
            "outcome": where.outcome.value if where.outcome is not None else None,
            "words": where.words,
            "title": tr("审计日志"),
            "headings": headings,
        }
        begin_export(self, "audit", path, options)


def _who(entry: Any) -> str:
    """Name who did it: the workspace's own account has no name of a person."""
    return tr("主账号") if entry.who == "local" and not entry.user_id else entry.who or "—"
