# SPDX-License-Identifier: Apache-2.0
"""A database another process keeps, and a disk without room: typed refusals with sentences, and a window that lives."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.journeys.windows import Windows

pytestmark = [pytest.mark.gui, pytest.mark.slow]

HOLDER = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.readline()
"""


def test_a_database_locked_by_another_process_is_a_sentence_and_then_over(
    windows: Windows, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from koodesk.backend.storage import sqlite_file
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.robot import Stuck
    from koodesk.demo.telling import Plan
    from koodesk.ui.widgets.forms import Form

    # Each of the two refusals comes after that long, whatever it is; nobody else wants to write here.
    monkeypatch.setattr(sqlite_file, "BUSY_SECONDS", 2)
    monkeypatch.setitem(sqlite_file._CONNECT, "timeout", 2)
    robot = windows.open(sample, processes=False)
    story = RedPacketStory(robot, Plan(tmp_path, 1, 1))
    held = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(sample / "koodesk.db")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert held.stdout is not None
    try:
        assert held.stdout.readline() == "held\n"
        with pytest.raises(Stuck, match=r"[\u4e00-\u9fff]"):
            story.ask(lambda service: service.cards.new("RedPacket"))
        # Reading goes on meanwhile, and a form keeps what was typed.
        robot.go("sms_signatures")
        assert not robot.page.banner.isVisible()
        robot.go("studio")
        robot.click("new-card")
        robot.choose_layout("RedPacket")
        robot.settle()
        assert robot.page.banner.isVisible()
        assert robot.window.current_id == "studio"
    finally:
        held.communicate("done\n")
    robot.click("new-card")
    robot.choose_layout("RedPacket")
    robot.wait(lambda: robot.window.current_id == "editor", "the card is made once the database is free")
    robot.settle()
    assert not robot.window.findChildren(Form) or robot.window.isVisible()


FULL = textwrap.dedent(
    """
    import os, resource, signal, sys
    from pathlib import Path
    from koodesk import app
    from koodesk.backend.workspace import Workspace
    from koodesk.demo.robot import Robot, Stuck
    from koodesk.demo.red_packet import RedPacketStory
    from koodesk.demo.telling import Plan

    folder = Path(sys.argv[1])
    window = app.build_window(Workspace(folder / "ws"), processes=False)
    window.show()
    robot = Robot(window)
    robot.settle()
    story = RedPacketStory(robot, Plan(folder, 1, 1))
    before = story.ask(lambda service: service.cards.new("RedPacket"))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # Python's own default: a write fails with EFBIG
    room = max(p.stat().st_size for p in (folder / "ws").rglob("*") if p.is_file())
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, resource.RLIM_INFINITY))
    said = set()
    for _ in range(400):
        try:
            story.ask(lambda service: service.cards.duplicate(before.id))
        except Stuck as stuck:
            said.add(str(stuck))
            break
    try:
        story.ask(lambda service: service.materials.add_bytes("a.png", Path(sys.argv[2]).read_bytes()))
    except Stuck as stuck:
        said.add(str(stuck))
    robot.go("settings")
    robot.change_look(theme_name="dark")
    robot.settle()
    robot.go("studio")
    alive = robot.window.isVisible() and robot.window.current_id == "studio"
    resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    kept = story.ask(lambda service: service.cards.open(before.id)[0])
    story.ask(lambda service: service.cards.duplicate(before.id))
    print("SAID", "|".join(sorted(said)))
    print("ALIVE", alive, kept == before)
    window.close()
    """
)


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of a file there")
def test_a_full_disk_is_a_sentence_and_what_was_saved_is_there(tmp_path: Path) -> None:
    from koodesk.demo.files import paper

    picture = paper(tmp_path / "large.png", "很大")
    picture.write_bytes(picture.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", FULL, str(tmp_path), str(picture)],
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    told: dict[str, Any] = dict(line.split(" ", 1) for line in done.stdout.splitlines() if " " in line)
    assert done.returncode == 0, done.stderr
    assert told["ALIVE"] == "True True"
    said = told["SAID"].split("|")
    # The limit on a file's size stands in for a disk without room: SQLite calls it a failed write.
    assert any("写入" in text or "磁盘" in text for text in said), said
    assert not any("意料之外" in text for text in said), (said, done.stderr)
