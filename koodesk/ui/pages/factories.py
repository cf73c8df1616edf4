# SPDX-License-Identifier: Apache-2.0
"""Which page each name makes. Pages are imported when first asked for, so that the window starts fast."""

from __future__ import annotations

from importlib import import_module
from typing import Final, cast

from koodesk.ui.desk import Desk
from koodesk.ui.navigation import PageFactory
from koodesk.ui.page import Page

PAGES: Final = {
    "overview": ("overview", "OverviewPage"),
    "studio": ("studio.gallery_page", "GalleryPage"),
    "library": ("library.page", "LibraryPage"),
    "brand": ("brand", "BrandPage"),
    "editor": ("studio.editor_page", "EditorPage"),
    "send": ("send.page", "SendPage"),
    "plain_send": ("plain.send", "PlainSendPage"),
    "campaigns": ("campaigns", "CampaignsPage"),
    "details": ("details", "DetailsPage"),
    # resolve tasks, links
    "resolve_tasks": ("resolve.tasks", "ResolveTasksPage"),
    "resolve_links": ("resolve.links", "ResolveLinksPage"),
    "link_domains": ("resolve.domains", "DomainsPage"),
    "jump_urls": ("resolve.jump_urls", "JumpUrlsPage"),
    "video_templates": ("video.templates", "VideoTemplatesPage"),
    "video_editor": ("video.editor_page", "VideoEditorPage"),
    "video_send": ("video.send", "VideoSendPage"),
    "video_signatures": ("video.signatures", "VideoSignaturesPage"),
    "sms_apps": ("sms_apps", "SmsAppsPage"),
    "sms_signatures": ("sms_signatures", "SmsSignaturesPage"),
    "sms_templates": ("sms_templates", "SmsTemplatesPage"),
    # service account
    "accounts": ("service_account.accounts", "AccountsPage"),
    "account_wizard": ("service_account.wizard", "AccountWizardPage"),
    "account_ports": ("service_account.ports", "AccountPortsPage"),
    "account_shortcuts": ("service_account.shortcuts", "AccountShortcutsPage"),
    "filings": ("filings", "FilingsPage"),
    "dossiers": ("dossiers", "DossiersPage"),
    "smart_report": ("smart_report", "SmartReportPage"),
    "video_report": ("video_report", "VideoReportPage"),
    "plain_report": ("plain.report", "PlainReportPage"),
    "service_report": ("service_report", "ServiceReportPage"),
    "exports": ("exports", "ExportsPage"),
    "heat": ("heat", "HeatPage"),
    "account": ("account", "AccountPage"),
    "opt_outs": ("opt_outs", "OptOutsPage"),
    "packages": ("billing.packages", "PackagesPage"),
    "buy_package": ("billing.buy", "BuyPage"),
    "bills": ("billing.bills", "BillsPage"),
    "review": ("review", "ReviewPage"),
    # phones
    "phones": ("phones.page", "PhonesPage"),
    "recorder": ("phones.recorder", "RecorderPage"),
    "rule_pack": ("rule_pack", "RulePackPage"),
    "workers": ("workers", "WorkersPage"),
    "settings": ("settings", "SettingsPage"),
    # users and rights
    "iam_users": ("iam.users", "UsersPage"),
    "iam_groups": ("iam.groups", "GroupsPage"),
    "iam_policies": ("iam.policies", "PoliciesPage"),
    "iam_keys": ("iam.keys", "KeysPage"),
    "iam_audit": ("iam.audit", "AuditPage"),
}
"""Page id -> module below `koodesk.ui.pages`, class."""


def _factory(module: str, name: str) -> PageFactory:
    def make(desk: Desk) -> Page:
        return cast(Page, getattr(import_module(f"koodesk.ui.pages.{module}"), name)(desk))

    return make


FACTORIES: Final[dict[str, PageFactory]] = {page: _factory(*where) for page, where in PAGES.items()}
