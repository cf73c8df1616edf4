# SPDX-License-Identifier: Apache-2.0
"""The recovery log: what was done comes back, with its history; a torn or changed log loses only its end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from koodesk import paths
from koodesk.domain.edits import AddParam, SetName, SetText
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.template import Template
from koodesk.editor import recovery
from koodesk.editor.document import TemplateDocument
from koodesk.editor.recovery import RecoveryLog
from tests.starters import starter

pytestmark = pytest.mark.gui


def text_of(document: TemplateDocument, content: str = "title") -> str:
    return str(getattr(document.template.content(content), "text"))  # noqa: B009 - contents have it or not


def written(folder: Path, template: Template, name: str = "card-1") -> tuple[TemplateDocument, Path]:
    """A document with three steps, one of them undone, and its closed log."""
    document = TemplateDocument(template, "somewhere")
    path = recovery.log_path(folder, name)
    log = RecoveryLog(document, path, "somewhere")
    log.begin()
    gesture = document.new_gesture()
    for text in ("春", "春节", "春节快乐"):
        document.apply(SetText("title", text), gesture)
    document.apply(SetName("节日卡"))
    document.apply(AddParam("money", "8"))
    document.undo()
    log.close()
    return document, path


def test_replaying_gives_the_same_template_and_history(tmp_path: Path, template: Template) -> None:
    document, path = written(tmp_path, template)
    again = recovery.replay(path)
    assert again is not None
    assert again.template == document.template
    assert (again.depth, again.undo_code, again.redo_code) == (2, "set_name", "add_param")
    again.redo()
    assert [p.name for p in again.template.params] == ["name", "money"]
    for _ in range(3):
        again.undo()
    assert again.template == template


def test_pending_names_only_what_was_not_saved(tmp_path: Path, template: Template) -> None:
    document, path = written(tmp_path, template)
    assert [(d.name, d.moves) for d in recovery.pending(tmp_path)] == [("card-1", 2)]
    again = recovery.replay(path)
    assert again is not None
    log = RecoveryLog(again, path)
    log.begin(keep=True)
    again.mark_saved(again.digest)
    log.close()
    assert recovery.pending(tmp_path) == ()
    third = recovery.replay(path)
    assert third is not None
    assert third.template == document.template
    assert third.depth == 2
    assert not third.is_dirty


def test_a_torn_last_line_is_left_out_and_the_file_goes_on(tmp_path: Path, template: Template) -> None:
    _, path = written(tmp_path, template)
    data = path.read_bytes()
    path.write_bytes(data + b'{"do": "edit", "edit": {"ed')
    again = recovery.replay(path)
    assert again is not None
    assert again.depth == 2
    assert path.read_bytes() == data
    log = RecoveryLog(again, path)
    log.begin(keep=True)
    again.apply(SetText("title", "再来"))
    log.close()
    third = recovery.replay(path)
    assert third is not None
    assert text_of(third) == "再来"


@pytest.mark.parametrize(
    "bad",
    [
        b"\n",
        b"[]\n",
        b'{"do": "nothing", "digest": ""}\n',
        b'{"do": "edit", "edit": {"edit": "set_text", "content": "no", "text": ""}, "gesture": 0, "digest": ""}\n',
        b'{"do": "edit", "edit": {"edit": "set_name", "name": "x"}, "gesture": 0, "digest": "other"}\n',
        b"[" * 100_000 + b"\n",
        b"\xff\xfe\n",
    ],
)
def test_a_bad_line_ends_the_replay_before_it(tmp_path: Path, template: Template, bad: bytes) -> None:
    document, path = written(tmp_path, template)
    good = path.read_bytes()
    path.write_bytes(good + bad + good.splitlines(keepends=True)[1])
    again = recovery.replay(path)
    assert again is not None
    assert again.template == document.template
    assert again.depth == 2
    assert path.read_bytes() == good


@pytest.mark.parametrize("first", [b"", b"\n", b"{}\n", b'{"koodesk_recovery": 99}\n', b"\x00" * 50])
def test_a_log_without_a_readable_start_is_none(tmp_path: Path, first: bytes) -> None:
    path = recovery.log_path(tmp_path, "card-9")
    path.write_bytes(first)
    assert recovery.replay(path) is None
    assert recovery.pending(tmp_path) == ()
    assert path.read_bytes() == first


def test_a_changed_start_is_not_believed(tmp_path: Path, template: Template) -> None:
    _, path = written(tmp_path, template)
    head, _, rest = path.read_bytes().partition(b"\n")
    record = json.loads(head)
    record["template"]["name"] = "另一张"
    path.write_bytes(json.dumps(record).encode() + b"\n" + rest)
    assert recovery.replay(path) is None


def test_discard_removes_the_log(tmp_path: Path, template: Template) -> None:
    document = TemplateDocument(template)
    path = recovery.log_path(tmp_path, "card-1")
    log = RecoveryLog(document, path)
    log.begin()
    document.apply(SetName("x"))
    log.discard()
    assert not path.exists()
    document.apply(SetName("y"))
    assert not path.exists()


@pytest.mark.parametrize("name", ["", "../card", "a/b", "a b", "卡"])
def test_a_name_is_never_a_path(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        recovery.log_path(tmp_path, name)


EDITING = """
import sys
import time
from pathlib import Path
from koodesk import paths
from koodesk.domain.edits import SetText
from koodesk.domain.rule_pack_reader import read_pack_folder
from tests.starters import starter
from koodesk.editor import recovery
from koodesk.editor.document import TemplateDocument
document = TemplateDocument(starter(read_pack_folder(paths.resources() / "rules").layouts["RedPacket"]))
recovery.RecoveryLog(document, recovery.log_path(Path(sys.argv[1]), "card-1")).begin()
for number in range(1_000_000):
    document.apply(SetText("title", str(number)))
    print(number, flush=True)
    sys.stdin.readline()
    time.sleep(0.02)  # the pace of the fastest hands: the promise is about what a person does
"""


@pytest.mark.crash
def test_a_killed_process_loses_at_most_25_operations(tmp_path: Path) -> None:
    steps = 40
    child = subprocess.Popen(
        [sys.executable, "-c", EDITING, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=paths.resources().parent,
        env={**os.environ, "PYTHONPATH": str(paths.resources().parent)},
    )
    assert child.stdin is not None
    assert child.stdout is not None
    told = -1
    for _ in range(steps):
        told = int(child.stdout.readline())
        child.stdin.write("\n")
        child.stdin.flush()
    child.send_signal(signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    child.communicate()
    again = recovery.replay(recovery.log_path(tmp_path, "card-1"))
    assert again is not None
    kept = int(text_of(again))
    assert told - 25 <= kept
    # Every step that was kept can be undone, down to the starter.
    assert again.depth == kept + 1
    while again.undo_code:
        again.undo()
    assert again.template == starter(read_pack_folder(paths.resources() / "rules").layouts["RedPacket"])
