# SPDX-License-Identifier: Apache-2.0
"""The certificate of a finished send task: asked for with a reason, written as a file, and checked again."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from koodesk.backend.testing import FixedClock, ScriptedGateway
from koodesk.backend.workspace import Workspace
from tests.backend.sending.workshop import open_workshop

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.campaign_certificate import CertificateSheet, VerifiedSheet

pytestmark = pytest.mark.gui


@pytest.fixture
def opened(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on a workspace with a finished campaign to twenty people."""
    from tests.journeys.windows import Windows

    Workspace(tmp_path / "ws").create()
    workshop = open_workshop(tmp_path / "ws", ScriptedGateway(clock=FixedClock(tick_ms=50)))
    workshop.run(workshop.confirm(20))
    workshop.database.close()
    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()


def test_a_certificate_is_written_with_a_reason_and_checked_again(opened: Robot, tmp_path: Path) -> None:
    from PySide6.QtWidgets import QFileDialog, QLabel

    robot = opened
    robot.go("campaigns")
    robot.click("certificate")
    sheet = cast("CertificateSheet", robot.sheet())
    robot.click(sheet.accept_button)
    robot.settle()
    assert sheet.reason.property("state") == "error", "without a reason nobody is asked for a place"
    assert robot.window.findChild(QFileDialog) is None

    robot.fill(sheet.reason, "给客户的凭证")
    target = tmp_path / "凭证.zip"
    sheet._write(target)  # the dialog for the place is the system's
    robot.wait(lambda: not robot.open_sheets() and target.exists(), "the certificate is written")
    robot.settle()
    with zipfile.ZipFile(target) as archive:
        assert archive.testzip() is None

    checked = _check(robot, target)
    assert checked.banner.accessibleName() == "核对无误。"
    said = [one.text() for one in checked.findChildren(QLabel)]
    assert "20 / 20" in said
    robot.click(checked.accept_button)

    spoiled = tmp_path / "改过.zip"
    with zipfile.ZipFile(target) as archive, zipfile.ZipFile(spoiled, "w") as copy:
        for name in archive.namelist():
            body = archive.read(name)
            copy.writestr(
                name, body.replace(b"sent_once", b"not_sent ", 1) if name.endswith(".csv") else body
            )
    assert _check(robot, spoiled).banner.accessibleName() != "核对无误。"


def _check(robot: Robot, path: Path) -> VerifiedSheet:
    robot.click("certificate")
    cast("CertificateSheet", robot.sheet()).check(path)
    robot.wait(lambda: len(robot.open_sheets()) == 1, "the first sheet has gone")
    found = cast("VerifiedSheet", robot.sheet())
    robot.wait(found.banner.isVisible, "it is checked")
    return found
