# SPDX-License-Identifier: Apache-2.0
"""Cards as records of the workspace: saving with revisions, card files in and out, handing in for review.

What a card may hold is `domain.checks`' matter and its pictures are `operations.materials`'. A save is refused only
when somebody else saved in between; a submission is refused while one check still finds an error.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection

from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import CardRecord, CardRevision, Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.cards import CardRow, CardVersionRow
from koodesk.backend.views.materials import MaterialRow
from koodesk.domain import codec, koocard
from koodesk.domain.checks import check
from koodesk.domain.digest import template_digest
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.review_state import CardState, ReviewKind, VendorVerdict, card_state
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.samples import sample_starter
from koodesk.domain.template import Template, Use
from koodesk.domain.template_materials import with_materials
from koodesk.domain.vendor import Vendor

_WHY_NOT: Final = {
    CardState.DRAFT: "card.not_submitted",
    CardState.WAITING: "card.under_review",
    CardState.REJECTED: "card.rejected",
    CardState.CHANGED: "card.changed_since_review",
}


class Gallery(Protocol):
    """The part of `operations.materials` that card files need."""

    def add_bytes(self, name: str, data: bytes) -> MaterialRow: ...

    def path(self, digest: str) -> Path: ...


class Cards:
    """The studio's records (智能信息模板)."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        submitting: Submitting,
        pack: RulePack,
        filings: Filings,
        gallery: Gallery,
        clock: Clock,
        resources: Path,
    ) -> None:
        self.access: Final = access
        self.pack: Final = pack
        self._work = work
        self._submitting = submitting
        self._filings = filings
        self._gallery = gallery
        self._clock = clock
        self._resources = resources
        submitting.register(ReviewKind.CARD, self._move)

    # --- reading ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:list")
    def list(self, text: str = "") -> tuple[CardRow, ...]:
        """Return the cards whose name holds `text` (case does not matter), last saved first."""
        with self._work.read() as connection:
            found = self._work.submissions.of_kind(connection, ReviewKind.CARD)
            return tuple(
                card_row(record, found.get((str(record.id), record.submitted_digest)))
                for record in self._work.cards.list(connection, text)
            )

    @needs("kooMessage:devTemplate:list")
    def get(self, card_id: int) -> CardRow:
        """Return one card's row. Raises Refused("card.unknown")."""
        return self._get(card_id)

    @needs("kooMessage:devTemplate:list")
    def open(self, card_id: int, revision: int = 0) -> tuple[CardRow, Template]:
        """Return a card with its template, of an older revision where one is given. Raises Refused("card.unknown")."""
        with self._work.read() as connection:
            text = self._work.cards.template(connection, card_id, revision)
        if text is None:
            raise Refused(problem("card.unknown", id=card_id, revision=revision))
        return self._get(card_id), codec.loads(text.encode())

    @needs("kooMessage:devTemplate:list")
    def versions(self, card_id: int) -> tuple[CardVersionRow, ...]:
        """Return every saved version, newest first."""
        with self._work.read() as connection:
            self._record(connection, card_id)
            found = self._work.submissions.of_kind(connection, ReviewKind.CARD)
            return tuple(
                CardVersionRow(
                    card_id=card_id,
                    revision=version.revision,
                    digest=version.digest,
                    name=version.name,
                    saved_ms=version.saved_ms,
                    submitted=(str(card_id), version.digest) in found,
                )
                for version in self._work.cards.versions(connection, card_id)
            )

    @needs("kooMessage:devTemplate:list")
    def check(self, card_id: int, vendor: Vendor | None = None) -> tuple[Problem, ...]:
        """Return what the checks find in the saved card, for its own vendors or as if one were chosen."""
        _, template = self.open(card_id)
        return check(template, self.pack, vendor)

    # --- writing ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:create")
    def create(self, template: Template) -> CardRow:
        """Store a new card. Raises Refused("text.*") for a name that hides characters."""
        return self._create(template)

    @needs("kooMessage:devTemplate:create")
    def new(self, layout: str, name: str = "") -> CardRow:
        """Store the starter of a layout, with its sample picture, as a new card. Raises Refused("starter.missing" or "card.unknown_layout")."""
        spec = self.pack.layouts.get(layout)
        if spec is None:
            raise Refused(problem("card.unknown_layout", "layout", layout=layout))
        template, pictures = sample_starter(spec, self._resources, name)
        stored = {
            digest: self._gallery.add_bytes("sample.png", data).ref for digest, data in pictures.items()
        }
        return self._create(with_materials(template, stored))

    @needs("kooMessage:devTemplate:create")
    def save(self, card_id: int, template: Template, expected_revision: int) -> CardRow:
        """Save a new revision; an unchanged template makes none.

        Raises Refused("card.saved_elsewhere") when the card is no longer at `expected_revision`: nothing is lost on
        either side, and the person decides.
        """
        _refuse_unseen(template)
        revision = self._revision(template)
        with self._work.write() as connection:
            record = self._record(connection, card_id)
            if record.revision != expected_revision:
                raise Refused(
                    problem(
                        "card.saved_elsewhere",
                        id=card_id,
                        expected=expected_revision,
                        actual=record.revision,
                    )
                )
            if record.digest != revision.digest:
                self._work.cards.save(connection, card_id, revision)
        return self._get(card_id)

    @needs("kooMessage:devTemplate:create")
    def duplicate(self, card_id: int, name: str = "") -> CardRow:
        """Store a copy as a new card, never submitted; without a name it takes the old one's, marked as a copy."""
        _, template = self.open(card_id)
        with self._work.read() as connection:
            taken = {record.name for record in self._work.cards.list(connection)}
        longest = self.pack.limit("tpl_name.max")
        return self._create(replace(template, name=name or _free_name(template.name, taken, longest)))

    @needs("kooMessage:devTemplate:delete")
    def delete(self, card_id: int) -> None:
        """Delete a card with its versions. Raises Refused("card.under_review"): KM.90016101."""
        with self._work.write() as connection:
            record = self._record(connection, card_id)
            if self._row(connection, record).state is CardState.WAITING:
                raise Refused(problem("card.under_review", source="KM.90016101", id=card_id))
            self._submitting.give_up(connection, ReviewKind.CARD, str(card_id))
            self._work.cards.delete(connection, card_id)

    # --- card files ------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:create")
    def import_file(self, path: Path) -> CardRow:
        """Store a `.koocard` file as a new card; its pictures go through the picture reader like any other.

        Raises Refused: koocard.*, codec.*, and what the reader says of a picture.
        """
        template, materials = koocard.load(path)
        _refuse_unseen(template)
        stored = {
            digest: self._gallery.add_bytes(f"{template.name} {number}", data).ref
            for number, (digest, data) in enumerate(sorted(materials.items()), start=1)
        }
        return self._create(with_materials(template, stored))

    @needs("kooMessage:devTemplate:list")
    def export_file(self, card_id: int, path: Path) -> None:
        """Write the card with its pictures as a `.koocard` file. Raises Refused: koocard.*, card.material_gone."""
        _, template = self.open(card_id)
        materials: dict[str, bytes] = {}
        for digest in sorted({ref.digest for ref in template.materials()}):
            try:
                materials[digest] = self._gallery.path(digest).read_bytes()
            except OSError as failure:
                raise Refused(problem("card.material_gone", id=card_id, digest=digest[:12])) from failure
        koocard.save(path, template, materials)

    # --- review ----------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:submit")
    def submit(self, card_id: int) -> CardRow:
        """提交审核, for every vendor of the card. The same content again is the same submission.

        Content that was refused may be handed in again as it is: what stood in its way may lie elsewhere. Raises
        Refused: every check of severity ERROR, filing.needed, card.under_review (an older revision still is),
        gateway.* (saved; `sync` hands it in).
        """
        with self._work.write() as connection:
            record = self._record(connection, card_id)
            text = self._work.cards.template(connection, card_id)
            assert text is not None  # a card has its present revision
            template = codec.loads(text.encode())
            wrong = errors(check(template, self.pack))
            if wrong:
                raise Refused(*wrong)
            self._filings.check_cleared(connection)
            waiting = self._row(connection, record).state is CardState.WAITING
            if waiting and record.digest != record.submitted_digest:
                raise Refused(problem("card.under_review", id=card_id))
            submission = self._submitting.intend(
                connection,
                ReviewKind.CARD,
                str(card_id),
                record.digest,
                text,
                tuple(v.value for v in template.vendors),
            )
            self._work.cards.set_submitted(connection, card_id, record.digest)
        if submission.verdict is None:
            self._submitting.hand_in(submission)
        return self._get(card_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _get(self, card_id: int) -> CardRow:
        with self._work.read() as connection:
            return self._row(connection, self._record(connection, card_id))

    def _row(self, connection: Connection, record: CardRecord) -> CardRow:
        return card_row(
            record,
            self._work.submissions.get(connection, ReviewKind.CARD, str(record.id), record.submitted_digest),
        )

    def _record(self, connection: Connection, card_id: int) -> CardRecord:
        record = self._work.cards.get(connection, card_id)
        if record is None:
            raise Refused(problem("card.unknown", id=card_id))
        return record

    def _create(self, template: Template) -> CardRow:
        _refuse_unseen(template)
        with self._work.write() as connection:
            record = self._work.cards.create(connection, self._revision(template))
        return card_row(record, None)

    def _revision(self, template: Template) -> CardRevision:
        return CardRevision(
            revision=0,
            digest=template_digest(template),
            name=template.name,
            layout=template.layout,
            use=int(template.use),
            vendors=tuple(v.value for v in template.vendors),
            params=tuple(p.name for p in template.params),
            materials=tuple(sorted({ref.digest for ref in template.materials()})),
            template=codec.dumps(template).decode(),
            saved_ms=self._clock.now_ms(),
        )

    def _move(self, connection: Connection, submission: Submission) -> bool:
        record = self._work.cards.get(connection, int(submission.ref))
        if record is None or submission.digest != record.submitted_digest:
            return False
        if submission.tpl_id and submission.tpl_id != record.tpl_id:
            self._work.cards.set_tpl_id(connection, record.id, submission.tpl_id)
        return True


def card_row(record: CardRecord, submission: Submission | None) -> CardRow:
    """Return the row of a card; `submission` is the one of the content last handed in."""
    verdict = None if submission is None else submission.verdict
    state = card_state(record.digest, record.submitted_digest, verdict)
    verdicts: tuple[VendorVerdict, ...] = () if submission is None else submission.verdicts
    why_not = (problem(_WHY_NOT[state], "state", id=record.id),) if state in _WHY_NOT else ()
    return CardRow(
        id=record.id,
        tpl_id=record.tpl_id,
        name=record.name,
        layout=record.layout,
        use=Use(record.use),
        vendors=tuple(Vendor(v) for v in record.vendors),
        params=record.params,
        revision=record.revision,
        digest=record.digest,
        submitted_digest=record.submitted_digest,
        state=state,
        verdicts=verdicts,
        created_ms=record.created_ms,
        saved_ms=record.saved_ms,
        progress=progress_of(submission),
        why_not=why_not,
    )


def _refuse_unseen(template: Template) -> None:
    found = (
        *unseen_characters(template.name, "name"),
        *(p for param in template.params for p in unseen_characters(param.name, f"param:{param.name}")),
    )
    if found:
        raise Refused(*found)


def _free_name(name: str, taken: set[str], longest: int) -> str:
    """Return "name 2", "name 3", ... that no card has, the name cut so that it fits."""
    number = 2
    while True:
        suffix = f" {number}"
        candidate = name[: longest - len(suffix)].rstrip() + suffix
        if candidate not in taken:
            return candidate
        number += 1
