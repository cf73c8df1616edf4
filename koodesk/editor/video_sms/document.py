# SPDX-License-Identifier: Apache-2.0
"""A video SMS template under edit, and how it stands in a recovery log.

A change carries the template it leads to: a message has a handful of parts, so the whole of it is smaller than the
machinery for parts would be, and a log replays exactly what was done.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from koodesk.domain.video_sms.codec import decode, encode, template_digest
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor import recovery
from koodesk.editor.document import Document


@dataclass(frozen=True, slots=True)
class Change:
    """One change made by a function of `domain.video_sms.edits`: its kind, its place and the template after it."""

    code: str
    where: str
    after: VideoTemplate

    def apply(self, template: VideoTemplate) -> VideoTemplate:
        """Return the template after the change, the same object when it changes nothing."""
        return template if template == self.after else self.after


class VideoDocument(Document[VideoTemplate]):
    """A video SMS template under edit."""

    @staticmethod
    def digest_of(template: VideoTemplate) -> str:
        """Return the digest of everything that is saved, the choice of the signature included."""
        return f"{template_digest(template)}:{template.signature_id}"


def _change_json(change: Change) -> dict[str, str]:
    return {"code": change.code, "where": change.where, "template": encode(change.after)}


def _read_change(record: Any) -> Change:
    return Change(str(record["code"]), str(record["where"]), decode(record["template"]))


FORMAT: Final[recovery.Format[VideoTemplate]] = recovery.Format(
    "koodesk_video_recovery", encode, decode, _change_json, _read_change, VideoDocument
)
"""Of a recovery log (`recovery.RecoveryLog`)."""


def log_path(folder: Path, template_id: int) -> Path:
    """Return where the log of a template of the workspace lies."""
    return recovery.log_path(folder, f"video-{template_id}")


def replay(path: Path) -> VideoDocument | None:
    """Build the document a log tells of, with its history; see `recovery.replay_as`."""
    document = recovery.replay_as(path, FORMAT)
    assert document is None or isinstance(document, VideoDocument)
    return document
