# SPDX-License-Identifier: Apache-2.0
"""Step one of the wizard: the profile (服务号资料, table 4-5)."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from koodesk.domain.service_account.values import Profile, RecordKind
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.fields import PapersField, PictureField, SignaturesField
from koodesk.ui.pages.service_account.region_picker import RegionPicker
from koodesk.ui.pages.service_account.words import checker, industry_names
from koodesk.ui.widgets.basics import button
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit


class ProfileForm(QWidget):
    """The fields of table 4-5; `changed` says that something was typed or chosen."""

    changed = Signal()

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        rules = checker().rules
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        self.form = form = Form()
        column.addWidget(form)
        column.addStretch(1)
        tell = self._tell
        self.name = line_edit(changed=tell, limit=60)
        self.name.setObjectName("account-name")
        self.remark = line_edit(changed=tell, limit=60)
        self.remark.setObjectName("account-remark")
        self.industry = choice([(tr("请选择"), 0), *industry_names()], tell)
        self.industry.setObjectName("account-industry")
        self.abstract = text_edit(rows=3)
        self.abstract.setObjectName("account-abstract")
        self.abstract.textChanged.connect(tell)
        self.logo = PictureField(page, "logo", "account-logo")
        self.auto_port = choice([(tr("开通"), True), (tr("关闭"), False)], self._auto)
        self.signatures = SignaturesField(rules.limit("profile.signatures").value, "account-add-signature")
        self.regions = RegionPicker(height=200)
        self.papers = PapersField(page, RecordKind.PROFILE, "account-papers")
        for field in (self.logo, self.signatures, self.regions, self.papers):
            field.picked.connect(tell)
        form.add("name", tr("服务号名称"), self.name, required=True, limit=rules.limit("profile.name").value)
        form.add(
            "remark",
            tr("备注说明"),
            self.remark,
            limit=rules.limit("profile.remark").value,
            hint=tr("企业里有同名的服务号时必填，并且要不一样。"),
        )
        form.add("industry", tr("行业分类"), self.industry, required=True)
        form.add(
            "abstract", tr("简介"), self.abstract, required=True, limit=rules.limit("profile.abstract").value
        )
        form.add(
            "logo",
            tr("LOGO"),
            self.logo,
            required=True,
            hint=tr("比例 1:1，不小于 240×240，不超过 100 KB；jpg、png 或 bmp，会自动裁剪和优化。"),
        )
        form.add(
            "auto_port",
            tr("签名授权"),
            self.auto_port,
            hint=tr("开通：绑定了这些签名的所有通道号都用这个服务号。关闭：通道号自己选择绑定。"),
        )
        form.add(
            "signatures",
            tr("签名"),
            self.signatures,
            hint=tr("最多 5 个，每个 2–18 个字符，要和短消息签名一致。"),
        )
        form.add("regions", tr("地区"), self.regions)
        form.add(
            "papers",
            tr("华为智能信息授权书"),
            self.papers,
            required=True,
            hint=tr("png、jpg 或 bmp，最多 6 份，合计不超过 4 MB。"),
        )
        letter = button(
            tr("下载《华为智能信息授权书》"),
            self._letter,
            kind="link",
            icon="download",
            name="account-letter",
        )
        column.insertWidget(1, letter, 0, Qt.AlignmentFlag.AlignLeft)

    @property
    def value(self) -> Profile:
        """The profile as it stands."""
        return Profile(
            name=self.name.text().strip(),
            remark=self.remark.text().strip(),
            industry=int(self.industry.value),
            abstract=self.abstract.toPlainText().strip(),
            logo=self.logo.value,
            auto_port=bool(self.auto_port.value),
            signatures=self.signatures.value,
            regions=self.regions.value,
            papers=self.papers.value,
        )

    def show_value(self, profile: Profile) -> None:
        """Show a profile without telling."""
        self.blockSignals(True)
        self.name.setText(profile.name)
        self.remark.setText(profile.remark)
        self.industry.choose(profile.industry)
        self.abstract.setPlainText(profile.abstract)
        self.logo.show_value(profile.logo)
        self.auto_port.choose(profile.auto_port)
        self.signatures.show_value(profile.signatures)
        self.regions.show_value(profile.regions)
        self.papers.show_value(profile.papers)
        self.form.show_row("regions", profile.auto_port)
        self.blockSignals(False)

    def show_problems(self, problems: Any) -> Any:
        """Put problems beside their fields and return the others."""
        return self.form.show_problems(problems)

    def _auto(self) -> None:
        self.form.show_row("regions", bool(self.auto_port.value))
        self.changed.emit()

    def _tell(self, *_: Any) -> None:
        self.changed.emit()

    def _letter(self) -> None:
        dialog = QFileDialog(self, tr("保存样例"), "", "Word (*.docx)")
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("docx")
        dialog.selectFile(f"{tr('华为智能信息授权书')}.docx")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(
            lambda path: self._page.run(
                lambda service: service.service_accounts.sample_letter(Path(path)),
                lambda _: self._page.banner.tell(tr("样例已保存。"), "success"),
            )
        )
        dialog.open()
