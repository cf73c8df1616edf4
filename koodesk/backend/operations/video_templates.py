# SPDX-License-Identifier: Apache-2.0
"""Templates of video SMS (智能信息基础版模板管理) as records: saving with revisions, files in and out, handing in for review.

What a template may hold is `domain.video_sms.rules`' matter. A save is refused only when somebody else saved in between;
a submission is refused while one rule still finds an error, the filing is not approved, or a letter is missing in it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection

from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.operations.video_rows import free_name, replaced_media, template_state
from koodesk.backend.ports.clearing import Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import Used, refuse_in_use
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.ports.video import VideoRevision, VideoTemplateRecord
from koodesk.backend.views.materials import MaterialRow
from koodesk.backend.views.video import PublicVideoRow, VideoTemplateRow, VideoTemplateState
from koodesk.domain.problem import Problem, Refused, Severity, errors, problem
from koodesk.domain.review_state import ReviewKind, Verdict, revision_digest
from koodesk.domain.video_sms import koovideo, reslist
from koodesk.domain.video_sms.codec import decode, encode, template_digest
from koodesk.domain.video_sms.public import PublicVideo, read_public
from koodesk.domain.video_sms.rules import (
    VideoSmsRules,
    carriers_of,
    check_template,
    letter_problems,
    letters_needed,
    places,
)
from koodesk.domain.video_sms.signature import VideoSignatureState
from koodesk.domain.video_sms.template import Media, VideoTemplate

_WHY_NOT: Final = {
    VideoTemplateState.DRAFT: "video_sms.not_submitted",
    VideoTemplateState.WAITING: "video_sms.under_review",
    VideoTemplateState.REJECTED: "video_sms.rejected",
    VideoTemplateState.CHANGED: "video_sms.changed_since_review",
    VideoTemplateState.EXPIRED: "video_sms.expired",
}


class Gallery(Protocol):
    """The part of `operations.materials` that templates need."""

    def get(self, digest: str) -> MaterialRow: ...

    def path(self, digest: str) -> Path: ...

    def add_bytes(self, name: str, data: bytes) -> MaterialRow: ...


class VideoTemplates:
    """The templates of one workspace. `now_ms` is the reviewer's clock, by which a validity ends."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        rules: VideoSmsRules,
        filings: Filings,
        gallery: Gallery,
        clock: Clock,
        now_ms: Callable[[], int],
        resources: Path,
    ) -> None:
        self.access: Final = access
        self.rules: Final = rules
        self._work = work
        self._submitting = submitting
        self._filings = filings
        self._gallery = gallery
        self._clock = clock
        self._now_ms = now_ms
        self._resources = resources
        submitting.register(ReviewKind.VIDEO_TEMPLATE, self._move)

    # --- reading ---------------------------------------------------------------------------------------------

    @needs("kooMessage:basicTemplate:list")
    def list(self, text: str = "") -> tuple[VideoTemplateRow, ...]:
        """Return the templates whose name, subject or id holds `text` (case does not matter), last saved first."""
        wanted, now = text.strip().casefold(), self._now()
        with self._work.read() as connection:
            found = self._work.submissions.of_kind(connection, ReviewKind.VIDEO_TEMPLATE)
            names = self._signature_names(connection)
            return tuple(
                self._row(record, found.get((str(record.id), record.submitted_digest)), names, now)
                for record in self._work.video.templates(connection)
                if wanted in f"{record.name}\n{record.title}\n{record.tpl_id}".casefold()
            )

    @needs("kooMessage:basicTemplate:list")
    def get(self, template_id: int) -> VideoTemplateRow:
        """Return one template's row. Raises Refused("video_sms.unknown")."""
        return self._get(template_id)

    @needs("kooMessage:basicTemplate:list")
    def open(self, template_id: int, digest: str = "") -> tuple[VideoTemplateRow, VideoTemplate]:
        """Return a template with its content, of the version with a digest where one is given. Raises Refused."""
        with self._work.read() as connection:
            text = self._work.video.content(connection, template_id, digest)
        if text is None:
            raise Refused(problem("video_sms.unknown", id=template_id))
        return self._get(template_id), decode(text)

    @needs("kooMessage:basicTemplate:list")
    def sendable(self) -> tuple[VideoTemplateRow, ...]:
        """Return the templates that can be sent now."""
        return tuple(row for row in self.list() if row.sendable)

    @needs("kooMessage:basicTemplate:list")
    def check(self, template: VideoTemplate) -> tuple[Problem, ...]:
        """Return everything wrong with a template, and which letters the filing lacks for it (as warnings)."""
        letters = letters_needed(template, self.rules)
        with self._work.read() as connection:
            present = self._filings.letters_present(connection)
        return (
            *check_template(template, self.rules),
            *letter_problems(letters, present, severity=Severity.WARNING),
        )

    # --- writing ---------------------------------------------------------------------------------------------

    @needs("kooMessage:basicTemplate:create")
    def new(self, title: str = "") -> VideoTemplateRow:
        """新建空白模板: store an empty template; the newest usable signature is chosen where there is one."""
        with self._work.read() as connection:
            usable = [r for r in self._work.video.signatures(connection) if r.state.usable]
        return self._create(VideoTemplate(title=title, signature_id=usable[0].id if usable else 0))

    @needs("kooMessage:basicTemplate:create")
    def create(self, template: VideoTemplate) -> VideoTemplateRow:
        """Store a template as a new record."""
        return self._create(template)

    @needs("kooMessage:basicTemplate:create")
    def save(self, template_id: int, template: VideoTemplate, expected_revision: int) -> VideoTemplateRow:
        """Save a new revision; an unchanged template makes none.

        Raises Refused("video_sms.changed_elsewhere") when it is no longer at `expected_revision`.
        """
        revision = self._revision(template)
        with self._work.write() as connection:
            record = self._record(connection, template_id)
            if record.revision != expected_revision:
                raise Refused(
                    problem(
                        "video_sms.changed_elsewhere",
                        id=template_id,
                        expected=expected_revision,
                        actual=record.revision,
                    )
                )
            if record.template != revision.template:
                self._work.video.save(connection, template_id, revision)
        return self._get(template_id)

    @needs("kooMessage:basicTemplate:create")
    def duplicate(self, template_id: int) -> VideoTemplateRow:
        """Store a copy as a new template, never submitted, under a name of its own."""
        _, template = self.open(template_id)
        with self._work.read() as connection:
            taken = {record.name for record in self._work.video.templates(connection)}
        return self._create(replace(template, name=free_name(template.name, taken, self.rules.name_max)))

    @needs("kooMessage:basicTemplate:delete")
    def delete(self, template_id: int) -> None:
        """Delete a template with its versions; those of a template that campaigns sent are kept for the record.

        Raises Refused: video_sms.under_review, record.in_use (by a campaign)."""
        with self._work.write() as connection:
            record = self._record(connection, template_id)
            submission = self._submission(connection, record)
            if submission is not None and submission.verdict in (None, Verdict.WAITING):
                raise Refused(problem("video_sms.under_review", id=template_id))
            refuse_in_use(self._work.uses.names(connection, Used.VIDEO_TEMPLATE, template_id))
            self._submitting.give_up(connection, ReviewKind.VIDEO_TEMPLATE, str(template_id))
            self._work.sent.keep_video(connection, template_id)
            self._work.video.delete_template(connection, template_id)

    # --- files and public templates --------------------------------------------------------------------------

    @needs("kooMessage:basicTemplate:create")
    def import_file(self, path: Path) -> VideoTemplateRow:
        """Store a `.koovideo` file as a new template; its media go through the readers like any other.

        Raises Refused: koovideo.*, data.*, and what a reader says of a picture, sound or video.
        """
        template, materials = koovideo.load(path)
        return self._create(self._kept(template, materials, template.name or path.stem))

    @needs("kooMessage:basicTemplate:list")
    def export_file(self, template_id: int, path: Path) -> None:
        """Write the template with its media as a `.koovideo` file. Raises Refused: koovideo.*, video_sms.material_gone."""
        _, template = self.open(template_id)
        gone = self._gone(template)
        if gone:
            raise Refused(*gone)
        materials = {m.digest: self._gallery.path(m.digest).read_bytes() for m in template.media}
        koovideo.save(path, template, materials)

    @needs("kooMessage:basicTemplate:list")
    def public(self) -> tuple[PublicVideoRow, ...]:
        """Return the public templates (公共模板), which come with the program."""
        return tuple(
            PublicVideoRow(
                key=p.key,
                name=p.name,
                title=p.template.title,
                about=p.about,
                params=p.template.params,
                size=p.template.size,
                name_en=p.name_en,
                about_en=p.about_en,
            )
            for p in read_public(self._resources)
        )

    @needs("kooMessage:basicTemplate:create")
    def new_from_public(self, key: str) -> VideoTemplateRow:
        """Store a copy of a public template with its media. Raises Refused("video_sms.public_unknown").

        A medium that cannot be stored (no video reader installed) is left out, and the row's `left_open` says so.
        """
        found = next((p for p in read_public(self._resources) if p.key == key), None)
        if found is None:
            raise Refused(problem("video_sms.public_unknown", key=key))
        return self._create_from(found)

    # --- review ----------------------------------------------------------------------------------------------

    @needs("kooMessage:basicTemplate:submit")
    def submit(self, template_id: int) -> VideoTemplateRow:
        """提交审核, to every carrier of the channel. The same content with the same signature is the same submission.

        Raises Refused: every rule of severity ERROR, video_sms.letter_needed, video_sms.signature.*, filing.needed,
        video_sms.under_review (an older content still is), gateway.* (saved; `sync` hands it in).
        """
        with self._work.write() as connection:
            record = self._record(connection, template_id)
            template = decode(record.template)
            letters = letters_needed(template, self.rules)
            found = [
                *check_template(template, self.rules, for_submit=True),
                *letter_problems(letters, self._filings.letters_present(connection)),
            ]
            signature = self._work.video.signature(connection, template.signature_id)
            if template.signature_id and signature is None:
                found.append(problem("video_sms.signature.gone", "signature"))
            elif signature is not None and signature.state is not VideoSignatureState.APPROVED:
                found.append(
                    problem(
                        "video_sms.signature.not_usable",
                        "signature",
                        name=signature.draft.name,
                        state=signature.state.value,
                    )
                )
            found += self._gone(template)
            wrong = errors(tuple(found))
            if wrong:
                raise Refused(*wrong)
            assert signature is not None  # without one a rule has refused
            self._filings.check_video_cleared(connection)
            body = reslist.body(template, signature.draft.name, letters)
            digest = revision_digest(body)
            before = self._submission(connection, record)
            if before is not None and before.verdict in (None, Verdict.WAITING) and before.digest != digest:
                raise Refused(problem("video_sms.under_review", id=template_id))
            submission = self._submitting.intend(
                connection,
                ReviewKind.VIDEO_TEMPLATE,
                str(template_id),
                digest,
                body,
                tuple(carrier.value for carrier in carriers_of(template.channel, self.rules)),
            )
            self._work.video.set_submitted(
                connection, template_id, digest, record.digest, signature.draft.name
            )
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        return self._get(template_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _gone(self, template: VideoTemplate) -> tuple[Problem, ...]:
        """Return a problem for each file of a template that is no longer in the gallery."""
        found = []
        for where, media in places(template):
            if not isinstance(media, Media):
                continue
            try:
                there = self._gallery.path(media.digest).is_file()
            except Refused:
                there = False
            if not there:
                found.append(problem("video_sms.material_gone", where, digest=media.digest[:12]))
        return tuple(found)

    def _now(self) -> int:
        """Return the reviewer's clock; the lists must show while it is away, then by this machine's."""
        try:
            return self._now_ms()
        except Refused:
            return self._clock.now_ms()

    def _get(self, template_id: int) -> VideoTemplateRow:
        now = self._now()
        with self._work.read() as connection:
            record = self._record(connection, template_id)
            submission = self._submission(connection, record)
            return self._row(record, submission, self._signature_names(connection), now)

    def _record(self, connection: Connection, template_id: int) -> VideoTemplateRecord:
        record = self._work.video.template(connection, template_id)
        if record is None:
            raise Refused(problem("video_sms.unknown", id=template_id))
        return record

    def _submission(self, connection: Connection, record: VideoTemplateRecord) -> Submission | None:
        if not record.submitted_digest:
            return None
        return self._work.submissions.get(
            connection, ReviewKind.VIDEO_TEMPLATE, str(record.id), record.submitted_digest
        )

    def _signature_names(self, connection: Connection) -> Mapping[int, str]:
        return {record.id: record.draft.name for record in self._work.video.signatures(connection)}

    def _row(
        self,
        record: VideoTemplateRecord,
        submission: Submission | None,
        names: Mapping[int, str],
        now_ms: int,
    ) -> VideoTemplateRow:
        template = decode(record.template)
        signature = names.get(template.signature_id, "")
        state, expires = template_state(record, submission, template.validity_days, now_ms, signature)
        return VideoTemplateRow(
            id=record.id,
            tpl_id=record.tpl_id,
            name=record.name,
            title=record.title,
            state=state,
            carriers=submission.carriers if submission is not None else (),
            reasons=submission.reasons if submission is not None else (),
            signature_id=template.signature_id,
            signature_name=signature,
            channel=template.channel,
            validity_days=template.validity_days,
            params=record.params,
            size=record.size,
            digest=record.digest,
            submitted_content=record.submitted_content,
            revision=record.revision,
            created_ms=record.created_ms,
            saved_ms=record.saved_ms,
            expires_ms=expires,
            progress=progress_of(submission),
            why_not=(problem(_WHY_NOT[state], "template", id=record.id),) if state in _WHY_NOT else (),
        )

    def _revision(self, template: VideoTemplate) -> VideoRevision:
        return VideoRevision(
            digest=template_digest(template),
            name=template.name,
            title=template.title,
            params=template.params,
            size=template.size,
            materials=tuple(sorted({media.digest for media in template.media})),
            template=encode(template),
            saved_ms=self._clock.now_ms(),
        )

    def _create(self, template: VideoTemplate) -> VideoTemplateRow:
        revision = self._revision(template)
        with self._work.write() as connection:
            record = self._work.video.create(connection, revision)
        return self._get(record.id)

    def _create_from(self, public: PublicVideo) -> VideoTemplateRow:
        left_open: list[Problem] = []
        kept: dict[str, MaterialRow] = {}
        for digest, data in public.materials.items():
            try:
                kept[digest] = self._stored(digest, f"{public.name} {len(kept) + 1}", data)
            except Refused as refusal:
                left_open += [replace(p, severity=Severity.WARNING) for p in refusal.problems]
        row = self._create(replaced_media(public.template, kept))
        return replace(row, left_open=tuple(left_open))

    def _kept(self, template: VideoTemplate, materials: Mapping[str, bytes], name: str) -> VideoTemplate:
        stored = {
            digest: self._stored(digest, f"{name} {number}", data)
            for number, (digest, data) in enumerate(sorted(materials.items()), start=1)
        }
        return replaced_media(template, stored)

    def _stored(self, digest: str, name: str, data: bytes) -> MaterialRow:
        """Return the material of a file's content: what is in the gallery already is not made anew."""
        try:
            return self._gallery.get(digest)
        except Refused:
            return self._gallery.add_bytes(name, data)

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.video.template(connection, int(submission.ref))
        if record is None or submission.digest != record.submitted_digest:
            return False
        if submission.tpl_id and submission.tpl_id != record.tpl_id:
            self._work.video.set_tpl_id(connection, record.id, submission.tpl_id)
        return True
