# SPDX-License-Identifier: Apache-2.0
"""What pages of records have in common: a list of which one is chosen, buttons that follow its state, a sheet for a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.reasons import reason_lines
from koodesk.ui.times import due, due_note
from koodesk.ui.widgets.dialogs import confirm
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.listing import Listing
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service


class RecordsPage(Page):
    """Records of one kind. Subclasses build their head, call `add_list`, and say how the rows are fetched."""

    told_of: ClassVar[str] = ""
    """The desk's kind that a record added, changed or deleted here is told by; the page watches it."""

    def add_list(
        self, columns: Sequence[Column], empty: EmptyState, opened: Callable[[Any], object] | None = None
    ) -> None:
        """Put the list; a double click shows why a record was rejected, or what `opened` does."""
        self.listing = Listing(columns, empty, opened or self.show_reasons)
        self.listing.table.selectionModel().currentRowChanged.connect(lambda *_: self.chosen())
        self.body.addWidget(self.listing, 1)
        self.chosen()

    def fetch(self, service: Service) -> Any:
        """Return the rows."""
        raise NotImplementedError

    def add(self) -> None:
        """Begin a new record."""

    def chosen(self) -> None:
        """Offer what the state of the chosen record allows."""

    def called(self, row: Any) -> str:
        """Name a record."""
        return str(row.name)

    @property
    def row(self) -> Any:
        """The chosen record, None when none is."""
        return self.listing.table.current()

    def open(self, **arguments: Any) -> None:
        """Choose a record, or begin a new one when asked for it."""
        self.listing.want(arguments.get("record_id"))
        if arguments.get("add"):
            self.add()

    def refresh(self) -> None:
        """Fetch the list."""

        def show(rows: Any) -> None:
            self.listing.show_rows(rows)
            self.chosen()

        self.run(self.fetch, show)

    def show_reasons(self, row: Any) -> None:
        """Show why a record was rejected."""
        text = reason_lines(row.progress.reasons)
        if text:
            self.banner.tell(f"{self.called(row)}\n{text}", "danger")

    def told(self, text: str) -> None:
        """Say what was done, and show it."""
        self.banner.tell(text, "success")
        self.desk.changed.emit(self.told_of)

    def ask_to_delete(self, heading: str, text: str, accept: str, work: Callable[[Service], Any]) -> None:
        """Delete after asking."""
        confirm(
            self,
            heading,
            text,
            accept,
            lambda: self.run(work, lambda _: self.desk.changed.emit(self.told_of)),
        )


def state_column(kind: str, width: int = 130) -> Column:
    """Return the column of the review's state, in the words of `kind`; its tip says why a record was rejected."""
    return Column(
        tr("状态"),
        lambda r: states.word(kind, r.state.value),
        width,
        kind=lambda r: states.kind(kind, r.state.value),
        tip=lambda r: reason_lines(r.progress.reasons) or None,
    )


def due_column() -> Column:
    """Return the column that says when a review is expected to be over."""
    return Column(
        tr("预计完成"),
        lambda r: due(r.progress.due_ms, r.progress.calendar),
        160,
        tip=lambda r: due_note(r.progress.calendar) or None,
    )
