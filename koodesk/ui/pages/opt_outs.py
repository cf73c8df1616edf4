# SPDX-License-Identifier: Apache-2.0
"""Opting out (退订名单): who gets no more of a signature, from where, and what people did to the list."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QHBoxLayout

from koodesk.domain.platform import Platform
from koodesk.ui.exporting import TABLES, ask_for_file, begin_export, reason_given
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.people import person
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.file_picker import FilePicker
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

PAGE_ROWS: Final = 200


def source_word(row: Any) -> str:
    """Say where an entry comes from."""
    return {
        "reply": tr("回复 R"),
        "import": tr("文件导入"),
        "hand": tr("手工登记"),
    }.get(str(row.source), str(row.source))


def from_word(row: Any) -> str:
    """Say which task a reply was to, or who made an entry."""
    return row.campaign if row.source == "reply" else person(row.by)


class OptOutsPage(Page):
    """The list of one signature or of all, and the four things a person may do to it."""

    page_id = "opt_outs"
    icon = "ban"
    watches: ClassVar[tuple[str, ...]] = ("engine", "campaigns", "sms", "video")

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the filters and the list."""
        self.set_title(
            tr("退订名单"), tr("退订了某个签名的号码，不会再收到这个签名的短信；确认发送前就会排除")
        )
        self.remove_button = self.add_action(
            button(tr("移除"), self.remove, icon="trash-2", name="remove-opt-out"), "koodesk:optOut:delete"
        )
        self.export_button = self.add_action(
            button(tr("导出"), self.export, icon="download", name="export-opt-outs"), "koodesk:optOut:export"
        )
        self.add_action(button(tr("操作记录"), self.show_changes, icon="clock", name="opt-out-changes"))
        self.add_action(
            button(tr("导入"), self.import_file, icon="upload", name="import-opt-outs"),
            "koodesk:optOut:create",
        )
        self.add_action(
            button(tr("登记退订"), self.add, kind="primary", icon="plus", name="add-opt-out"),
            "koodesk:optOut:create",
        )
        bar = QHBoxLayout()
        bar.setSpacing(8)
        self.signature = choice([(tr("所有签名"), "")], self._search)
        self.signature.setAccessibleName(tr("签名"))
        self.signature.setMinimumWidth(220)
        self.digits = line_edit(tr("完整号码、前三位或后四位"), limit=13)
        self.digits.setAccessibleName(tr("按号码查找"))
        self.digits.setFixedWidth(240)
        self.digits.returnPressed.connect(self._search)
        bar.addWidget(self.signature)
        bar.addWidget(self.digits)
        bar.addWidget(button(tr("查找"), self._search, icon="search", name="find-opt-out"))
        bar.addStretch(1)
        self.total = label("", "second")
        bar.addWidget(self.total)
        self.body.addLayout(bar)
        columns = (
            Column(tr("手机号"), lambda r: r.number, 150),
            Column(tr("签名"), lambda r: f"【{r.signature}】", 200),
            Column(tr("退订时间"), lambda r: minute(r.at_ms), 160),
            Column(tr("来源"), source_word, 120),
            Column(tr("发送任务 / 登记人"), from_word),
        )
        self.empty = EmptyState(
            "ban",
            tr("没有退订号码"),
            tr("收件人回复 R 后会自动出现在这里；也可以手工登记，或导入已有的名单。"),
            tr("登记退订"),
            self.add,
        )
        self.guard(self.empty.button, "koodesk:optOut:create")
        self.listing = Listing(columns, self.empty, key=lambda r: (r.ref, r.signature), more=self._more)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self._chosen())
        self.body.addWidget(self.listing, 1)
        self._next = ""
        self._signatures: tuple[Any, ...] = ()
        self._chosen()

    def refresh(self) -> None:
        """Fetch the signatures and the first page."""
        digits, chosen = self.digits.text(), self.signature.value or ""

        def fetch(service: Any) -> Any:
            found = service.opt_outs.signatures(), service.opt_outs.page(chosen, digits, "", PAGE_ROWS)
            return *found, service.platform.opened_for

        def show(found: Any) -> None:
            self._signatures, page, here = found
            options = [(f"【{one.name}】 {one.count:,}", one.name) for one in self._signatures]
            self.signature.put([(tr("所有签名"), ""), *options], chosen)
            every = sum(one.count for one in self._signatures if chosen in ("", one.name))
            self.total.setText(tr("共 {count} 个退订号码", count=f"{every:,}"))
            looked = bool(digits.strip() or chosen)
            self.empty.tell(
                tr("没有找到") if looked else tr("没有退订号码"),
                tr("换一个签名，或检查要找的号码。")
                if looked
                else tr("收件人回复 R 后会自动出现在这里；也可以手工登记，或导入已有的名单。")
                if here is Platform.LOCAL
                else tr("真实云平台不会告诉本机谁回复了 R；请登记，或导入平台上的名单。"),
            )
            self._next = page.next
            self.listing.show_rows(page.rows, complete=not page.next)
            self._chosen()

        self.run(fetch, show)

    def _search(self) -> None:
        self.banner.hide()
        self.refresh()

    def _more(self) -> None:
        if not self._next:
            return
        digits, chosen, after = self.digits.text(), self.signature.value or "", self._next

        def show(page: Any) -> None:
            self._next = page.next
            self.listing.model.append(page.rows, complete=not page.next)

        self.run(lambda service: service.opt_outs.page(chosen, digits, after, PAGE_ROWS), show)

    def _chosen(self) -> None:
        row = self.listing.table.current()
        self.remove_button.setEnabled(row is not None)
        self.remove_button.setToolTip("" if row is not None else tr("先选择一个号码"))
        self.export_button.setEnabled(bool(self.listing.model.rows))

    # --- what a person does ----------------------------------------------------------------------------------

    def _sheet(self, title: str, accept: str, form: Form, take: Any) -> Sheet:
        sheet = Sheet(self, title, accept, take, width=560)
        sheet.body.addWidget(form)
        sheet.body.addStretch(1)
        return sheet

    def _names(self) -> Any:
        made = choice([(f"【{one.name}】", one.name) for one in self._signatures])
        if self.signature.value:
            made.choose(self.signature.value)
        return made

    def _done(self, sheet: Sheet, added: Any) -> None:
        sheet.accept()
        self.banner.tell(
            tr(
                "新登记 {new} 个号码；{known} 个本来就在名单里或重复，{invalid} 行不是号码。",
                new=f"{added.new:,}",
                known=f"{added.known:,}",
                invalid=f"{added.invalid:,}",
            ),
            "success",
        )
        self.refresh()

    def add(self) -> None:
        """Ask for numbers to add by hand."""
        form = Form()
        signature = self._names()
        numbers = text_edit(tr("每行一个号码，或用逗号隔开"), rows=5)
        form.add("signature", tr("签名"), signature, required=True)
        form.add("numbers", tr("手机号码"), numbers, required=True)

        def take() -> None:
            name, text = signature.value or "", numbers.toPlainText()
            self.run(
                lambda service: service.opt_outs.add(name, text),
                lambda added: self._done(sheet, added),
                self.refusals(sheet, form),
            )

        sheet = self._sheet(tr("登记退订"), tr("登记"), form, take)
        numbers.setFocus()
        sheet.open()

    def import_file(self) -> None:
        """Ask for a file of numbers."""
        form = Form()
        signature = self._names()
        picker = FilePicker(tr("选择文件"), "*.xlsx *.csv")
        form.add("signature", tr("签名"), signature, required=True)
        form.add(
            "file",
            tr("名单文件"),
            picker,
            required=True,
            hint=tr("xlsx 或 csv，不超过 40 MB，要有“手机号”一列；其他列不读。"),
        )

        def take() -> None:
            name, path = signature.value or "", Path(picker.path or "")
            self.run_long(
                lambda service, task: service.opt_outs.import_file(
                    name, path, task.progress.emit, task.cancelled
                ),
                lambda added: self._done(sheet, added),
                self.refusals(sheet, form),
            )

        sheet = self._sheet(tr("导入退订名单"), tr("导入"), form, take)
        signature.setFocus()
        sheet.open()

    def remove(self) -> None:
        """Ask why a number comes off the list, then take it off."""
        row = self.listing.table.current()
        if row is None:
            return
        form = Form()
        reason = line_edit(tr("例如：收件人书面要求重新接收"), limit=200)
        form.add("reason", tr("移除原因"), reason, required=True, limit=200)

        def done(_: Any) -> None:
            sheet.accept()
            self.banner.tell(
                tr("已移除，这个号码又可以收到【{name}】的短信。", name=row.signature), "success"
            )
            self.refresh()

        def take() -> None:
            text = reason.text()
            self.run(
                lambda service: service.opt_outs.remove(row.signature, row.ref, text),
                done,
                self.refusals(sheet, form),
            )

        sheet = self._sheet(
            tr("把 {number} 移出【{name}】的退订名单", number=row.number, name=row.signature),
            tr("移除"),
            form,
            take,
        )
        reason.setFocus()
        sheet.open()

    def export(self) -> None:
        """Ask why and where to, then write the list with whole numbers."""
        form = Form()
        reason = line_edit(tr("例如：交给客服核对"), limit=200)
        form.add(
            "reason",
            tr("导出原因"),
            reason,
            required=True,
            limit=200,
            hint=tr("导出的是完整号码；原因、操作人和时间会留存。"),
        )
        chosen = self.signature.value or ""
        headings = {
            "number": tr("手机号"),
            "signature": tr("签名"),
            "at": tr("退订时间（毫秒）"),
            "source": tr("来源"),
            "campaign": tr("发送任务"),
            "by": tr("登记人"),
        }

        def write(path: Path) -> None:
            options = {
                "reason": reason.text(),
                "signature": chosen,
                "title": f"{tr('退订名单')} 【{chosen}】" if chosen else tr("退订名单"),
                "headings": headings,
            }
            begin_export(self, "opt_outs", path, options, sheet.accept, self.refusals(sheet, form))

        def take() -> None:
            if reason_given(form):
                ask_for_file(self, tr("导出退订名单"), tr("退订名单"), TABLES, write)

        sheet = self._sheet(tr("导出退订名单"), tr("选择文件"), form, take)
        reason.setFocus()
        sheet.open()

    def show_changes(self) -> None:
        """List what people did to the list."""
        words = {
            "add": tr("手工登记"),
            "import": tr("文件导入"),
            "remove": tr("移除"),
            "export": tr("导出"),
        }
        columns = (
            Column(tr("时间"), lambda r: minute(r.at_ms), 150),
            Column(tr("操作"), lambda r: words.get(r.what, r.what), 100),
            Column(tr("操作人"), lambda r: person(r.by), 110),
            Column(tr("签名"), lambda r: f"【{r.signature}】" if r.signature else tr("所有签名"), 150),
            Column(tr("号码"), lambda r: r.number or (f"{r.count:,}" if r.count else "—"), 120),
            Column(tr("原因"), lambda r: r.reason or "—", tip=lambda r: r.reason or None),
        )
        sheet = Sheet(self, tr("操作记录"), tr("关闭"), lambda: sheet.accept(), width=860)
        sheet.cancel_button.hide()
        empty = EmptyState("clock", tr("还没有操作"), tr("登记、导入、移除和导出都会记在这里。"))
        listing = Listing(columns, empty, key=lambda r: (r.at_ms, r.what))
        listing.setMinimumHeight(360)
        sheet.body.addWidget(listing)
        self.run(lambda service: service.opt_outs.changes(), listing.show_rows)
        sheet.open()
