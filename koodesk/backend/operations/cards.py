# SPDX-License-Identifier: Apache-2.0
"""Cards as records of the workspace: saving with revisions, card files in and out, handing in for review.

What a card may hold is `domain.checks`' matter and its pictures are `operations.materials`'. A save is refused only
when somebody else saved in between; a submission is refused while one check still finds an error.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from sqlalchemy import Connection

from koodesk.backend.operations import card_versions
from koodesk.backend.operations.card_parts import CardParts, names_of_parts
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.ready_cards import SampleGallery, keep_samples, public_row
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.submitting import Submitting, progress_of
from koodesk.backend.ports.clearing import CardRecord, CardRevision, Submission
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.desk import Used, refuse_in_use
from koodesk.backend.ports.materials import BrandStore
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.views.cards import CardRow, CardVersionRow, PublicCardRow
from koodesk.domain import codec, koocard
from koodesk.domain.checks import check
from koodesk.domain.digest import template_digest
from koodesk.domain.media_types import HEAD_BYTES, MESSAGE_ONLY, sniff
from koodesk.domain.plain_text import unseen_characters
from koodesk.domain.problem import Problem, Refused, errors, problem
from koodesk.domain.public_cards import public_recipe, public_recipes
from koodesk.domain.recipes import Recipe
from koodesk.domain.review_state import CardState, ReviewKind, VendorVerdict, card_state
from koodesk.domain.rule_pack import LayoutSpec, RulePack
from koodesk.domain.samples import Shelf
from koodesk.domain.starters import starter_recipe
from koodesk.domain.template import Template, Use
from koodesk.domain.template_materials import with_materials
from koodesk.domain.variants import submissions
from koodesk.domain.vendor import Vendor

_WHY_NOT: Final = {
    CardState.DRAFT: "card.not_submitted",
    CardState.WAITING: "card.under_review",
    CardState.REJECTED: "card.rejected",
    CardState.CHANGED: "card.changed_since_review",
}


class Gallery(SampleGallery, Protocol):
    """The part of `operations.materials` that cards need."""

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
        brand: BrandStore,
        hand_over: Callable[[Template], None] | None = None,
    ) -> None:
        self.access: Final = access
        self.pack: Final = pack
        self._work = work
        self._submitting = submitting
        self._filings = filings
        self._gallery = gallery
        self._clock = clock
        self._resources = resources
        self._brand = brand
        self._hand_over = hand_over  # gives a card's pictures to its H5 page
        self._public: tuple[PublicCardRow, ...] | None = None
        self._parts = CardParts(work, submitting, self._revision)
        submitting.register(ReviewKind.CARD, self._move)

    # --- reading ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:list")
    def list(self, text: str = "") -> tuple[CardRow, ...]:
        """Return the cards whose name holds `text` (case does not matter), last saved first."""
        with self._work.read() as connection:
            found = self._work.submissions.of_kind(connection, ReviewKind.CARD)
            records = self._work.cards.list(connection, text)
            parts = names_of_parts(self._work.cards.list(connection) if text else records)
            return tuple(
                card_row(
                    record,
                    found.get((str(record.id), record.submitted_digest)),
                    parts.get((record.id, record.digest), ()),
                )
                for record in records
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
            return card_versions.versions(self._work, connection, card_id)

    @needs("kooMessage:devTemplate:create")
    def name_version(self, card_id: int, revision: int, label: str) -> None:
        """Name a saved version, or with "" take its name away; a pinned one keeps its name.

        Raises Refused: card.unknown, card.version_name, card.version_pinned, text.*
        """
        with self._work.write() as connection:
            card_versions.name_version(self._work, connection, card_id, revision, label)

    @needs("kooMessage:devTemplate:list")
    def check(self, card_id: int, vendor: Vendor | None = None) -> tuple[Problem, ...]:
        """Return what the checks find in the saved card, for its own vendors or as if one were chosen.

        The brand kit of the workspace counts, as it does in the editor.
        """
        _, template = self.open(card_id)
        with self._work.read() as connection:
            brand = self._brand.get(connection)
        return check(template, self.pack, vendor, brand=brand)

    # --- public templates ------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:list")
    def public(self) -> tuple[PublicCardRow, ...]:
        """Return the public templates (公共模板) whose layout the rule pack knows, by name.

        They are part of the installation: nothing here changes or deletes one (KM.90016102), `new_from_public` copies.
        """
        if self._public is None:
            self._public = tuple(
                public_row(recipe, self.pack.layouts[recipe.layout])
                for recipe in public_recipes(self._resources)
                if recipe.layout in self.pack.layouts
            )
        return self._public

    @needs("kooMessage:devTemplate:list")
    def open_public(self, name: str) -> tuple[Template, Mapping[str, bytes]]:
        """Return a public template with its samples' bytes by digest, nothing stored. Raises Refused("card.public_unknown")."""
        recipe = public_recipe(self._resources, name)
        shelf = Shelf(self._resources)
        return recipe.make(self._spec(recipe.layout), shelf), shelf.files

    @needs("kooMessage:devTemplate:create")
    def new_from_public(self, name: str) -> CardRow:
        """Store a copy of a public template, with its samples, as a new card.

        A video that cannot be stored (no video reader installed) leaves its slot open, and the row's `left_open` says so.
        Raises Refused("card.public_unknown" or "card.unknown_layout").
        """
        return self._make(public_recipe(self._resources, name))

    # --- writing ---------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:create")
    def create(self, template: Template) -> CardRow:
        """Store a new card. Raises Refused("text.*") for a name that hides characters."""
        return self._create(template)

    @needs("kooMessage:devTemplate:create")
    def new(self, layout: str, name: str = "") -> CardRow:
        """Store the starter of a layout, with its samples, as a new card; videos as in `new_from_public`.

        Raises Refused("starter.missing" or "card.unknown_layout").
        """
        spec = self._spec(layout)
        return self._make(starter_recipe(spec, self._resources / "templates" / "starters"), name)

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
        """Delete a card with its versions; those that campaigns sent are kept for the record (phones, flight recorder, click map).

        Raises Refused: card.under_review (KM.90016101), record.in_use while a campaign that is not over sends it.
        """
        with self._work.write() as connection:
            record = self._record(connection, card_id)
            if self._row(connection, record).state is CardState.WAITING:
                raise Refused(problem("card.under_review", source="KM.90016101", id=card_id))
            refuse_in_use(self._work.uses.names(connection, Used.CARD, card_id))
            self._submitting.give_up(connection, ReviewKind.CARD, str(card_id))
            self._work.sent.keep_card(connection, card_id)
            self._work.cards.delete(connection, card_id)

    # --- card files ------------------------------------------------------------------------------------------

    @needs("kooMessage:devTemplate:create")
    def import_file(self, path: Path) -> CardRow:
        """Store a `.koocard` file as a new card; its pictures go through the picture reader like any other.

        Raises Refused: koocard.*, codec.*, and what the reader says of a picture.
        """
        template, materials = koocard.load(path)
        _refuse_unseen(template)
        if any(sniff(data[:HEAD_BYTES]) in MESSAGE_ONLY for data in materials.values()):
            raise Refused(problem("picture.format", allowed="PNG、JPEG"))
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

        A card with variants is handed in as one card for each group of vendors that shows the same (`CardRow.parts`), made here
        and in the same write; it stays a draft itself. Content that was refused may be handed in again as it is: what stood in its way may lie elsewhere. Raises
        Refused: every check of severity ERROR, filing.needed, card.under_review (an older revision still is),
        gateway.* (saved; `sync` hands it in).
        """
        with self._work.write() as connection:
            record = self._record(connection, card_id)
            text = self._work.cards.template(connection, card_id)
            assert text is not None  # a card has its present revision
            template = codec.loads(text.encode())
            groups = submissions(template)
            brand = self._brand.get(connection)
            wrong = errors(check(template, self.pack, brand=brand))
            if not wrong and len(groups) > 1:
                wrong = tuple(p for group in groups for p in errors(check(group, self.pack, brand=brand)))
            if wrong:
                raise Refused(*wrong)
            self._filings.check_cleared(connection)
            waiting = self._row(connection, record).state is CardState.WAITING
            if waiting and record.digest != record.submitted_digest:
                raise Refused(problem("card.under_review", id=card_id))
            if len(groups) > 1:
                handed = self._parts.intend(connection, record, groups)
            else:
                vendors = tuple(v.value for v in template.vendors)
                handed = (
                    self._submitting.intend(
                        connection, ReviewKind.CARD, str(card_id), record.digest, text, vendors
                    ),
                )
                self._work.cards.set_submitted(connection, card_id, record.digest)
        for submission in handed:
            if submission.verdict is None:
                self._submitting.hand_in(submission)
        if self._hand_over is not None:
            with suppress(Refused):  # a page without its pictures is still a page
                self._hand_over(template)
        return self._get(card_id)

    # --- inside ----------------------------------------------------------------------------------------------

    def _get(self, card_id: int) -> CardRow:
        with self._work.read() as connection:
            return self._row(connection, self._record(connection, card_id))

    def _row(self, connection: Connection, record: CardRecord) -> CardRow:
        parts = names_of_parts(self._work.cards.parts(connection, record.id))
        return card_row(
            record,
            self._work.submissions.get(connection, ReviewKind.CARD, str(record.id), record.submitted_digest),
            parts.get((record.id, record.digest), ()),
        )

    def _record(self, connection: Connection, card_id: int) -> CardRecord:
        record = self._work.cards.get(connection, card_id)
        if record is None:
            raise Refused(problem("card.unknown", id=card_id))
        return record

    def _spec(self, layout: str) -> LayoutSpec:
        spec = self.pack.layouts.get(layout)
        if spec is None:
            raise Refused(problem("card.unknown_layout", "layout", layout=layout))
        return spec

    def _make(self, recipe: Recipe, name: str = "") -> CardRow:
        shelf = Shelf(self._resources)
        template = recipe.make(self._spec(recipe.layout), shelf, name)
        template, left_open = keep_samples(template, shelf, self._gallery)
        return replace(self._create(template), left_open=left_open)

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


def card_row(record: CardRecord, submission: Submission | None, parts: tuple[str, ...] = ()) -> CardRow:
    """Return the row of a card; `submission` is the one of the content last handed in, `parts` carry its present variants."""
    verdict = None if submission is None else submission.verdict
    state = card_state(record.digest, record.submitted_digest, verdict)
    verdicts: tuple[VendorVerdict, ...] = () if submission is None else submission.verdicts
    why_not = (problem(_WHY_NOT[state], "state", id=record.id),) if state in _WHY_NOT else ()
    if parts and state is not CardState.APPROVED:
        why_not = (problem("card.in_parts", "state", id=record.id, names="、".join(parts)),)
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
        master_id=record.master_id,
        parts=parts,
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
