# SPDX-License-Identifier: Apache-2.0
"""The document of a video SMS and its recovery log: what was done comes back with its history, and nothing that was not."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.codec import encode
from koodesk.domain.video_sms.edits import Place
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate
from koodesk.editor import recovery
from koodesk.editor.recovery import RecoveryLog
from koodesk.editor.video_sms.document import FORMAT, Change, VideoDocument, log_path, replay
from tests.editor.video_sms.conftest import VIDEO

pytestmark = pytest.mark.gui

START = VideoTemplate("新车上市", (Frame((VIDEO,)), Frame((Text("欢迎"),))))


def typed(document: VideoDocument, text: str, gesture: int = 0) -> None:
    after = edits.set_text(document.template, Place(1, 0), text)
    document.apply(Change("set_text", "frame:2/element:1", after), gesture)


def written(folder: Path) -> tuple[VideoDocument, Path]:
    """A document with two steps, a third one undone, and its closed log."""
    document = VideoDocument(START, VideoDocument.digest_of(START))
    path = log_path(folder, 7)
    log = RecoveryLog(document, path, document.saved_digest, FORMAT)
    log.begin()
    gesture = document.new_gesture()
    for text in ("欢", "欢迎光", "欢迎光临"):
        typed(document, text, gesture)
    document.apply(Change("move", "frame:1", edits.move_frame(document.template, 0, 1)))
    document.apply(Change("set_title", "title", edits.set_title(document.template, "试驾")))
    document.undo()
    log.close()
    return document, path


def test_replaying_gives_the_same_template_and_history(tmp_path: Path) -> None:
    document, path = written(tmp_path)
    again = replay(path)
    assert again is not None
    assert again.template == document.template
    assert (again.depth, again.undo_code, again.redo_code) == (2, "move", "set_title")
    assert again.is_dirty
    again.redo()
    assert again.template.title == "试驾"
    for _ in range(3):
        again.undo()
    assert again.template == START
    assert not again.is_dirty


@pytest.mark.parametrize(
    "bad",
    [
        b'{"do": "edit", "edit": {"code": "x", "where": ""}, "gesture": 0, "digest": ""}\n',
        b'{"do": "edit", "edit": {"code": "x", "where": "", "template": "{}"}, "gesture": 0, "digest": ""}\n',
        b'{"do": "edit", "edit": {"code": "x", "where": "", "template": 5}, "gesture": 0, "digest": ""}\n',
        b'{"do": "edit", "edit": 5, "gesture": 0, "digest": ""}\n',
        b'{"do": "edit", "edit": {"cod',
    ],
)
def test_a_bad_line_ends_the_replay_before_it(tmp_path: Path, bad: bytes) -> None:
    document, path = written(tmp_path)
    good = path.read_bytes()
    path.write_bytes(good + bad)
    again = replay(path)
    assert again is not None
    assert (again.template, again.depth) == (document.template, 2)
    assert path.read_bytes() == good


def test_a_line_that_ends_at_another_digest_ends_the_replay(tmp_path: Path) -> None:
    document, path = written(tmp_path)
    good = path.read_bytes()
    change = {"code": "x", "where": "", "template": encode(edits.set_title(document.template, "别的"))}
    line = {"do": "edit", "edit": change, "gesture": 0, "digest": "other"}
    path.write_bytes(good + json.dumps(line, ensure_ascii=False).encode() + b"\n")
    again = replay(path)
    assert again is not None
    assert again.template == document.template
    assert path.read_bytes() == good


def test_a_changed_start_is_not_believed(tmp_path: Path) -> None:
    _, path = written(tmp_path)
    head, _, rest = path.read_bytes().partition(b"\n")
    record = json.loads(head)
    record["template"] = record["template"].replace("新车上市", "别人的")
    path.write_bytes(json.dumps(record).encode() + b"\n" + rest)
    assert replay(path) is None


def test_a_log_of_a_card_is_none_of_a_message_and_the_other_way_round(tmp_path: Path) -> None:
    _, path = written(tmp_path)
    assert recovery.replay(path) is None
    assert recovery.pending(tmp_path) == ()
    card = recovery.log_path(tmp_path, "card-1")
    card.write_bytes(path.read_bytes().replace(b"koodesk_video_recovery", b"koodesk_recovery"))
    assert replay(card) is None
    assert recovery.replay(card) is None


def test_the_choice_of_a_signature_is_something_to_save() -> None:
    document = VideoDocument(START, VideoDocument.digest_of(START))
    document.apply(Change("set_signature", "signature", edits.set_signature(START, 3)))
    assert document.is_dirty
    document.undo()
    assert not document.is_dirty


def test_a_stay_in_a_text_is_one_step_and_ends_with_it() -> None:
    document = VideoDocument(START)
    gesture = document.new_gesture()
    typed(document, "a", gesture)
    typed(document, "ab", gesture)
    assert document.depth == 1
    typed(document, "欢迎", gesture)
    assert document.depth == 0
    typed(document, "c", document.new_gesture())
    typed(document, "d")
    assert document.depth == 2


@given(st.lists(st.sampled_from(("type", "move", "undo", "redo", "remarks")), max_size=30), st.data())
def test_undo_without_limit_leads_back_to_the_beginning(acts: list[str], data: st.DataObject) -> None:
    document = VideoDocument(START)
    for act in acts:
        match act:
            case "type":
                place = next(
                    (Place(f, e) for f, e, one in document.template.elements() if isinstance(one, Text))
                )
                after = edits.set_text(document.template, place, data.draw(st.text("车好", max_size=3)))
                document.apply(Change("set_text", place.where, after))
            case "move":
                document.apply(Change("move", "frame:1", edits.move_frame(document.template, 0, 1)))
            case "remarks":
                document.apply(Change("set_remarks", "remarks", replace(document.template, remarks="备注")))
            case "undo":
                document.undo()
            case _:
                document.redo()
    while document.undo_code:
        document.undo()
    assert document.template == START
    assert document.depth == 0
