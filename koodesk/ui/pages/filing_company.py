# SPDX-License-Identifier: Apache-2.0
"""Company data of a filing (填写企业信息, table 4-4): the form, and what its licence says about the code it asks for."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk import paths
from koodesk.domain.company import CodeKind, CompanyData, CompanyRules
from koodesk.domain.filing import read_filing_rules
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import Choice, Form, choice, line_edit

_TEXTS: Final = ("name", "credit_code", "contact", "phone", "mail")
_LISTS: Final = ("licence_type", "enterprise_type", "industry")


class CompanyForm(QWidget):
    """Shows and takes the company's data. Places are named as problems name them ("company:name")."""

    def __init__(self, rules: CompanyRules, changed: Callable[[], object]) -> None:
        super().__init__()
        self._rules = rules
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(12)
        column.addWidget(label(tr("企业信息"), "heading"))
        self.form = Form()
        column.addWidget(self.form)
        self._lists: dict[str, Choice] = {
            "licence_type": choice(self._options(rules.licence_types), self._licence),
            "enterprise_type": choice([(tr("请选择"), ""), *self._options(rules.enterprise_types)], changed),
            "industry": choice([(tr("请选择"), ""), *self._options(rules.industries)], changed),
        }
        self._texts = {name: line_edit(limit=300) for name in _TEXTS}
        self._changed = changed
        add = self.form.add
        add("company:licence_type", tr("企业证件类型"), self._lists["licence_type"], required=True)
        add(
            "company:name",
            tr("企业名称"),
            self._texts["name"],
            required=True,
            hint=tr("与营业执照上的名称一致。"),
        )
        self._code = add(
            "company:credit_code",
            tr("统一社会信用代码"),
            self._texts["credit_code"],
            required=True,
            hint=" ",
        )
        add("company:contact", tr("企业联系人"), self._texts["contact"], required=True)
        add(
            "company:phone",
            tr("企业联系电话"),
            self._texts["phone"],
            required=True,
            hint=tr("手机号码，或带区号的固定电话，例如 0755-28780808。"),
        )
        add("company:mail", tr("企业联系邮箱"), self._texts["mail"], required=True)
        add("company:enterprise_type", tr("企业类型"), self._lists["enterprise_type"], required=True)
        add("company:industry", tr("行业分类"), self._lists["industry"], required=True)
        for name, edit in self._texts.items():
            edit.setObjectName(f"company-{name}")
            edit.textChanged.connect(lambda _: changed())
        self._licence()

    @property
    def data(self) -> CompanyData:
        """What stands in the form."""
        texts = {name: edit.text() for name, edit in self._texts.items()}
        lists = {name: str(one.value or "") for name, one in self._lists.items()}
        return CompanyData(**texts, **lists)

    def show_data(self, data: CompanyData | None, *, editable: bool) -> None:
        """Show what is stored; a form that is locked can be read and not written."""
        given = data or CompanyData(licence_type=self._rules.licence_types[0].id)
        values = given.to_json()
        for part in (*self._texts.values(), *self._lists.values()):
            part.blockSignals(True)
        for name, edit in self._texts.items():
            if edit.text() != values[name]:
                edit.setText(values[name])
            edit.setReadOnly(not editable)
        for name in _LISTS:
            self._lists[name].choose(values[name])
            self._lists[name].setEnabled(editable)
        for part in (*self._texts.values(), *self._lists.values()):
            part.blockSignals(False)
        self._licence(silent=True)

    def show_problems(self, problems: Any) -> Any:
        """Put problems beside their fields and return the others."""
        return self.form.show_problems(problems)

    def _licence(self, *, silent: bool = False) -> None:
        """A unified licence has a credit code, any other an organisation code."""
        found = self._rules.licence(str(self._lists["licence_type"].value))
        organisation = found is not None and found.code is CodeKind.ORGANISATION
        text = (
            tr("9 位组织机构代码证号，最后一位是校验码。")
            if organisation
            else tr("18 位，最后一位是校验码；输入时会核对。")
        )
        self._code.show_hint(text)
        self.form.rename(
            "company:credit_code", tr("组织机构代码证号") if organisation else tr("统一社会信用代码")
        )
        if not silent:
            self._changed()

    @staticmethod
    def _options(entries: Any) -> list[tuple[str, str]]:
        chinese = i18n.language() == "zh"
        return [(one.name_zh if chinese else one.name_en, one.id) for one in entries]


@lru_cache(maxsize=1)
def company_rules() -> CompanyRules:
    """Return the rules of the company data as they ship, for the names of its choices."""
    text = (paths.resources() / "rules" / "filing_service_account.toml").read_text("utf-8")
    rules = read_filing_rules(text).company
    assert rules is not None  # the file ships with the program
    return rules


def company_facts(given: Any) -> list[tuple[str, str]]:
    """Return (name, value) of submitted company data, for the reviewer; nothing where a record has none."""
    if not isinstance(given, dict):
        return []
    rules = company_rules()
    names = {
        "licence_type": tr("企业证件类型"),
        "name": tr("企业名称"),
        "credit_code": tr("统一社会信用代码"),
        "contact": tr("企业联系人"),
        "phone": tr("企业联系电话"),
        "mail": tr("企业联系邮箱"),
        "enterprise_type": tr("企业类型"),
        "industry": tr("行业分类"),
    }
    lists: dict[str, Any] = {
        "licence_type": rules.licence_types,
        "enterprise_type": rules.enterprise_types,
        "industry": rules.industries,
    }
    chinese = i18n.language() == "zh"

    def shown(field: str) -> str:
        value = str(given.get(field, ""))
        found = next((one for one in lists.get(field, ()) if one.id == value), None)
        return value if found is None else str(found.name_zh if chinese else found.name_en)

    return [(name, shown(field) or "—") for field, name in names.items()]
