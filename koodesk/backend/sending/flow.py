# SPDX-License-Identifier: Apache-2.0
"""How a campaign flows, for a person: its waves and going on between them, rates adjusted while it runs, the breaker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Final, Protocol

from koodesk.backend.operations.rights import Access, needs
from koodesk.backend.ports.gateway import SendGateway
from koodesk.backend.sending.kinds import needs_for_kind
from koodesk.backend.sending.reading import Ledger
from koodesk.backend.views.flow import FlowRow, RateRow, WaveRow
from koodesk.domain.breaker import BreakerState
from koodesk.domain.campaign import CampaignKind
from koodesk.domain.pacing import CALL_MS
from koodesk.domain.problem import Refused, problem
from koodesk.domain.quiet_hours import Window, may_start
from koodesk.domain.send_state import CampaignMove, CampaignState
from koodesk.domain.vendor import Vendor
from koodesk.domain.waves import WaveMove, WaveRules, judge

WORKSPACE: Final = "workspace"
SCOPES: Final = (WORKSPACE, *(vendor.value for vendor in Vendor))
"""What a rate that campaigns share may be of."""


class FlowLedger(Ledger, Protocol):
    """The ledger with what waves, rates and breakers keep in it."""

    def wave(self, campaign_id: int) -> tuple[int, tuple[int, ...], WaveRules, int] | None:
        """Return a campaign's wave (from 0), the limits of all of them, its rules and since when it is held (0: not)."""
        ...

    def breakers(self) -> Mapping[str, tuple[str, int, int]]:
        """Return by gateway: state, since when, until when it is open at least."""
        ...

    def set_shared_rate(self, scope: str, rate: int, at_ms: int, by: str) -> None:
        """Change a rate that campaigns share."""
        ...

    def shares(self, campaign_id: int) -> tuple[int, ...]:
        """Return in which shares a campaign goes, as it was confirmed."""
        ...


class Flow:
    """Waves, rates and breakers of one workspace. `wake` is called when the worker has something to do."""

    def __init__(
        self, access: Access, ledger: FlowLedger, gateway: SendGateway, wake: Callable[[], None]
    ) -> None:
        self.access: Final = access
        self._ledger = ledger
        self._gateway = gateway
        self._wake = wake

    @needs_for_kind("list")
    def of(self, campaign_id: int) -> FlowRow:
        """Return how a campaign flows. Raises Refused (campaign.missing)."""
        campaign = self._ledger.campaign(campaign_id)
        state, since, until = self._ledger.breakers().get(campaign.gateway, (BreakerState.CLOSED, 0, 0))
        open_ = state == BreakerState.OPEN
        return FlowRow(
            rate=campaign.rate,
            shared=self._shared(),
            wave=self._wave(campaign_id, campaign.state, campaign.reason),
            open_since_ms=since if open_ else 0,
            open_until_ms=until if open_ else 0,
        )

    @needs_for_kind("list")
    def goes_on(self, campaign_id: int) -> bool:
        """Tell whether a worker has something to do for a campaign now, by its gateway's clock: not while it waits for its start, for its
        hours or for a person. While the clock cannot be asked, by the newest event."""
        row = self._ledger.campaign(campaign_id)
        if row.state == CampaignState.SCHEDULED:
            return row.start_at_ms <= self._now()
        if row.state == CampaignState.RUNNING and not row.in_flight:
            return may_start(self._now(), Window(row.window_start, row.window_end), CALL_MS)
        return row.state in (CampaignState.RUNNING, CampaignState.STOPPING)

    @needs_for_kind("control")
    def go_on(self, campaign_id: int) -> FlowRow:
        """Let the next wave leave without waiting any longer, or in spite of a stop rule. Raises Refused
        (campaign.waves.not_held)."""
        campaign = self._ledger.campaign(campaign_id)
        asked = campaign.state == CampaignState.PAUSED and campaign.reason.startswith("wave_")
        if asked:
            self._ledger.move(campaign_id, CampaignMove.RESUME, self._now(), by=self._who)
        else:
            wave = self._ledger.wave(campaign_id)
            held = wave is not None and wave[3] and campaign.state == CampaignState.RUNNING
            if not held or not self._ledger.next_wave(campaign_id, self._now(), self._who):
                raise Refused(problem("campaign.waves.not_held", "campaign"))
        self._wake()
        return self.of(campaign_id)

    @needs("kooMessage:devSendTask:list")
    def shared_rates(self) -> tuple[RateRow, ...]:
        """Return the rates that campaigns share: of the workspace, and of vendors that have one."""
        return self._shared()

    @needs("kooMessage:devSendTask:control")
    def set_shared_rate(self, scope: str, rate: int) -> tuple[RateRow, ...]:
        """Change the most messages a second of the workspace or of a vendor; 0 is no limit. It counts from the next chunk.

        Raises Refused: campaign.rate.range, campaign.rate.scope.
        """
        if rate < 0:
            raise Refused(problem("campaign.rate.range", "rate", least=0, actual=rate))
        if scope not in SCOPES:
            raise Refused(problem("campaign.rate.scope", "scope", scope=scope[:20]))
        self._ledger.set_shared_rate(scope, rate, self._now(), self._who)
        return self._shared()

    def _shared(self) -> tuple[RateRow, ...]:
        rates = self._ledger.rates()
        return tuple(RateRow(scope, rates[scope]) for scope in SCOPES if rates.get(scope, 0) > 0)

    def _wave(self, campaign_id: int, state: str, reason: str) -> WaveRow | None:
        found = self._ledger.wave(campaign_id)
        if found is None:
            return None
        wave, limits, rules, since = found
        _, facts = self._ledger.wave_facts(campaign_id, self._now())
        last = wave + 1 == len(limits)
        waits, until = ("" if last else "sending"), 0
        if reason.startswith("wave_"):
            waits = reason
        elif since and not last and state == CampaignState.RUNNING:
            judged = judge(rules, facts)
            until = judged.until_ms
            waits = judged.reason if judged.move is not WaveMove.GO else "ready"
        return WaveRow(
            wave=wave + 1,
            waves=len(limits),
            shares=self._ledger.shares(campaign_id)[: len(limits) - 1],
            waits=waits,
            since_ms=since,
            until_ms=until,
            accepted=facts.accepted,
            refused=facts.refused,
            delivered=facts.delivered,
            failed=facts.failed,
            unknown=facts.unknown,
            rules=tuple(sorted(asdict(rules).items())),
        )

    def _kind_of(self, reference: int | str) -> CampaignKind:
        """For `needs_for_kind`."""
        return CampaignKind(self._ledger.kind(int(reference)))

    @property
    def _who(self) -> str:
        return self.access.principal.name

    def _now(self) -> int:
        """Return the gateway's clock; a person steers also while it cannot be asked, then by the newest event."""
        try:
            return self._gateway.now_ms()
        except Refused:
            return self._ledger.newest_ms()
