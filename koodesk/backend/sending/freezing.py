# SPDX-License-Identifier: Apache-2.0
"""From a draft to what a campaign depends on, frozen: the form by its kind, then prices, budget and forecast; and the same
asked for once more before it is confirmed."""

from __future__ import annotations

from dataclasses import replace

from koodesk.backend.sending import plain, smart, video
from koodesk.backend.sending.frozen import Around, Frozen, replies_untold
from koodesk.backend.sending.pricing import (
    charges_of,
    check_budget,
    foreseen,
    in_fine_chunks,
    plain_charges,
    priced,
)
from koodesk.domain.campaign import CampaignKind, Snapshot, decode, digest_of
from koodesk.domain.plain_send import PlainSendDraft, length
from koodesk.domain.problem import Refused, errors, problem
from koodesk.domain.send_draft import Draft
from koodesk.domain.video_send import VideoSendDraft


class Freezer:
    """Freezes drafts of every kind by what is `around` them."""

    def __init__(self, around: Around) -> None:
        self._around = around

    def again(self, digest: str, draft: Draft, text: str, now_ms: int) -> tuple[Snapshot, Frozen]:
        """Ask for everything a prepared send names again. Raises Refused (campaign.changed) when anything is another."""
        if digest_of(text) != digest:
            raise Refused(problem("campaign.changed", "confirmation"))
        shown = decode(text)
        frozen = self.freeze(draft, shown.uuid, now_ms, shown.frequency_at_ms)
        present = frozen.snapshot
        changed = [name for name in Snapshot.__slots__ if getattr(shown, name) != getattr(present, name)]
        if changed:
            raise Refused(*(problem("campaign.changed", name) for name in changed))
        return shown, frozen

    def freeze(self, draft: Draft, id_: str, now_ms: int, as_of: int = 0) -> Frozen:
        """Freeze a draft with its prices. `as_of` is the instant frequencies were counted at before, 0 for now.

        Raises Refused with everything that is in the way.
        """
        if isinstance(draft, VideoSendDraft):
            frozen = video.freeze(self._around, draft, id_, now_ms, as_of)
        elif isinstance(draft, PlainSendDraft):
            frozen = plain.freeze(self._around, draft, id_, now_ms, as_of)
        else:
            frozen = smart.freeze(self._around, draft, id_, now_ms, as_of)
        return self._with_price(
            replace(frozen, notes=(*frozen.notes, *replies_untold(frozen.snapshot))), now_ms
        )

    def _with_price(self, frozen: Frozen, now_ms: int) -> Frozen:
        """Put prices and forecast to a frozen send. Raises Refused (campaign.budget.*, gateway.*)."""
        pricing = self._around.pricing
        if pricing is None:
            return replace(frozen, snapshot=in_fine_chunks(frozen.snapshot))
        snapshot = in_fine_chunks(self.charged(frozen.snapshot))
        found = check_budget(snapshot)
        if errors(found):
            raise Refused(*found)
        return replace(
            frozen,
            snapshot=snapshot,
            notes=(*frozen.notes, *found),
            forecast=foreseen(snapshot, pricing, now_ms),
        )

    def charged(self, snapshot: Snapshot) -> Snapshot:
        """Return a snapshot with the prices of what it sends, as it is where nothing has a price."""
        around = self._around
        if around.pricing is None:
            return snapshot
        sms = snapshot.sms_template_id
        if snapshot.kind == CampaignKind.PLAIN:
            found = around.sources.plain(sms)
            told = length(around.sms, found.text, found.signature, found.variables, snapshot.sms_values)
            return priced(snapshot, around.pricing, plain_charges(told.most_parts, found.promotion))
        promotion = around.sources.sms(sms).promotion if sms else snapshot.promotion
        return priced(snapshot, around.pricing, charges_of(snapshot, around.sms, promotion=promotion))
