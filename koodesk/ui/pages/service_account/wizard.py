# SPDX-License-Identifier: Apache-2.0
"""The wizard (创建服务号): profile, menu, home page, and the phone beside them that shows each keystroke.

Each step is saved as a draft when it is left; 提交 hands all three in. What another hand has saved meanwhile is never
overwritten without asking.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar, Final

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QStackedWidget, QTabBar, QVBoxLayout, QWidget

from koodesk.domain.service_account.values import Content, HomePage, Menu, Profile, RecordKind
from koodesk.preview.service_account_placement import AccountLook, View
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.home_form import HomeForm
from koodesk.ui.pages.service_account.menu_form import MenuForm
from koodesk.ui.pages.service_account.phone_preview import PhonePreview
from koodesk.ui.pages.service_account.profile_form import ProfileForm
from koodesk.ui.pages.service_account.reason_sheet import ReasonSheet
from koodesk.ui.pages.service_account.words import approval_chip
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.dialogs import Sheet

KINDS: Final = (RecordKind.PROFILE, RecordKind.MENU, RecordKind.HOME)


class AccountWizardPage(Page):
    """One account in three steps."""

    page_id = "account_wizard"
    icon = "smartphone"
    watches: ClassVar[tuple[str, ...]] = ("reviews",)

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out steps, forms, phone and foot."""
        self.set_title(tr("创建服务号"), tr("资料、菜单、主页分别审核，通过后 24 小时内生效"))
        self.row: Any = None
        self._shown: dict[RecordKind, Content] = {}
        self._locked = False
        self._opened = 0
        self.steps = QTabBar()
        self.steps.setExpanding(False)
        self.steps.setAccessibleName(tr("步骤"))
        for number, text in enumerate((tr("资料"), tr("菜单"), tr("主页")), 1):
            self.steps.addTab(f"{number}  {text}")
        self.chip = Chip()
        self.chip.hide()
        top = QHBoxLayout()
        top.addWidget(self.steps, 1)
        top.addWidget(self.chip)
        self.body.addLayout(top)
        self.profile, self.menu, self.home = ProfileForm(self), MenuForm(), HomeForm(self)
        self.forms: dict[RecordKind, Any] = dict(
            zip(KINDS, (self.profile, self.menu, self.home), strict=True)
        )
        self.stack = QStackedWidget()
        for form in self.forms.values():
            card = Card()
            card.body.addWidget(form)
            area = QScrollArea()
            area.setWidgetResizable(True)
            area.setWidget(card)
            self.stack.addWidget(area)
        self.phone = PhonePreview(self)
        side = QWidget()
        side.setFixedWidth(300)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(label(tr("终端效果（华为）"), "second"))
        column.addWidget(self.phone, 1)
        middle = QHBoxLayout()
        middle.setSpacing(20)
        middle.addWidget(self.stack, 1)
        middle.addWidget(side)
        self.body.addLayout(middle, 1)
        self.back = button(tr("上一步"), lambda: self._go(-1), name="wizard-back")
        self.save_button = button(tr("保存"), lambda: self.save(self._saved), name="wizard-save")
        self.next = button(tr("下一步"), lambda: self._go(1), kind="primary", name="wizard-next")
        self.submit_button = button(tr("提交"), self.submit, kind="primary", name="wizard-submit")
        for part, action in (
            (self.save_button, "kooMessage:aimSaPub:update"),
            (self.submit_button, "kooMessage:aimSaPub:create"),
        ):
            self.guard(part, action)
        self.note = label("", "hint")
        foot = QHBoxLayout()
        foot.addWidget(button(tr("返回列表"), lambda: self.desk.go("accounts"), kind="link"))
        foot.addWidget(self.note)
        foot.addStretch(1)
        for part in (self.back, self.save_button, self.next, self.submit_button):
            foot.addWidget(part)
        self.body.addLayout(foot)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(20)
        self._timer.timeout.connect(self._preview)
        self.steps.currentChanged.connect(self._stepped)
        self.menu.opened.connect(self._menu_opened)
        for form in self.forms.values():
            form.changed.connect(self._timer.start)
        self._show_row(None)

    def open(self, **arguments: Any) -> None:
        """Open an account by `id`, or a new one without; `step` is 0 to 2."""
        if "id" not in arguments and "new" not in arguments:
            return
        number = int(arguments.get("id", 0))
        step = int(arguments.get("step", 0))
        self.banner.hide()
        if not number and self.row is None and self.changes():
            self.steps.setCurrentIndex(step)
            return  # what could not be saved yet is still there: the filing comes first
        self._opened += 1
        if not number:
            self._show_row(None)
            self.steps.setCurrentIndex(step)
            self.profile.name.setFocus()
            return

        def show(row: Any) -> None:
            self._show_row(row)
            self.steps.setCurrentIndex(step)

        self.run(lambda service: service.service_accounts.get(number), show)

    def refresh(self) -> None:
        """Follow the reviews of what is open; what is being typed stays."""
        if self.row is None:
            return
        number = self.row.id

        def show(row: Any) -> None:
            if self.row is None or self.row.id != row.id or self.changes():
                return
            self._show_row(row)

        self.run(lambda service: service.service_accounts.get(number), show, lambda _: None)

    def leave(self) -> bool:
        """Save what was typed before another page is shown."""
        if self.changes():
            self.save(lambda _: None)
        return True

    # --- showing -------------------------------------------------------------------------------------------

    @property
    def kind(self) -> RecordKind:
        """Which of the three is shown."""
        return KINDS[max(self.steps.currentIndex(), 0)]

    def _show_row(self, row: Any) -> None:
        self.row = row
        contents: tuple[Content, ...] = (Profile(), Menu(), HomePage())
        if row is not None:
            contents = tuple(record.content for record in row.records)
            self.set_title(
                row.name or tr("未命名的服务号"), tr("资料、菜单、主页分别审核，通过后 24 小时内生效")
            )
        else:
            self.set_title(tr("创建服务号"), tr("资料、菜单、主页分别审核，通过后 24 小时内生效"))
        for kind, content in zip(KINDS, contents, strict=True):
            if self._shown.get(kind) != content or self.forms[kind].value != content:
                self.forms[kind].show_value(content)
            self._shown[kind] = content
        self._arrange()
        self._preview()

    def _record(self) -> Any:
        return None if self.row is None else self.row.records[KINDS.index(self.kind)]

    def _arrange(self) -> None:
        step = max(self.steps.currentIndex(), 0)
        self.stack.setCurrentIndex(step)
        record = self._record()
        self._locked = record is not None and not record.editable
        self.forms[self.kind].setEnabled(not self._locked)
        self.back.setVisible(step > 0)
        self.next.setVisible(step < 2)
        self.submit_button.setVisible(step == 2)
        self.save_button.setEnabled(not self._locked)
        self.chip.setVisible(record is not None)
        if record is not None:
            self.chip.show_state(*approval_chip(record))
        locked = tr("正在审核，不能修改。") if self._locked else ""
        if record is not None and record.life.value == "frozen":
            locked = tr("已冻结：{reason}", reason=record.freeze_reason)
        self.note.setText(locked)

    def _stepped(self, step: int) -> None:
        self._arrange()
        self.phone.show_view(View.HOME if step == 2 else View.THREAD, self.menu.open_item if step == 1 else 0)

    def _menu_opened(self, number: int) -> None:
        if self.kind is RecordKind.MENU:
            self.phone.show_view(View.THREAD, number)

    def _preview(self) -> None:
        profile = self.profile.value
        sign = profile.signatures[0] if profile.signatures else tr("签名")
        look = AccountLook(
            profile.name or tr("服务号名称"),
            profile.logo,
            self.menu.value if self.menu.value.items else None,
            self.home.value,
        )
        text = tr("【{sign}】您好，这是一条发给您的信息。拒收请回复R", sign=sign)
        self.phone.show_look(look, text)

    # --- doing ---------------------------------------------------------------------------------------------

    def changes(self) -> dict[RecordKind, Content]:
        """Return what differs from what was opened or saved last."""
        return {kind: form.value for kind, form in self.forms.items() if form.value != self._shown.get(kind)}

    def _go(self, by: int) -> None:
        step = self.steps.currentIndex() + by
        self.save(lambda _: self.steps.setCurrentIndex(step))

    def save(self, then: Any) -> None:
        """Save what was changed, then go on; a new account is stored with the first save."""
        changed, row = self.changes(), self.row
        if self.desk.why_not(f"kooMessage:aimSaPub:{'create' if row is None else 'update'}"):
            then(row)  # who may only look goes from step to step; nothing is saved
            return

        def work(service: Any) -> Any:
            accounts = service.service_accounts
            if row is None:
                return accounts.create(*(self._new.get(kind) for kind in KINDS))
            saved = row
            for kind, content in changed.items():
                record = saved.records[KINDS.index(kind)]
                saves = (accounts.save_profile, accounts.save_menu, accounts.save_home)
                saved = saves[KINDS.index(kind)](row.id, content, record.revision)
            return saved

        opened = self._opened

        def done(saved: Any) -> None:
            if opened != self._opened:  # saved on leaving, and another account is open by now
                self.desk.changed.emit("accounts")
                return
            self.row = saved
            for kind, record in zip(KINDS, saved.records, strict=True):
                self._shown[kind] = record.content
            self.desk.changed.emit("accounts")
            self._arrange()
            then(saved)

        def failed(problems: Any) -> None:
            if any(one.code == "sa.saved_meanwhile" for one in problems):
                self._ask(problems, then)
            elif any(one.code == "filing.needed_service_account" for one in problems):
                self.banner.tell(
                    self.desk.say(problems),
                    "danger",
                    tr("去备案"),
                    lambda: self.desk.go("filings", kind="service_account"),
                )
            else:
                self.show_problems(problems)

        if not changed and row is not None:
            then(row)
            return
        self._new = {kind: form.value for kind, form in self.forms.items()}
        self.run(work, done, failed)

    def _saved(self, _row: Any) -> None:
        self.banner.tell(tr("已保存为草稿。"), "success")

    def _ask(self, problems: Any, then: Any) -> None:
        """Another hand has saved meanwhile: ask whose shall stay."""
        number = self.row.id

        def mine() -> None:
            sheet.accept()

            def again(row: Any) -> None:
                self.row = row
                self.save(then)

            self.run(lambda service: service.service_accounts.get(number), again)

        def theirs() -> None:
            sheet.accept()
            self.run(lambda service: service.service_accounts.get(number), self._show_row)

        sheet = Sheet(self, tr("有人同时修改了这个服务号"), tr("用我的内容覆盖"), mine, width=480)
        sheet.body.addWidget(label(self.desk.say(problems), wrap=True))
        sheet.body.addWidget(
            button(tr("放弃我的修改，打开对方保存的内容"), theirs, kind="link", name="take-theirs")
        )
        sheet.body.addStretch(1)
        sheet.open()

    def submit(self) -> None:
        """Save and hand in all three."""

        def hand_in(row: Any) -> None:
            changed = [one.kind for one in row.records if one.needs_reason]

            def with_reasons(reasons: Any, then: Any, otherwise: Any) -> None:
                self.run(lambda service: service.service_accounts.submit(row.id, reasons), then, otherwise)

            if changed:
                ReasonSheet(self, changed, with_reasons, done, failed).open()
            else:
                with_reasons({}, done, failed)

        def done(row: Any) -> None:
            self._show_row(row)
            self.desk.changed.emit("accounts")
            self.desk.go("accounts")
            self.desk.notice(tr("已提交，服务号、菜单和主页分别审核。"))

        def failed(problems: Any) -> None:
            by_kind = {
                kind: tuple(
                    replace(one, where=one.where.removeprefix(f"{kind.value}/"))
                    for one in problems
                    if one.where.startswith(f"{kind.value}/")
                )
                for kind in KINDS
            }
            left = tuple(one for one in problems if one.where.split("/")[0] not in {k.value for k in KINDS})
            first = next((kind for kind in KINDS if by_kind[kind]), None)
            for kind in KINDS:
                if kind is not first:
                    self.forms[kind].show_problems(by_kind[kind])
            if first is not None:
                self.steps.setCurrentIndex(KINDS.index(first))
                left = (*left, *self.forms[first].show_problems(by_kind[first]))
                count = sum(len(found) for found in by_kind.values())
                names = tr("、").join(
                    self.steps.tabText(n).split()[-1] for n, kind in enumerate(KINDS) if by_kind[kind]
                )
                text = tr("还有 {count} 处要改：{names}。", count=count, names=names)
                if left:
                    text += "\n" + self.desk.say(left[:3])
                self.banner.tell(text, "danger")
            else:
                self.show_problems(problems)

        self.save(hand_in)
