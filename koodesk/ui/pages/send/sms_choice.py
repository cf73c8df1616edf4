# SPDX-License-Identifier: Apache-2.0
"""Application -> signature -> SMS template, as the forms choose them that send an SMS of one's own: each narrows the next."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from koodesk.ui.i18n import tr_one
from koodesk.ui.widgets.forms import Form, choice


class SmsChoice:
    """The three fields. `fits` says which templates may be chosen, `signed` takes the signature's name whenever it may be
    another, `chosen` follows the template."""

    def __init__(
        self,
        form: Form,
        fits: Callable[[Any], bool],
        chosen: Callable[[], None],
        signed: Callable[[str], None] = lambda _name: None,
    ) -> None:
        self._fits, self._chosen, self._signed = fits, chosen, signed
        self._signatures: tuple[Any, ...] = ()
        self._templates: tuple[Any, ...] = ()
        self.app = choice([], self.follow)
        self.signature = choice([], self._signature_chosen)
        self.template = choice([], self._chosen)
        form.add("app_id", tr_one("短消息应用"), self.app, required=True)
        form.add("signature_id", tr_one("短消息签名"), self.signature, required=True)
        form.add("sms_template", tr_one("短消息模板"), self.template, required=True)

    def show(
        self, apps: Sequence[Any], signatures: Sequence[Any], templates: Sequence[Any], wanted: int = 0
    ) -> None:
        """Offer what can be chosen, without telling; `wanted` is a template to choose, 0 keeps what is chosen. `follow` comes next."""
        self._signatures = tuple(signatures)
        self._templates = tuple(row for row in templates if self._fits(row))
        row = next((row for row in self._templates if row.id == wanted), None)
        sign = next((s for s in self._signatures if row is not None and s.id == row.signature_id), None)
        self.app.put(
            [(a.name, a.id) for a in apps if a.usable], sign.app_id if sign is not None else self.app.value
        )
        if row is not None:  # what `follow` keeps
            self.signature.put([(row.signature_name, row.signature_id)], row.signature_id)
            self.template.put([(row.name, row.id)], row.id)

    @property
    def any(self) -> bool:
        """Tell whether there is a template that could be chosen."""
        return bool(self._templates)

    @property
    def row(self) -> Any:
        """The chosen SMS template, or None."""
        return next((t for t in self._templates if t.id == self.template.value), None)

    def follow(self) -> None:
        """Offer the signatures of the chosen application, and what follows from them."""
        rows = [(f"【{s.name}】", s.id) for s in self._signatures if s.app_id == self.app.value and s.usable]
        self.signature.put(rows, self.signature.value)
        self._signature_chosen()

    def _signature_chosen(self) -> None:
        chosen = next((row for row in self._signatures if row.id == self.signature.value), None)
        self._signed(chosen.name if chosen is not None else "")
        rows = [(t.name, t.id) for t in self._templates if t.signature_id == self.signature.value]
        self.template.put(rows, self.template.value)
        self._chosen()
