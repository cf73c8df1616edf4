# SPDX-License-Identifier: Apache-2.0
"""What every send form does alike: two columns, what is still missing beside the button, asking what exactly would be
sent, and putting each refusal where it belongs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, ClassVar, Final

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QScrollArea, QVBoxLayout, QWidget

from koodesk.domain.problem import Problem, Refused, problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet
from koodesk.ui.pages.send.cost_card import budget_problems, say_cost
from koodesk.ui.pages.send.numbers_card import NumbersCard
from koodesk.ui.pages.send.time_card import TimeCard
from koodesk.ui.pages.send.waves_card import WavesCard
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.forms import Form, reveal

ESTIMATE_MS: Final = 400
"""How long the form stands still before its cost is forecast."""


def engine_now(service: Any) -> int:
    """Return the engine's clock in ms, 0 while it is away: a form is filled in without it."""
    try:
        return int(service.engine.status().now_ms)
    except Refused:
        return 0


class SendForm(Page):
    """Fill in, test, confirm. A form makes `audience`, `time`, `form`, `name` and `budget` in `build`, then calls `follow`."""

    sends: ClassVar[str] = ""
    """The action of sending what this form makes."""

    audience: NumbersCard
    time: TimeCard
    waves: WavesCard
    form: Form
    name: Any
    budget: QLineEdit
    cost: QLabel

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    # --- each form's own -------------------------------------------------------------------------------------

    def wants(self) -> tuple[str, ...]:
        """Name what still has to be filled in, in the order of the page."""
        raise NotImplementedError

    def draft(self) -> Any:
        """Return the form as a draft."""
        raise NotImplementedError

    def estimate(self, service: Any, draft: Any) -> Any:
        """Forecast what the draft costs. Raises Refused while it is not complete."""
        raise NotImplementedError

    def ask(self, service: Any, draft: Any) -> Any:
        """Have the draft prepared: return the confirmation. Raises Refused."""
        raise NotImplementedError

    def promotion(self) -> bool:
        """Tell whether what is sent is promotion, which needs a consent."""
        raise NotImplementedError

    def anything(self) -> bool:
        """Tell whether there is anything that could be sent."""
        raise NotImplementedError

    def audience_changed(self) -> None:
        """Follow another audience."""
        raise NotImplementedError

    def forms(self) -> tuple[Form, ...]:
        """Return the forms that refusals may belong to, those to look in first first."""
        return (self.audience.consent_form, self.form, self.waves.form)

    def more_unfilled(self) -> tuple[Problem, ...]:
        """Return what else is plainly not filled in."""
        return ()

    # --- layout ----------------------------------------------------------------------------------------------

    def lay_out(self) -> tuple[QVBoxLayout, QVBoxLayout]:
        """Make the head's button and the two columns; return them: what is filled in, and what people will see."""
        self.send_button = button(tr("发送"), self.prepare, kind="primary", icon="send", name=self.page_id)
        self.missing = label("", "second")
        self.missing.setObjectName(f"{self.page_id}-missing")
        self.head_actions.addWidget(self.missing)
        self.add_action(self.send_button, self.sends)
        self._preparing = False
        self._standing = ""
        self._estimating = QTimer(self)
        self._estimating.setSingleShot(True)
        self._estimating.setInterval(ESTIMATE_MS)
        self._estimating.timeout.connect(self._estimate)
        self.body.setContentsMargins(24, 8, 16, 16)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        left = self._column(columns, 3)
        right = self._column(columns, 2)
        self.body.addLayout(columns, 1)
        return left, right

    def follow(self) -> None:
        """Follow what is filled in."""
        self.audience.changed.connect(self._audience_changed)
        self.audience.consent.textChanged.connect(lambda _: self.show_missing())
        self.audience.consent_kind.currentIndexChanged.connect(lambda _: self.show_missing())
        self.name.textChanged.connect(lambda _: self.show_missing())

    @staticmethod
    def _column(columns: QHBoxLayout, stretch: int) -> QVBoxLayout:
        """Make a column that scrolls by itself, so that the other one stays in sight."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(16)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.addWidget(area, stretch)
        return column

    def show_missing(self) -> None:
        """Say beside the button what is missing; without anything to send the button cannot help."""
        wants = self.wants()
        self.missing.setText(tr("还缺：{names}", names=tr("、").join(wants)) if wants else "")
        self.send_button.setToolTip(self.missing.text())
        self.send_button.setEnabled(self.anything() and not self._preparing)
        if wants:
            say_cost(self.cost, None)
        else:
            self._estimating.start()

    def say_standing(self, text: str, jump: str = "", then: Callable[[], object] | None = None) -> None:
        """Say on the banner what stands in the way of any send as of now; empty when nothing does any more.

        What the banner has been told since is left there.
        """
        if text:
            self.banner.tell(text, "warning", jump, then)
        elif self._standing and self.banner.accessibleName() == self._standing:
            self.banner.hide()
        self._standing = text

    def _estimate(self) -> None:
        """Forecast what the form would cost now; what is not complete yet has no forecast."""
        if self.wants() or not self.isVisible():
            return
        draft = self.draft()
        self.run(
            lambda service: self.estimate(service, draft),
            lambda forecast: say_cost(self.cost, forecast),
            lambda _problems: say_cost(self.cost, None),
        )

    def _audience_changed(self) -> None:
        self.audience_changed()
        for field in self.audience.consent_form.fields.values():
            field.setVisible(self.promotion() or self.audience.audience is not None)
        self.show_missing()

    @property
    def consent_missing(self) -> bool:
        """Tell whether the checked numbers need a consent that is not written."""
        checked = self.audience.audience is not None
        return checked and self.promotion() and not self.audience.consent_given

    # --- sending ---------------------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Ask the service what exactly would be sent, and show it for confirmation."""
        unfilled = self._unfilled()
        if unfilled or self.audience.audience is None:
            self._refused(unfilled)
            return
        draft, keep = self.draft(), self.audience.unsaved_consent()
        self._preparing = True
        self.show_missing()

        def work(service: Any) -> Any:
            if keep is not None:
                service.audiences.set_consent(*keep)
            return self.ask(service, draft)

        def show(confirmation: Any) -> None:
            self._preparing = False
            self.show_missing()
            self._refused(())
            ConfirmSheet(self, confirmation, self._confirmed).open()

        def failed(problems: Any) -> None:
            self._preparing = False
            self.show_missing()
            self._refused(problems)

        self.run(work, show, failed)

    def _unfilled(self) -> tuple[Problem, ...]:
        """Return what is plainly not filled in, in the words the service would use: all at once, without asking it."""
        found = [] if self.name.text().strip() else [problem("campaign.name.empty", "name")]
        found += self.more_unfilled()
        found += budget_problems(self.budget)
        if self.consent_missing:
            found.append(problem("campaign.consent.missing", "consent"))
        return tuple(found)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem where it belongs: beside a field, under the numbers or the time, the rest on the banner."""
        if self.audience.audience is None:
            self.audience.say(tr("还没有号码：上传号码文件，或手动输入后解析。"))
        left = tuple(
            replace(p, where="consent") if p.code == "campaign.consent.missing" else p for p in problems
        )
        for form in self.forms():
            left = form.show_problems(left)
        about_numbers = tuple(p for p in left if p.where in ("audience", "fallback"))
        if about_numbers:
            self.audience.say(self.desk.say(about_numbers))
            reveal(self.audience.wrong)
        about_time = tuple(p for p in left if p.where == "start_at")
        self.time.say(self.desk.say(about_time))
        if about_time:
            reveal(self.time.wrong)
        self.banner.hide()
        if left:
            self.show_problems(left)
        elif not problems and self.audience.audience is None:
            self.audience.picker.setFocus()
            reveal(self.audience.wrong)

    def _confirmed(self, campaign: Any) -> None:
        self.desk.changed.emit("campaigns")
        self.desk.go("campaigns", campaign_id=campaign.id)
