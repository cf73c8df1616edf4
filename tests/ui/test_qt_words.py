# SPDX-License-Identifier: Apache-2.0
"""What Qt says and reads by itself is the same in every language: the catalogue answers only for what it has."""

from __future__ import annotations

import pytest

from koodesk import paths

pytestmark = pytest.mark.gui


@pytest.mark.usefixtures("look")
@pytest.mark.parametrize("language", ["zh", "en"])
def test_qt_keeps_its_own_words_and_knows_pictures_by_their_content(language: str) -> None:
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QImage

    from koodesk.ui import i18n

    i18n.install(language)
    assert QCoreApplication.translate("QPlatformTheme", "Cancel") == "Cancel"
    # A reader of Qt's that tells a foreign format by the words of its error claimed every JPEG while they were empty.
    content = (paths.resources() / "samples" / "videos" / "car-cover.jpg").read_bytes()
    assert not QImage.fromData(content).isNull()
