# SPDX-License-Identifier: Apache-2.0
"""A dry run (演练): every call a prepared send would make on its platform, with the numbers of phones masked. Nothing is sent or asked."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.rehearsal import RehearsedSends, Stages
from koodesk.backend.sending.kinds import needs_for_kind
from koodesk.backend.views.rehearsal import CallView
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.problem import Refused, problem


class Rehearsal:
    """Shows calls."""

    def __init__(self, access: Access, sends: RehearsedSends, stages: Stages) -> None:
        self.access: Final = access
        self._sends = sends
        self._stages = stages

    @needs_for_kind("list")
    def calls(self, digest: str) -> Iterator[CallView]:
        """Return, one after the other, the calls that confirming this digest would lead to, were each answered at once.

        Status reports are asked for afterwards, and an answer that is lost leads to questions: those are not among them. Raises Refused:
        campaign.not_prepared, campaign.no_rehearsal, cloud.sdk_missing (with the first call).
        """
        found = self._sends.batches(digest)
        stage = self._stages.get(found.snapshot.gateway)
        if stage is None:
            raise Refused(problem("campaign.no_rehearsal", gateway=found.snapshot.gateway))
        return (
            CallView(call.method, call.path, call.query, call.body) for call in stage.calls(found.batches)
        )

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """For `needs_for_kind`."""
        return CampaignKind(self._sends.batches(str(reference)).snapshot.kind)
