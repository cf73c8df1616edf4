# SPDX-License-Identifier: Apache-2.0
"""What a person does that a crash point lies in, as a program: `python -m tests.crash.actions NAME ARGS...`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from koodesk.backend.bootstrap import move_to_team, open_service
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.opening import open_database
from koodesk.backend.storage.stores.sending import SqlLedger
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import digest_of

EDITS: Final = 12


def importing(workspace: str, file: str) -> None:
    """Import a number file."""
    with open_service(Workspace(Path(workspace))) as service:
        service.audiences.check_file(Path(file), ("name", "amount"))


def confirming(workspace: str, snapshot: str, now_ms: str) -> None:
    """Confirm a snapshot."""
    text = Path(snapshot).read_text("utf-8")
    SqlLedger(open_database(Workspace(Path(workspace)))).create(digest_of(text), text, int(now_ms), "test")


def migrating(database: str) -> None:
    """Open a database, bringing an older one up to date."""
    Database(Path(database)).prepare()


def moving(workspace: str, url: str) -> None:
    """Move a workspace's file into a team's database."""
    move_to_team(Workspace(Path(workspace)), url)


def exporting(workspace: str, campaign: str, file: str) -> None:
    """Export who got what."""
    with open_service(Workspace(Path(workspace))) as service:
        options = {"campaign": int(campaign), "reason": "test"}
        service.exports.wait(service.exports.start("details", Path(file), options).id)


def autosaving(file: str) -> None:
    """Type into a card whose log is kept."""
    from PySide6.QtCore import QCoreApplication

    from koodesk import paths
    from koodesk.domain.edits import SetText
    from koodesk.domain.rule_pack_reader import read_pack_folder
    from koodesk.editor.document import TemplateDocument
    from koodesk.editor.recovery import RecoveryLog
    from tests.starters import starter

    app = QCoreApplication([])
    document = TemplateDocument(
        starter(read_pack_folder(paths.resources() / "rules").layouts["RedPacket"]), "somewhere"
    )
    log = RecoveryLog(document, Path(file), "somewhere")
    log.begin()
    for number in range(1, EDITS + 1):
        document.apply(SetText("title", f"第{number}次"), document.new_gesture())
    log.close()
    app.quit()


ACTIONS: Final[dict[str, Callable[..., None]]] = {
    action.__name__: action for action in (importing, confirming, migrating, moving, exporting, autosaving)
}


def main(arguments: Sequence[str]) -> None:
    """Do what is named."""
    ACTIONS[arguments[0]](*arguments[1:])


if __name__ == "__main__":
    main(sys.argv[1:])
