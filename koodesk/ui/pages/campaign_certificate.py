# SPDX-License-Identifier: Apache-2.0
"""发送凭证: writing the certificate of a finished send task, and checking one again."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QGridLayout

from koodesk import messages
from koodesk.domain.certificate import Standing
from koodesk.ui import i18n
from koodesk.ui.exporting import ask_for_file, begin_export, reason_given
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.people import person
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Chip, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.layouts import clear

FORMATS: Final = (".zip", ".pdf", ".csv")
KINDS: Final = {"holds": "success", "fails": "danger", "unknown": "neutral"}
STANDINGS: Final = {"sent_once": "success", "not_sent": "neutral", "unknown": "warning"}


class CertificateSheet(Sheet):
    """Asks why and where, and leaves the writing to the export centre."""

    def __init__(self, page: Page, row: Any) -> None:
        super().__init__(page, tr("发送凭证"), tr("选择位置并导出"), self._choose, width=560)
        self._page = page
        self._row = row
        self.body.addWidget(
            label(
                tr(
                    "写明导入的每一行：发送且只发送一次、没有发送（按原因）或结果未知，附每次调用的凭据、平台的消息编号和"
                    "回执；合计等于导入的行数。用本地引擎发送时，还与引擎自己的受理记录逐条比对。"
                ),
                "second",
                wrap=True,
            )
        )
        self.form = Form(label_width=96)
        self.reason = line_edit(limit=120)
        self.form.add(
            "reason",
            tr("导出原因"),
            self.reason,
            required=True,
            hint=tr("导出的文件含完整手机号。谁、何时、为什么导出会记入审计。"),
        )
        self.body.addWidget(self.form)
        self.body.addWidget(
            label(
                tr("zip：凭证、逐行明细和一页可打印的凭证，可以再核对；pdf：一页；csv：逐行明细。"),
                "hint",
                wrap=True,
            )
        )
        self.verify = button(
            tr("核对一份凭证…"), lambda: self._verify(), kind="link", icon="shield-check", name="verify"
        )
        self.body.addWidget(self.verify)
        self.body.addStretch(1)
        self.reason.setFocus()

    def _choose(self) -> None:
        if reason_given(self.form):
            ask_for_file(self._page, tr("发送凭证"), self._row.name, FORMATS, self._write)

    def _write(self, path: Path) -> None:
        options = {
            "campaign": self._row.id,
            "reason": self.reason.text(),
            "words": messages.certificate_words(i18n.language()),
        }
        begin_export(self._page, "certificate", path, options, self.accept, self._failed)

    def _failed(self, problems: Any) -> None:
        left = self.form.show_problems(problems)
        if left:
            self.banner.tell(self._page.desk.say(left))

    def _verify(self) -> None:
        dialog = QFileDialog(self._page, tr("核对一份凭证"), "", f"{tr('发送凭证')} (*.zip)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda name: self.check(Path(name)))
        dialog.open()

    def check(self, path: Path) -> None:
        """Check a certificate and show what was found in a sheet of its own."""
        sheet = VerifiedSheet(self._page, path)
        self.reject()
        sheet.open()


class VerifiedSheet(Sheet):
    """What a certificate says and which of it holds."""

    def __init__(self, page: Page, path: Path) -> None:
        super().__init__(page, tr("核对凭证"), tr("完成"), self.accept, width=600)
        self._page = page
        self.cancel_button.hide()
        self.about = label(tr("正在核对 {file}…", file=path.name), wrap=True)
        self.body.addWidget(self.about)
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(16)
        self.grid.setVerticalSpacing(10)
        self.grid.setColumnStretch(1, 1)
        self.body.addLayout(self.grid)
        self.digest = label("", "hint", wrap=True, selectable=True)
        self.body.addWidget(self.digest)
        self.body.addStretch(1)
        page.run_long(
            lambda service, task: service.certificates.verify(path, cancel=task.cancelled),
            self._show,
            self._failed,
        )

    def _show(self, found: Any) -> None:
        told = found.certificate
        self.about.setText(
            tr(
                "“{name}”，{at} 由 {who} 出具。",
                name=told.name,
                at=moment(told.made_ms),
                who=person(told.made_by),
            )
        )
        clear(self.grid)
        for line, standing in enumerate(Standing):
            word = messages.word(f"certificate_word.{standing.value}", i18n.language())
            count = told.count(standing)
            self.grid.addWidget(Chip(word, STANDINGS[standing.value] if count else "neutral"), line, 0)
            self.grid.addWidget(label(f"{count:,} / {told.imported:,}"), line, 1)
        for line, check in enumerate(found.checks, len(Standing)):
            outcome = messages.word(f"certificate_outcome.{check.outcome}", i18n.language())
            self.grid.addWidget(Chip(outcome, KINDS[check.outcome]), line, 0)
            text = messages.word(f"certificate_check.{check.check}", i18n.language())
            self.grid.addWidget(label(text, wrap=True), line, 1)
        self.digest.setText(tr("账本摘要 {digest}", digest=told.ledger_digest))
        self.banner.tell(
            tr("核对无误。") if found.good else tr("有几项不成立，这份凭证不能作数。"),
            "success" if found.good else "danger",
        )

    def _failed(self, problems: Any) -> None:
        self.about.setText(tr("没有核对成。"))
        self.banner.tell(self._page.desk.say(problems), "danger")
