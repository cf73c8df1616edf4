# SPDX-License-Identifier: Apache-2.0
"""Emptying a layout for new content."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication, QLayout


def clear(layout: QLayout) -> None:
    """Take everything out of a layout, nested layouts included, and delete the widgets.

    A focus inside is let go first: Qt would hand it to the first control of the window.
    """
    focus = QApplication.focusWidget()
    while layout.count():
        item = layout.takeAt(0)
        if item is None:
            continue
        widget, inner = item.widget(), item.layout()
        if widget is not None:
            if focus is not None and (widget is focus or widget.isAncestorOf(focus)):
                focus.clearFocus()
            widget.hide()
            widget.deleteLater()
        elif inner is not None:
            clear(inner)
