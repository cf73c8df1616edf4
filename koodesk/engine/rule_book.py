# SPDX-License-Identifier: Apache-2.0
"""The platform's rules as the engine reads them: the same data files as the desk's, read once, on its own side."""

from __future__ import annotations

from functools import lru_cache

from koodesk import paths
from koodesk.domain.filing import FilingRules, read_filing_rules
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.sms_rules import SmsRuleSet, read_sms_rules


@lru_cache(maxsize=1)
def sms_rules() -> SmsRuleSet:
    """Return the rules of SMS applications, signatures and templates."""
    return read_sms_rules((paths.resources() / "rules" / "sms.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def filing_rules() -> FilingRules:
    """Return the papers of the smart-message filing."""
    return read_filing_rules((paths.resources() / "rules" / "filing.toml").read_text("utf-8"))


@lru_cache(maxsize=1)
def rule_pack() -> RulePack:
    """Return the rule pack of cards."""
    return read_pack_folder(paths.resources() / "rules")
