# SPDX-License-Identifier: Apache-2.0
"""Send plans: from a plan and a number file to a send that waits for a person; and the folder that is watched.

Two steps, never one: a plan prepares, and a person confirms by the token of what was prepared, which is its digest. What
has changed meanwhile is not confirmed (`campaigns.confirm`). The same file under the same plan is prepared once; again
only after it was turned down.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final, TypeVar

from koodesk.backend.operations.audiences import Audiences
from koodesk.backend.operations.cards import Cards
from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.operations.sms import Sms
from koodesk.backend.operations.video_templates import VideoTemplates
from koodesk.backend.ports.clock import Clock
from koodesk.backend.ports.plans import DropFolder, WaitingRecord, WaitingStore
from koodesk.backend.ports.progress import Cancel, Report, never, silent
from koodesk.backend.ports.unit_of_work import UnitOfWork
from koodesk.backend.sending.campaigns import Campaigns
from koodesk.backend.sending.kinds import allowed_kinds, needs_any_kind
from koodesk.backend.views.audience import AudienceRow
from koodesk.backend.views.cards import CardRow
from koodesk.backend.views.clearing import SmsTemplateRow
from koodesk.backend.views.plans import Dropped, Planned, WaitingRow
from koodesk.backend.views.sending import Confirmation
from koodesk.backend.views.video import VideoTemplateRow
from koodesk.domain.campaign import CampaignDraft, CampaignKind
from koodesk.domain.plain_send import PlainSendDraft, columns
from koodesk.domain.problem import Refused, problem
from koodesk.domain.send_draft import Draft
from koodesk.domain.send_plan import (
    FILE,
    LONGEST_PLAN,
    TOKEN_LEAST,
    Origin,
    Seen,
    SendPlan,
    read_send_plan,
    settled,
)
from koodesk.domain.video_send import VideoSendDraft

Row = TypeVar("Row")


class SendPlans:
    """The send plans of one workspace. `folder_at` opens a watched folder, `words` says a code for the notes beside files."""

    def __init__(
        self,
        access: Access,
        work: UnitOfWork,
        store: WaitingStore,
        audiences: Audiences,
        campaigns: Campaigns,
        sms: Sms,
        video_templates: VideoTemplates,
        cards: Cards,
        clock: Clock,
        folder_at: Callable[[Path], DropFolder],
        words: Callable[[str], str] = str,
    ) -> None:
        self.access: Final = access
        self._work = work
        self._store = store
        self._audiences = audiences
        self._campaigns = campaigns
        self._sms = sms
        self._video = video_templates
        self._cards = cards
        self._clock = clock
        self._folder_at = folder_at
        self._words = words
        self._seen: dict[Path, Mapping[str, Seen]] = {}

    # --- one plan --------------------------------------------------------------------------------------------

    @needs("kooMessage:mobileFile:upload")
    def prepare(
        self,
        plan: Path,
        audience: Path | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> Planned:
        """Check everything a plan names and keep what comes of it, to be confirmed by a person.

        `audience` is the number file, where the plan names none beside it. Raises Refused: plan.*, data.*, and everything
        that is in the way of a send; plan.same_file when this file was prepared by this plan before.
        """
        text, read = self._read(plan)
        file = self._audience_of(read, plan, audience)
        return self._prepare(read, _digest(text.encode()), file, Origin.PLAN, progress, cancel)

    @needs("kooMessage:mobileFile:upload")
    def rehearse(
        self,
        plan: Path,
        audience: Path | None = None,
        progress: Report = silent,
        cancel: Cancel = never,
    ) -> Planned:
        """Do all that `prepare` does and keep nothing: a dry run. Raises Refused as it does, but for plan.same_file."""
        _, read = self._read(plan)
        file = self._audience_of(read, plan, audience)
        found = self._check(read, file, progress, cancel)
        try:
            draft = self._draft(read, found, file.name, progress, cancel)
            shown = self._shown(draft)
        finally:
            self._audiences.delete(found.id)
        return _planned(shown, found, file.name, rehearsed=True)

    # --- what waits ------------------------------------------------------------------------------------------

    @needs_any_kind("list")
    def waiting(self) -> tuple[WaitingRow, ...]:
        """Return the sends that wait for a person, of the kinds one may see, newest first."""
        kinds = {kind.value for kind in allowed_kinds(self.access, "list")}
        with self._work.read() as connection:
            return tuple(_row(one) for one in self._store.waiting(connection) if one.kind in kinds)

    @needs_any_kind("list")
    def find(self, token: str) -> WaitingRow:
        """Return what a token names: the digest, or at least its first 12 signs.

        Raises Refused: plan.token_short, plan.token_unknown, plan.token_twice, plan.dismissed, campaign.confirmed.
        """
        return _row(self._named(token))

    @needs("kooMessage:mobileFile:upload")
    def dismiss(self, token: str) -> None:
        """Turn a send down: nothing is sent, and its file may be prepared again. Raises Refused as `find` does."""
        record = self._named(token)
        with self._work.write() as connection:
            self._store.dismiss(connection, record.digest, self._clock.now_ms(), self.access.principal.name)

    # --- a watched folder ------------------------------------------------------------------------------------

    @needs("kooMessage:mobileFile:upload")
    def scan(self, folder: Path, progress: Report = silent, cancel: Cancel = never) -> tuple[Dropped, ...]:
        """Look into a watched folder once: prepare each number file that lay there unchanged when it was last looked at.

        Each file goes to `prepared` or `refused` with a note beside it; one that somebody's death left in `taken` is prepared
        again, which makes no second send of it. Raises Refused: watch.*, plan.*, data.* when the folder or its plan cannot be used, watch.held
        while somebody else is at work in it.
        """
        drop = self._folder_at(folder)
        text, plan = self._read(drop.plan)
        if plan.audience:
            raise Refused(problem("watch.plan_names_file", "audience", file=FILE))
        with drop.alone():
            return self._look(drop, folder, text, plan, progress, cancel)

    def _look(
        self, drop: DropFolder, folder: Path, text: str, plan: SendPlan, progress: Report, cancel: Cancel
    ) -> tuple[Dropped, ...]:
        now = drop.look()
        ready = settled(self._seen.get(folder, {}), now)
        self._seen[folder] = now
        digest = _digest(text.encode())
        became = [
            self._done(drop, digest, path) or self._drop(drop, plan, digest, path, progress, cancel)
            for path in drop.left()
            if not cancel()
        ]
        for name in ready:
            taken = None if cancel() else self._taken(drop, name)
            if taken is not None:
                became.append(self._drop(drop, plan, digest, taken, progress, cancel))
        return tuple(became)

    def _done(self, drop: DropFolder, plan_digest: str, path: Path) -> Dropped | None:
        """Put a file away that was prepared before whoever took it died."""
        with self._work.read() as connection:
            record = self._store.made_of(connection, _digest_of_file(path), plan_digest)
        if record is None:
            return None
        drop.put_away(path, True, f"{record.digest}\n")
        return Dropped(path.name, record.digest, record.to_send)

    def _taken(self, drop: DropFolder, name: str) -> Path | None:
        try:
            return drop.take(name)
        except Refused:
            return (
                None  # whoever watches beside us was quicker, or it is held open: it is there the next time
            )

    def _drop(
        self, drop: DropFolder, plan: SendPlan, digest: str, path: Path, progress: Report, cancel: Cancel
    ) -> Dropped:
        try:
            planned = self._prepare(plan, digest, path, Origin.WATCH, progress, cancel)
        except Refused as refusal:
            if cancel():
                return Dropped(
                    path.name, problems=refusal.problems
                )  # it stays taken, and is prepared the next time
            codes = "\n".join(f"{self._words(one.code)} {dict(one.params)}" for one in refusal.problems)
            drop.put_away(path, False, f"{codes}\n")
            return Dropped(path.name, problems=refusal.problems)
        shown = planned.confirmation
        drop.put_away(path, True, f"{shown.digest}\n")
        return Dropped(path.name, shown.digest, shown.to_send)

    # --- inside ----------------------------------------------------------------------------------------------

    def _prepare(
        self, plan: SendPlan, digest: str, file: Path, origin: Origin, progress: Report, cancel: Cancel
    ) -> Planned:
        source = _digest_of_file(file)
        with self._work.read() as connection:
            before = self._store.made_of(connection, source, digest)
        if before is not None:
            raise _same_file(file, before)
        found = self._check(plan, file, progress, cancel)
        try:
            draft = self._draft(plan, found, file.name, progress, cancel)
            shown = self._prepared(draft)
        except Refused:
            self._audiences.delete(found.id)
            raise
        record = WaitingRecord(
            digest=shown.digest,
            kind=plan.kind.value,
            name=shown.name,
            file=file.name,
            source=source,
            plan=digest,
            audience_id=found.id,
            to_send=shown.to_send,
            origin=origin.value,
            by=self.access.principal.name,
            created_ms=self._clock.now_ms(),
        )
        with self._work.write() as connection:
            # Looked at again where nobody else can write: a large file takes minutes, and another may have prepared it meanwhile.
            before = self._store.made_of(connection, source, digest)
            if before is None:
                self._store.add(connection, record)
        if before is not None:
            self._audiences.delete(found.id)
            raise _same_file(file, before)
        return _planned(shown, found, file.name)

    def _prepared(self, draft: Draft) -> Confirmation:
        match draft:
            case VideoSendDraft():
                return self._campaigns.prepare_video(draft)
            case PlainSendDraft():
                return self._campaigns.prepare_plain(draft)
            case CampaignDraft():
                return self._campaigns.prepare(draft)

    def _shown(self, draft: Draft) -> Confirmation:
        match draft:
            case VideoSendDraft():
                return self._campaigns.preview_video(draft)
            case PlainSendDraft():
                return self._campaigns.preview_plain(draft)
            case CampaignDraft():
                return self._campaigns.preview(draft)

    def _check(self, plan: SendPlan, file: Path, progress: Report, cancel: Cancel) -> AudienceRow:
        params: tuple[str, ...]
        if plan.kind is CampaignKind.VIDEO:
            params = self._video_named(plan.template).params
        elif plan.kind is CampaignKind.PLAIN:
            params = columns(self._plain_named(plan.template).variables, dict(plan.sms_values))
        else:
            basic = self._video_named(plan.fallback_template).params if plan.fallback_template else ()
            params = tuple(dict.fromkeys((*self._card_named(plan.template).params, *basic)))
        return self._audiences.check_file(file, params, progress, cancel, consent_source=plan.consent)

    def _draft(
        self, plan: SendPlan, audience: AudienceRow, file: str, progress: Report, cancel: Cancel
    ) -> Draft:
        name = plan.task_name(file, self._clock.now_ms())
        if plan.kind is CampaignKind.VIDEO:
            return VideoSendDraft(
                name=name,
                template_id=self._video_named(plan.template).id,
                audience_id=audience.id,
                start_at_ms=plan.start_at_ms,
                not_after_ms=plan.not_after_ms,
                expiration_hours=plan.expiration_hours,
                window=plan.hours,
                rate=plan.rate,
                budget=plan.budget,
            )
        if plan.kind is CampaignKind.PLAIN:
            return PlainSendDraft(
                name=name,
                sms_template_id=self._plain_named(plan.template).id,
                audience_id=audience.id,
                start_at_ms=plan.start_at_ms,
                not_after_ms=plan.not_after_ms,
                window=plan.hours,
                rate=plan.rate,
                budget=plan.budget,
                sms_values=plan.sms_values,
            )
        card = self._card_named(plan.template)
        self._audiences.capability(audience.id, card.id, progress, cancel)
        basic = self._video_named(plan.fallback_template).id if plan.fallback_template else 0
        return CampaignDraft(
            name=name,
            card_id=card.id,
            sms_template_id=self._sms_named(plan.sms_template),
            audience_id=audience.id,
            fallback=plan.fallback,
            validity_days=plan.validity_days,
            start_at_ms=plan.start_at_ms,
            not_after_ms=plan.not_after_ms,
            window=plan.hours,
            rate=plan.rate,
            sms_values=plan.sms_values,
            fallback_template_id=basic,
            budget=plan.budget,
            domain=plan.domain,
            jump_url=plan.jump_url,
        )

    def _read(self, path: Path) -> tuple[str, SendPlan]:
        try:
            with path.open("rb") as opened:
                text = opened.read(LONGEST_PLAN * 4 + 1).decode("utf-8")
        except OSError as failure:
            cause = failure.strerror or type(failure).__name__
            raise Refused(problem("plan.unreadable", "plan", file=path.name, cause=cause)) from failure
        except UnicodeDecodeError as failure:
            raise Refused(problem("plan.unreadable", "plan", file=path.name, cause="UTF-8")) from failure
        return text, read_send_plan(text, path.name)

    def _audience_of(self, plan: SendPlan, at: Path, given: Path | None) -> Path:
        if given is None and not plan.audience:
            raise Refused(problem("plan.no_audience", "audience", file=at.name))
        if given is not None and plan.audience:
            raise Refused(problem("plan.two_audiences", "audience", file=at.name))
        return given or at.parent / plan.audience

    def _named(self, token: str) -> WaitingRecord:
        told = token.strip().lower()
        if len(told) < TOKEN_LEAST:
            raise Refused(problem("plan.token_short", "token", limit=TOKEN_LEAST, actual=len(told)))
        with self._work.read() as connection:
            found = self._store.named(connection, told)
        kinds = {kind.value for kind in allowed_kinds(self.access, "list")}
        found = tuple(one for one in found if one.kind in kinds)
        if not found:
            raise Refused(problem("plan.token_unknown", "token", actual=told[:TOKEN_LEAST]))
        if len(found) > 1:
            raise Refused(problem("plan.token_twice", "token", actual=told[:TOKEN_LEAST]))
        record = found[0]
        if record.dismissed_ms:
            raise Refused(problem("plan.dismissed", "token", by=record.dismissed_by))
        if record.campaign_id:
            raise Refused(problem("campaign.confirmed", "confirmation", id=record.campaign_id))
        return record

    def _card_named(self, named: str) -> CardRow:
        if named.isascii() and named.isdecimal():
            return self._cards.get(int(named))
        return _one(tuple(row for row in self._cards.list() if row.name == named), named)

    def _sms_named(self, named: str) -> int:
        rows = self._sms.templates()
        if named.isascii() and named.isdecimal():
            return int(named)
        return _one(tuple(row for row in rows if row.name == named), named).id

    def _plain_named(self, named: str) -> SmsTemplateRow:
        by_id = named.isascii() and named.isdecimal()
        return _one(
            tuple(
                row for row in self._sms.templates() if (str(row.id) if by_id else row.name) == named.strip()
            ),
            named,
        )

    def _video_named(self, named: str) -> VideoTemplateRow:
        if named.isascii() and named.isdecimal():
            return self._video.get(int(named))
        return _one(tuple(row for row in self._video.list() if row.name == named), named)


def _one(rows: tuple[Row, ...], named: str) -> Row:
    """Return the one row of a name. Raises Refused: plan.template_unknown, plan.template_twice."""
    if not rows:
        raise Refused(problem("plan.template_unknown", "template", name=named))
    if len(rows) > 1:
        raise Refused(problem("plan.template_twice", "template", name=named, count=len(rows)))
    return rows[0]


def _same_file(file: Path, before: WaitingRecord) -> Refused:
    token = before.digest[:TOKEN_LEAST]
    return Refused(problem("plan.same_file", "audience", file=file.name, name=before.name, token=token))


def _planned(shown: Confirmation, audience: AudienceRow, file: str, *, rehearsed: bool = False) -> Planned:
    return Planned(
        shown, file, audience.rows, audience.valid, audience.duplicate, audience.invalid, rehearsed
    )


def _row(record: WaitingRecord) -> WaitingRow:
    return WaitingRow(
        digest=record.digest,
        kind=record.kind,
        name=record.name,
        file=record.file,
        to_send=record.to_send,
        origin=record.origin,
        by=record.by,
        created_ms=record.created_ms,
    )


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of_file(path: Path) -> str:
    """Return the SHA-256 of a file. Raises Refused (plan.unreadable)."""
    try:
        with path.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError as failure:
        cause = failure.strerror or type(failure).__name__
        raise Refused(problem("plan.unreadable", "audience", file=path.name, cause=cause)) from failure
