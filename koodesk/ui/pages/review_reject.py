# SPDX-License-Identifier: Apache-2.0
"""Rejecting (驳回): why, and about which slot or field. Common reasons are data and can be taken as they are or changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from koodesk import paths
from koodesk.domain.carrier import Carrier
from koodesk.domain.review_reasons import CommonReason, read_common_reasons
from koodesk.domain.vendor import Vendor
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.review_detail import title_of
from koodesk.ui.pages.review_places import places_of
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, choice, text_edit


@lru_cache(maxsize=1)
def common_reasons() -> tuple[CommonReason, ...]:
    """Read the reasons that ship."""
    return read_common_reasons((paths.resources() / "rules" / "review_reasons.toml").read_text("utf-8"))


class RejectSheet(Sheet):
    """Place, common reason, and the words the submitter will read."""

    def __init__(
        self, page: Page, row: Any, party: Vendor | Carrier | None, done: Callable[[Any], None]
    ) -> None:
        super().__init__(page, tr("驳回“{name}”", name=title_of(row)), tr("驳回"), self._take, width=560)
        self._page, self._row, self._party, self._done = page, row, party, done
        self.form = Form()
        try:
            body = json.loads(row.body or "{}")
        except ValueError:
            body = {}
        places = places_of(row.kind.value, body if isinstance(body, dict) else {})
        self.place = choice([(tr("整体"), ""), *places])
        self.form.add(
            "where", tr("针对"), self.place, hint=tr("选了具体位置，提交人会在编辑器或表单的那一处看到。")
        )
        english = i18n.language() == "en"
        common = [
            (one.en if english else one.zh, one.en if english else one.zh)
            for one in common_reasons()
            if not one.kinds or row.kind.value in one.kinds
        ]
        self.common = choice([(tr("自己写"), ""), *common], self._fill)
        self.form.add("common", tr("常用原因"), self.common)
        self.reason = text_edit(tr("写给提交人看：哪里不对，怎么改"), rows=4)
        self.form.add("reason", tr("驳回原因"), self.reason, required=True, limit=200)
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        self.reason.setFocus()

    def _fill(self) -> None:
        if self.common.value:
            self.reason.setPlainText(self.common.value)

    def _take(self) -> None:
        text, where = self.reason.toPlainText(), self.place.value or ""

        def done(found: Any) -> None:
            self.accept()
            self._done(found)

        def failed(problems: Any) -> None:
            left = self.form.show_problems(problems)
            if left:
                self.banner.tell(self._page.desk.say(left))

        self._page.run(
            lambda service: service.reviews.reject(self._row.id, text, self._party, where), done, failed
        )
