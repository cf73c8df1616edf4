# SPDX-License-Identifier: Apache-2.0
"""Chinese first, English complete, switched while running.

Source texts are Chinese and go through Qt's translation. The English catalogue is a set of TOML files
(`resources/i18n/en/*.toml`, "中文" = "English"); a translator object answers from it. A test compares the texts in the
code with the catalogue in both directions.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale, QObject, QTranslator

from koodesk import paths
from koodesk.messages import straight

CONTEXT: Final = "koodesk"
LANGUAGES: Final = ("zh", "en")


class CatalogueTranslator(QTranslator):
    """Answers Qt's questions for translations from a plain mapping."""

    def __init__(self, texts: dict[str, str], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._texts = texts

    def translate(self, context: str, sourceText: str, disambiguation: str | None = None, n: int = -1) -> str:
        """Return the English text, and the source where the catalogue has none.

        Qt takes an empty answer for a translation: its own words would be gone, and with them the names of errors that its
        readers of pictures tell a foreign format by.
        """
        del disambiguation, n
        return self._texts.get(sourceText, sourceText) if context == CONTEXT else sourceText

    def isEmpty(self) -> bool:
        """Tell Qt that there is something to ask for."""
        return not self._texts


@lru_cache(maxsize=1)
def english() -> dict[str, str]:
    """Read the whole English catalogue."""
    texts: dict[str, str] = {}
    for file in sorted((paths.resources() / "i18n" / "en").glob("*.toml")):
        read: dict[str, str] = tomllib.loads(file.read_text("utf-8"))
        texts.update({source: straight(text) for source, text in read.items()})
    return texts


def system_language() -> str:
    """Return "zh" on a Chinese system, "en" elsewhere."""
    return "zh" if QLocale.system().language() == QLocale.Language.Chinese else "en"


_installed: CatalogueTranslator | None = None
_language = "zh"


def language() -> str:
    """Return the language in force."""
    return _language


def install(name: str) -> None:
    """Put a language in force: "zh", "en" or "system"."""
    global _installed, _language  # noqa: PLW0603 - one language an application, as Qt has one set of translators
    _language = system_language() if name == "system" else name
    application = QCoreApplication.instance()
    assert application is not None
    if _installed is not None:
        application.removeTranslator(_installed)
        _installed = None
    if _language == "en":
        _installed = CatalogueTranslator(english(), application)
        application.installTranslator(_installed)


def tr(text: str, **values: object) -> str:
    """Translate a Chinese source text and fill its named places: `tr("共 {count} 条", count=3)`."""
    found = QCoreApplication.translate(CONTEXT, text) or text
    return found.format(**values) if values else found


ONE: Final = " (1)"


def tr_one(text: str) -> str:
    """Translate what names one thing, where the same Chinese word is elsewhere the name of many: the catalogue has it as "… (1)"."""
    found = QCoreApplication.translate(CONTEXT, text + ONE)
    return text if found in ("", text + ONE) else found
