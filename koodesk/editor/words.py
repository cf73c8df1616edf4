# SPDX-License-Identifier: Apache-2.0
"""The editor's words: Chinese source strings, translated like the rest of the window.

Same convention as the window's own `tr` (context "koodesk", named placeholders, English in
`resources/i18n/en/editor.toml`); here because the editor may not import the window. The language of names that come
from the rule pack is asked for here as well, so that no panel decides it alone.
"""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLocale

CONTEXT = "koodesk"


def tr(source: str, /, **values: object) -> str:
    """Return `source` in the window's language with `{name}` placeholders filled.

    Raises KeyError when a placeholder has no value.
    """
    text = QCoreApplication.translate(CONTEXT, source)
    return text.format(**values) if values else text


def chinese() -> bool:
    """Tell whether names from the rule pack are shown in Chinese.

    The catalogue answers, not the system: it is what the user switched to. An English catalogue translates this one
    word; without a catalogue the source language stands.
    """
    return tr("中文界面") == "中文界面"


def named(zh: str, en: str) -> str:
    """Choose between the two names the rule pack carries."""
    return zh if chinese() or not en else en


def list_of(items: tuple[str, ...]) -> str:
    """Join names as the language does: 华为、小米 or Huawei, Xiaomi."""
    return ("、" if chinese() else ", ").join(items)


def about(what: str, sentence: str) -> str:
    """Put what a sentence is about before it; nothing for an empty name."""
    return f"{what}{'：' if chinese() else ': '}{sentence}" if what else sentence


def number(value: int) -> str:
    """Group digits for reading."""
    return QLocale(QLocale.Language.English).toString(value)
