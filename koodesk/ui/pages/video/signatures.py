# SPDX-License-Identifier: Apache-2.0
"""Signatures of video SMS (智能信息基础版签名管理, table 3-5): who a video SMS is from. Usable once 审核通过."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

from koodesk.domain.video_sms.signature import VideoSignatureDraft
from koodesk.ui.i18n import tr
from koodesk.ui.records_page import RecordsPage, due_column, state_column
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.file_picker import FilePicker
from koodesk.ui.widgets.forms import Form, choice, line_edit
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class VideoSignaturesPage(RecordsPage):
    """The list, and the sheet of table 3-5."""

    page_id = "video_signatures"
    icon = "badge-check"
    watches: ClassVar[tuple[str, ...]] = ("video", "reviews", "engine")
    told_of = "video"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(
            tr("智能信息基础版签名"), tr("状态为“审核通过”后才能使用；工作日提交，约 2 小时完成审核")
        )
        self._edit = self.add_action(
            button(tr("修改签名"), self._change, icon="pencil", name="change-video-signature"),
            "kooMessage:basicSignature:create",
        )
        self._remove = self.add_action(
            button(tr("删除"), self._delete, icon="trash-2", name="delete-video-signature"),
            "kooMessage:basicSignature:delete",
        )
        self.add_action(
            button(tr("添加签名"), self.add, kind="primary", icon="plus", name="add-video-signature"),
            "kooMessage:basicSignature:create",
        )
        columns = (
            Column(tr("签名名称"), lambda r: f"【{r.name}】"),
            state_column("filing"),
            Column(tr("涉及第三方权益"), lambda r: tr("是") if r.third_party else tr("否"), 130),
            Column(tr("签名授权函"), lambda r: r.authorization.name if r.authorization else "—", 180),
            due_column(),
        )
        empty = EmptyState(
            "badge-check",
            tr("还没有签名"),
            tr("签名显示在视频短信第一段文字开头的【】里，说明是谁发的。"),
            tr("添加签名"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:basicSignature:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the signatures."""
        return service.video_signatures.list()

    def called(self, row: Any) -> str:
        """Write a signature as messages have it."""
        return f"【{row.name}】"

    def add(self) -> None:
        """Open the sheet for a new signature."""
        self._sheet(None)

    def chosen(self) -> None:
        """Offer for the chosen signature what its state allows: one under review is locked."""
        row = self.row
        state = row.state.value if row is not None else ""
        self._edit.setEnabled(state in ("not_submitted", "rejected"))
        self._remove.setEnabled(state not in ("", "waiting"))
        why = "" if row is not None else tr("先选择一个签名")
        self._edit.setToolTip(
            why or (tr("只有审核未通过的签名可以修改") if not self._edit.isEnabled() else "")
        )
        self._remove.setToolTip(why or (tr("审核中的签名不能删除") if not self._remove.isEnabled() else ""))

    def _change(self) -> None:
        if self.row is not None:
            self._sheet(self.row)

    def _delete(self) -> None:
        row = self.row
        if row is not None:
            self.ask_to_delete(
                tr("删除签名【{name}】？", name=row.name),
                tr("用这个签名的模板不能再提交；已经发出的短信不受影响。不能撤销。"),
                tr("删除签名"),
                lambda service: service.video_signatures.delete(row.id),
            )

    def _sheet(self, row: Any) -> None:
        form = Form()
        name = line_edit(limit=40)
        third = choice([(tr("否"), False), (tr("是"), True)])
        authorization = FilePicker(tr("上传扫描件"), "*.pdf")
        other = FilePicker(tr("上传扫描件"), "*.rar *.zip")
        if row is not None:
            name.setText(row.name)
            third.choose(row.third_party)
        form.add(
            "name",
            tr("签名名称"),
            name,
            required=True,
            limit=18,
            hint=tr("2–18 个字符，不用自己加【】。平台没有公布基础版签名的长度，这里取稳妥的范围。"),
        )
        form.add(
            "third_party",
            tr("涉及第三方权益"),
            third,
            required=True,
            hint=tr("签名归属方与本账号的企业名称一致时选“否”，否则选“是”。"),
        )
        form.add(
            "paper:authorization",
            tr("签名授权函"),
            authorization,
            hint=tr("pdf，不超过 2 MB。企业备案里没有签名授权函，或授权函没有包含这个签名时，必须上传。"),
        )
        form.add("paper:other", tr("其他材料"), other, hint=tr("选填；rar 或 zip，不超过 2 MB。"))

        def done(_: Any) -> None:
            sheet.accept()
            self.told(tr("签名已提交审核。"))

        def save() -> None:
            draft = VideoSignatureDraft(name=name.text(), third_party=bool(third.value))
            letter = Path(authorization.path) if authorization.path else None
            more = Path(other.path) if other.path else None
            refused = self.refusals(sheet, form)
            if row is None:
                self.run(lambda service: service.video_signatures.add(draft, letter, more), done, refused)
            else:
                number = row.id
                self.run(
                    lambda service: service.video_signatures.change(number, draft, letter, more),
                    done,
                    refused,
                )

        sheet = Sheet(self, tr("添加签名") if row is None else tr("修改签名"), tr("确定"), save)
        sheet.body.addWidget(form)
        sheet.body.addWidget(
            button(tr("授权函模板下载"), self._letter, kind="link", icon="download", name="video-letter"),
            0,
            Qt.AlignmentFlag.AlignLeft,
        )
        sheet.body.addWidget(label(tr("工作日提交，预计 2 小时内完成审核。"), "hint"))
        sheet.body.addStretch(1)
        name.setFocus()
        sheet.open()

    def _letter(self) -> None:
        """Save the sample of the authorisation letter."""
        dialog = QFileDialog(self, tr("保存样例"), "", "Word (*.docx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("docx")
        dialog.selectFile(f"{tr('签名授权函')}.docx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self.run(
                lambda service: service.video_signatures.sample_letter(Path(path)),
                lambda _: self.banner.tell(tr("样例已保存。"), "success"),
            )
        )
        dialog.open()
