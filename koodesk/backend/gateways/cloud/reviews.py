# SPDX-License-Identifier: Apache-2.0
"""Handing in to the real platform, and what became of it: a `ReviewGateway`, as the local engine's is.

No call takes a key, so making something is `listable` as a send is: it is written down before it leaves, looked for by what it is
found by before it leaves and after an answer was lost, and made anew only when the platform was asked twice, at least a minute
apart, after the settle time, and did not have it. What the platform refuses or certainly did not get is not written down any more.

There is no feed of changes either: records that wait are asked about in turn, and each new word gets a number of the
workspace's own, which is the cursor. What the API has no call for goes another way (`others`).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from koodesk.backend.gateways.cloud.client import FAILURES, REFUSED, TURNED_AWAY, Told, refused
from koodesk.backend.gateways.cloud.making import Changing, Maker
from koodesk.backend.gateways.cloud.rounds import UNREADABLE, ask_each
from koodesk.backend.gateways.engine_http import NothingSent
from koodesk.backend.ports.cloud_records import CloudMade, CloudRecords, CloudWord, Stage, handed_in
from koodesk.backend.ports.review_gateway import (
    ReviewGateway,
    ReviewItem,
    ReviewPage,
    ReviewReason,
    ReviewState,
)
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind, Verdict

SETTLE_MS: Final = 600_000
APART_MS: Final = 60_000
"""How long after a lost answer the platform's list is believed, and how far apart two questions have to be. [promises 1]"""

AGAIN_MS: Final = ((3_600_000, 10_000), (86_400_000, 60_000), (1 << 62, 600_000))
"""(younger than, ask again after): ours; a review takes hours, and nobody publishes how often one may ask."""

AT_ONCE: Final = 50
"""Most records that are asked about in one go."""

_WITH_ID: Final = frozenset({ReviewKind.CARD, ReviewKind.VIDEO_TEMPLATE})
"""Kinds whose id is the `tpl_id` of a send."""


