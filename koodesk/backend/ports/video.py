# SPDX-License-Identifier: Apache-2.0
"""What video SMS needs from storage: records of signatures and of templates with their revisions.

The store takes the connection of an open transaction (`ports.unit_of_work`) as its first argument.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from koodesk.domain.papers import Paper
from koodesk.domain.video_sms.signature import VideoSignatureDraft, VideoSignatureState


@dataclass(frozen=True, slots=True)
class VideoSignatureRecord:
    """A signature as stored; `id` 0 asks for a new one."""

    id: int
    draft: VideoSignatureDraft
    authorization: Paper | None
    other: Paper | None
    state: VideoSignatureState
    submitted_digest: str
    created_ms: int


@dataclass(frozen=True, slots=True)
class VideoTemplateRecord:
    """A template as stored; name, title, params, size, digest and `template` (the codec's JSON text) are the present revision's.

    `submitted_digest` names the submission, `submitted_content` the content and `submitted_signature` the signature's name
    it was handed in with; all empty before.
    """

    id: int
    tpl_id: str
    name: str
    title: str
    params: tuple[str, ...]
    size: int
    revision: int
    digest: str
    submitted_digest: str
    submitted_content: str
    submitted_signature: str
    created_ms: int
    saved_ms: int
    template: str


@dataclass(frozen=True, slots=True)
class VideoRevision:
    """One saved version: `template` is the codec's JSON text, `materials` the digests it shows, `size` its bytes."""

    digest: str
    name: str
    title: str
    params: tuple[str, ...]
    size: int
    materials: tuple[str, ...]
    template: str
    saved_ms: int


class VideoStore(Protocol):
    """Signatures (newest first) and templates (last saved first)."""

    def signatures(self, connection: Connection) -> tuple[VideoSignatureRecord, ...]: ...

    def signature(self, connection: Connection, signature_id: int) -> VideoSignatureRecord | None: ...

    def put_signature(self, connection: Connection, record: VideoSignatureRecord) -> VideoSignatureRecord: ...

    def delete_signature(self, connection: Connection, signature_id: int) -> None: ...

    def templates(self, connection: Connection) -> tuple[VideoTemplateRecord, ...]: ...

    def template(self, connection: Connection, template_id: int) -> VideoTemplateRecord | None: ...

    def content(self, connection: Connection, template_id: int, digest: str = "") -> str | None:
        """Return the template JSON of the present revision, or of the newest one with a content digest."""
        ...

    def create(self, connection: Connection, revision: VideoRevision) -> VideoTemplateRecord:
        """Store a new template with its first revision."""
        ...

    def save(self, connection: Connection, template_id: int, revision: VideoRevision) -> VideoTemplateRecord:
        """Add a revision; its number is the next one. The caller compared the present one in this very write."""
        ...

    def set_submitted(
        self, connection: Connection, template_id: int, digest: str, content: str, signature: str
    ) -> None: ...

    def set_tpl_id(self, connection: Connection, template_id: int, tpl_id: str) -> None: ...

    def delete_template(self, connection: Connection, template_id: int) -> None: ...

    def names_using(self, connection: Connection, material: str) -> tuple[str, ...]:
        """Return the names of the templates any revision of which shows a material, by its digest."""
        ...
