# SPDX-License-Identifier: Apache-2.0
"""The platform's rules as the engine reads them: the same data files as the desk's, read on its own side.

SMS, video SMS, filing rules and number segments are read once. The rule pack is the one in use (`koodesk.rule_packs`); the engine's status names it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from koodesk import paths
from koodesk.domain.billing.price_book import PriceBook, read_price_book
from koodesk.domain.carrier import Segments, read_segments
from koodesk.domain.filing import FilingKind, FilingRules, read_filing_rules
from koodesk.domain.resolve_rules import ResolveRules, read_resolve_rules
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.clicks import ClickRules, read_click_rules
from koodesk.domain.service_account.regions import read_regions
from koodesk.domain.service_account.rules import read_service_account_rules
from koodesk.domain.sms_rules import SmsRuleSet, read_sms_rules
from koodesk.domain.video_sms.rules import VideoSmsRules, read_video_rules
from koodesk.rule_packs import InUse, default_shelf

_FILINGS: Final = {
    FilingKind.VIDEO_SMS: "filing_video.toml",
    FilingKind.SERVICE_ACCOUNT: "filing_service_account.toml",
}


@lru_cache(maxsize=1)
def sms_rules() -> SmsRuleSet:
    """Return the rules of SMS applications, signatures and templates."""
    return read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def video_rules() -> VideoSmsRules:
    """Return the rules of video SMS signatures and templates."""
    return read_video_rules((paths.resources() / "rules" / "video_sms.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def resolve_rules() -> ResolveRules:
    """Return the rules of resolve tasks, custom domains and jump URLs."""
    return read_resolve_rules((paths.resources() / "rules" / "resolve.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def account_checker() -> Checker:
    """Return the rules of the service account with the region tree."""
    folder = paths.resources() / "rules"
    return Checker(
        read_service_account_rules((folder / "service_account.toml").read_text("utf-8")),
        read_regions((folder / "regions.toml").read_text("utf-8")),
    )


@lru_cache
def filing_rules(kind: FilingKind) -> FilingRules:
    """Return the papers of one of the filings: those of smart messages share theirs."""
    name = _FILINGS.get(kind, "filing.toml")
    return read_filing_rules((paths.resources() / "rules" / name).read_text("utf-8"))


@lru_cache(maxsize=1)
def segments() -> Segments:
    """Return which carrier issues which numbers."""
    return read_segments((paths.resources() / "rules" / "carriers.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def price_book() -> PriceBook:
    """Return prices, packages on offer and the rules of charging."""
    return read_price_book((paths.resources() / "rules" / "price_book.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def click_rules() -> ClickRules:
    """Return which taps on service accounts count."""
    return read_click_rules((paths.resources() / "rules" / "service_account_clicks.toml").read_text("utf-8"))


def rules_in_use() -> InUse:
    """Return the rule pack of cards and where it comes from; one that was installed meanwhile is taken up."""
    return default_shelf().in_use()


def rule_pack() -> RulePack:
    """Return the rule pack of cards."""
    return rules_in_use().pack
