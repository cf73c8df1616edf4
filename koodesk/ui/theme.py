# SPDX-License-Identifier: Apache-2.0
"""Light and dark: base colours -> roles -> one palette and one stylesheet.

Themes are data (`resources/themes/*.toml`). Widgets name roles and never colours; `role()` answers for code that
paints by hand, and always for the theme in force.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QColor, QFont, QFontDatabase, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from koodesk import paths

BASE_TEXT_PX: Final = 13
FONT_FAMILY: Final = "Noto Sans SC"


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme by name, with the colour of each role as "#RRGGBB"."""

    name: str
    roles: dict[str, str]

    def color(self, role: str) -> QColor:
        """Return a role's colour. Raises KeyError for a role no theme has."""
        return QColor(self.roles[role])


@lru_cache(maxsize=4)
def load(name: str) -> Theme:
    """Read a theme. Raises KeyError when a role names a base colour that is not there."""
    data = tomllib.loads((paths.resources() / "themes" / f"{name}.toml").read_text("utf-8"))
    return Theme(name, {role: data["base"][base] for role, base in data["roles"].items()})


class _Current(QObject):
    """Holds the theme in force and says when it changes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.theme = load("light")


_current: _Current | None = None


def current() -> _Current:
    """Return the holder of the theme in force; made on first use, after the application."""
    global _current  # noqa: PLW0603 - one theme an application, as Qt has one palette
    if _current is None:
        _current = _Current()
    return _current


def role(name: str) -> QColor:
    """Return the colour of a role in the theme in force."""
    return current().theme.color(name)


def is_dark() -> bool:
    """Tell whether the dark theme is in force."""
    return current().theme.name == "dark"


def system_prefers_dark() -> bool:
    """Tell what the desktop asks for."""
    from PySide6.QtCore import Qt

    return QGuiApplication.styleHints().colorScheme() == Qt.ColorScheme.Dark


@lru_cache(maxsize=1)
def load_fonts() -> tuple[str, ...]:
    """Register the bundled Chinese font once, so that text looks the same on every machine."""
    families: list[str] = []
    for file in sorted((paths.resources() / "fonts").glob("*.ttf")):
        number = QFontDatabase.addApplicationFont(str(file))
        families += QFontDatabase.applicationFontFamilies(number)
    return tuple(dict.fromkeys(families))


def apply(application: QApplication, name: str) -> None:
    """Put a theme in force: "light", "dark" or "system"."""
    from koodesk.ui import icons

    theme = load(("dark" if system_prefers_dark() else "light") if name == "system" else name)
    current().theme = theme
    icons.forget()
    load_fonts()
    font = QFont(FONT_FAMILY)
    font.setPixelSize(BASE_TEXT_PX)
    application.setStyle("Fusion")
    application.setFont(font)
    application.setPalette(_palette(theme))
    application.setStyleSheet(stylesheet(theme))
    current().changed.emit()


def stylesheet(theme: Theme) -> str:
    """Fill the one stylesheet template with a theme's roles. Raises KeyError on an unknown role."""
    from koodesk.ui import icons

    text = (paths.resources() / "themes" / "style.qss").read_text("utf-8")
    text = re.sub(
        r"@icon:([a-z0-9-]+)", lambda m: icons.file(m[1], theme.color("text_second")).as_posix(), text
    )
    text = re.sub(
        r"@icon-on:([a-z0-9-]+)", lambda m: icons.file(m[1], theme.color("on_accent")).as_posix(), text
    )
    return re.sub(r"@([a-z_0-9]+)", lambda m: theme.roles[m[1]], text)


def _palette(theme: Theme) -> QPalette:
    palette = QPalette()
    group = QPalette.ColorRole
    for target, name in (
        (group.Window, "window"),
        (group.WindowText, "text"),
        (group.Base, "surface"),
        (group.AlternateBase, "sunken"),
        (group.Text, "text"),
        (group.Button, "surface"),
        (group.ButtonText, "text"),
        (group.BrightText, "on_accent"),
        (group.Highlight, "accent"),
        (group.HighlightedText, "on_accent"),
        (group.Accent, "accent"),
        (group.Link, "accent"),
        (group.PlaceholderText, "text_hint"),
        (group.ToolTipBase, "text"),
        (group.ToolTipText, "window"),
        (group.Light, "surface"),
        (group.Midlight, "sunken"),
        (group.Mid, "border_strong"),
        (group.Dark, "border_strong"),
        (group.Shadow, "border_strong"),
    ):
        palette.setColor(target, theme.color(name))
    for target in (group.Text, group.WindowText, group.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, target, theme.color("text_hint"))
    return palette


def repolish(widget: object) -> None:
    """Make Qt read the stylesheet again for a widget whose dynamic property changed; one that was never shown reads it then."""
    from PySide6.QtCore import Qt
    from PySide6.QtWidgets import QWidget

    assert isinstance(widget, QWidget)
    if not widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        return
    widget.style().unpolish(widget)
    widget.style().polish(widget)