class CloudReviews:
    """Hands in. Safe to use from several threads; of two that hand in the same content one makes it."""

    name: Final = "cloud"

    def __init__(
        self,
        makers: Mapping[ReviewKind, Maker],
        records: CloudRecords,
        now_ms: Callable[[], int],
        others: ReviewGateway,
    ) -> None:
        """`makers` are of the kinds that the API has calls for; every other is handed to `others`, whose changes come another way."""
        self._makers = makers
        self._others = others
        self._records = records
        self._now_ms = now_ms
        self._asked_ms: dict[tuple[str, str, str], int] = {}

    @property
    def kinds(self) -> frozenset[ReviewKind]:
        """Return the kinds that the API has calls for."""
        return frozenset(self._makers)

    def submit(self, item: ReviewItem) -> ReviewState:
        """Hand one thing in; what was taken before is not handed in again.

        Raises Refused: gateway.*, cloud.unclear (its answer was lost; the next time it is looked for), cloud.app_needed,
        cloud.signature_needed, cloud.channel, cloud.upload_limit, and as reading its files does.
        """
        maker = self._makers.get(item.kind)
        if maker is None:
            return self._others.submit(item)
        known = self._records.find(item.kind.value, item.ref, item.digest)
        if known is not None and known.stage is Stage.MADE:
            return review(known)
        try:
            return self._handed_in(maker, item, known)
        except (*FAILURES, *UNREADABLE) as failure:
            raise refused(failure) from failure

    def states(self, after: int, limit: int = 500) -> ReviewPage:
        """Ask about what waits and is due, and return the words that came after a cursor. Raises Refused (gateway.*) when asking fails
        and there is nothing to return."""
        failed = self._ask()
        told = tuple(review(record) for record in self._records.changes(after, limit))
        if failed is not None and not told:
            raise failed
        return ReviewPage(told, told[-1].id if told else after)

    def urge(self, kind: str, ref: str, digest: str) -> None:
        """Ask the others: what can be urged is none that is made here."""
        self._others.urge(kind, ref, digest)

    # --- handing in ------------------------------------------------------------------------------------------

    def _handed_in(self, maker: Maker, item: ReviewItem, known: CloudMade | None) -> ReviewState:
        content = maker.content(item, maker.name(item))
        earlier = self._records.of_ref(item.kind.value, item.ref) if isinstance(maker, Changing) else None
        there = "" if earlier is None else earlier.cloud_id
        found = maker.find(content, there, known is not None)
        if not found:
            record = self._intent(maker, item, known)
            found = self._call(record, lambda: _made(maker, content, there))
        else:
            record = known or self._new(item, maker.name(item))
        if earlier is not None:
            self._records.put(replace(earlier, open=False))  # its content is there no more
        made = replace(record, stage=Stage.MADE, cloud_id=found, word=handed_in(item.vendors), open=True)
        return review(self._records.tell(made))

    def _intent(self, maker: Maker, item: ReviewItem, known: CloudMade | None) -> CloudMade:
        """Write down that a call is about to leave. Raises Refused (cloud.unclear) while one that left before is not settled."""
        now_ms = self._now_ms()
        if known is None:
            record = self._new(item, maker.name(item))
            if not self._records.begin(record):
                raise _unclear(record)  # somebody else is about to make it
            return record
        if now_ms - known.asked_ms < SETTLE_MS:
            raise _unclear(known)
        if not known.misses:
            self._records.put(replace(known, misses=1, missed_ms=now_ms))
            raise _unclear(known)
        if now_ms - known.missed_ms < APART_MS or not self._records.again(known, now_ms):
            raise _unclear(known)
        return replace(known, asked_ms=now_ms, misses=0, missed_ms=0)

    def _call(self, record: CloudMade, call: Callable[[], str]) -> str:
        """Make the one call; return the record's id. Raises Refused."""
        try:
            return call()
        except Refused:  # no key, or no SDK: nobody was even asked
            self._records.forget(record)
            raise
        except NothingSent as failure:
            self._records.forget(record)
            raise refused(failure) from failure
        except Told as told:
            if told.status in TURNED_AWAY or (told.status in REFUSED and told.code):
                self._records.forget(record)
                raise refused(told) from told
            raise _unclear(record) from told
        except (*FAILURES, *UNREADABLE) as failure:
            raise _unclear(record) from failure

    def _new(self, item: ReviewItem, name: str) -> CloudMade:
        return CloudMade(item.kind.value, item.ref, item.digest, name, Stage.ASKED, self._now_ms())

    # --- what became of it -----------------------------------------------------------------------------------

    def _ask(self) -> Refused | None:
        """Ask about the records that are due, the longest unasked first; return why nothing was heard of any, None
        otherwise. Of one that was deleted there its last word stands."""
        now_ms = self._now_ms()
        due = [
            (self._asked_ms.get(_key(one), 0), one)
            for one in self._records.waiting()
            if self._due(one, now_ms)
        ]
        failed = ask_each(
            [record for _, record in sorted(due, key=lambda pair: pair[0])[:AT_ONCE]],
            lambda record: self._look(record, now_ms),
            lambda record: self._asked_ms.update({_key(record): now_ms}),
        )
        return failed if failed is None or isinstance(failed, Refused) else refused(failed)

    def _due(self, record: CloudMade, now_ms: int) -> bool:
        pause = next(pause for age, pause in AGAIN_MS if now_ms - record.asked_ms < age)
        asked = self._asked_ms.get(_key(record))
        return asked is None or now_ms - asked >= pause

    def _look(self, record: CloudMade, now_ms: int) -> None:
        maker = self._makers.get(ReviewKind(record.kind))
        if maker is None:
            return
        before = record.word or handed_in(())
        seen = maker.look(record.cloud_id, tuple(one.vendor for one in before.parties), now_ms)
        if seen is None or seen == replace(before, decided_ms=seen.decided_ms):
            return
        self._records.tell(replace(record, word=seen, open=not seen.over))


def review(record: CloudMade) -> ReviewState:
    """Return a record's last word as a review; its number is the word's."""
    kind, seen = ReviewKind(record.kind), record.word or handed_in(())
    return ReviewState(
        id=record.seq,
        kind=kind,
        ref=record.ref,
        digest=record.digest,
        state=seen.state,
        vendors=seen.parties,
        reasons=_reasons(seen),
        submitted_ms=record.asked_ms,
        decided_ms=seen.decided_ms,
        channel_num=seen.channel_num,
        tpl_id=record.cloud_id if kind in _WITH_ID else "",
    )


def _reasons(seen: CloudWord) -> tuple[ReviewReason, ...]:
    if seen.state != Verdict.REJECTED.value:
        return ()
    if seen.words:
        return (ReviewReason("review.person", "", "{}", seen.words),)
    # A card's words are its vendors', where each has them; of a service account no list says why.
    return () if seen.parties else (ReviewReason("review.at_console", "", "{}", ""),)


def _made(maker: Maker, content: Mapping[str, object], there: str) -> str:
    if not isinstance(maker, Changing) or not there:
        return maker.make(content)
    maker.change(content, there)
    return there


def _key(record: CloudMade) -> tuple[str, str, str]:
    return record.kind, record.ref, record.digest


def _unclear(record: CloudMade) -> Refused:
    return Refused(problem("cloud.unclear", name=record.name, kind=record.kind))
