# SPDX-License-Identifier: Apache-2.0
"""What has to be cleared before a message goes: filings, plain messages, signatures, video SMS, service accounts, and the review desk."""

from __future__ import annotations

from typing import TypedDict

from koodesk import paths
from koodesk.backend.operations.dossiers import Dossiers
from koodesk.backend.operations.filings import Filings
from koodesk.backend.operations.materials import Materials
from koodesk.backend.operations.reviews import Reviews
from koodesk.backend.operations.service_account_ports import AccountPorts
from koodesk.backend.operations.service_account_records import AccountRecords
from koodesk.backend.operations.service_account_shortcuts import AccountShortcuts
from koodesk.backend.operations.service_accounts import ServiceAccounts
from koodesk.backend.operations.sms import Sms
from koodesk.backend.operations.video_signatures import VideoSignatures
from koodesk.backend.operations.video_templates import VideoTemplates
from koodesk.backend.storage.letters import LetterFiles
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.stores.hand_words import SqlHandWords
from koodesk.backend.storage.stores.materials import MaterialFolder
from koodesk.backend.wiring.ground import Ground, rule_text
from koodesk.domain.dossier import read_places
from koodesk.domain.filing import FilingKind, read_filing_rules
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.regions import read_regions
from koodesk.domain.service_account.rules import read_service_account_rules


class Clearing(TypedDict):
    """Filings and what is reviewed beside cards."""

    filings: Filings
    sms: Sms
    video_signatures: VideoSignatures
    video_templates: VideoTemplates
    reviews: Reviews
    service_accounts: ServiceAccounts
    account_ports: AccountPorts
    account_shortcuts: AccountShortcuts
    dossiers: Dossiers


def account_records(ground: Ground) -> AccountRecords:
    """Return the records of service accounts, which messages on phones are held against too."""
    checker = Checker(
        read_service_account_rules(rule_text("service_account.toml")),
        read_regions(rule_text("regions.toml")),
    )
    return AccountRecords(ground.work, ground.submitting, checker, ground.clock, ground.gateway.now_ms)


def clearing(
    ground: Ground, materials: Materials, folder: MaterialFolder, records: AccountRecords
) -> Clearing:
    """Wire filings and what is reviewed beside cards."""
    access, work, submitting, clock = ground.access, ground.work, ground.submitting, ground.clock
    papers = PaperFolder(ground.workspace.papers)
    letters = LetterFiles(paths.resources() / "samples" / "letters")
    smart_papers = read_filing_rules(rule_text("filing.toml"))
    rules = {
        FilingKind.SEND_TASK: smart_papers,
        FilingKind.SHORT_LINK: smart_papers,
        FilingKind.VIDEO_SMS: read_filing_rules(rule_text("filing_video.toml")),
        FilingKind.SERVICE_ACCOUNT: read_filing_rules(rule_text("filing_service_account.toml")),
    }
    filings = Filings(access, work, submitting, rules, papers, letters)
    return {
        "filings": filings,
        "sms": Sms(access, work, submitting, ground.sms_rules, papers, clock),
        "video_signatures": VideoSignatures(
            access, work, submitting, ground.video_rules, papers, letters, clock
        ),
        "video_templates": VideoTemplates(
            access,
            work,
            submitting,
            ground.video_rules,
            filings,
            materials,
            clock,
            ground.gateway.now_ms,
            paths.resources(),
        ),
        "reviews": Reviews(access, submitting, ground.doors, ground.doors),
        "service_accounts": ServiceAccounts(
            access, records, filings, ground.accounts, papers, letters, folder
        ),
        "account_ports": AccountPorts(access, records, submitting, ground.ports),
        "account_shortcuts": AccountShortcuts(access, records, filings, submitting),
        "dossiers": Dossiers(
            access,
            work,
            submitting,
            SqlHandWords(),
            papers.path,
            read_places(rule_text("dossier.toml")),
            {one.id: (one.name_zh, one.name_en) for kind in rules.values() for one in kind.papers},
            ground.by_hand,
            clock,
        ),
    }
