# SPDX-License-Identifier: Apache-2.0
"""Which right each page asks for, and the page that says 权限不足 in its place. What decides is the service."""

from __future__ import annotations

from typing import ClassVar, Final

from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.navigation import name_of
from koodesk.ui.page import Page
from koodesk.ui.widgets.empty import EmptyState

PAGE_ACTIONS: Final = {
    "overview": "kooMessage:overview:get",
    "studio": "kooMessage:devTemplate:list",
    "library": "kooMessage:devMaterial:list",
    "brand": "kooMessage:devMaterial:list",
    "editor": "kooMessage:devTemplate:list",
    "send": "kooMessage:devSendTask:create",
    "plain_send": "kooMessage:devSendTask:create",
    "sms_apps": "kooMessage:smsApp:list",
    "sms_signatures": "kooMessage:smsSignature:list",
    "sms_templates": "kooMessage:smsTemplate:list",
    "filings": "kooMessage:enterpriseFiling:get",
    "dossiers": "koodesk:dossier:list",
    "video_signatures": "kooMessage:basicSignature:list",
    "video_templates": "kooMessage:basicTemplate:list",
    "video_editor": "kooMessage:basicTemplate:list",
    "video_send": "kooMessage:basicSendTask:create",
    "video_report": "kooMessage:basicReport:list",
    "review": "koodesk:review:list",
    # service account
    "accounts": "kooMessage:aimSaPub:list",
    "account_wizard": "kooMessage:aimSaPub:list",
    "account_ports": "kooMessage:aimSaPort:list",
    "account_shortcuts": "kooMessage:aimSaShortcut:list",
    # resolve tasks, phones, the account at the platform
    "resolve_tasks": "kooMessage:devResolveTask:list",
    "resolve_links": "kooMessage:devShortLink:list",
    "link_domains": "kooMessage:linkDomain:list",
    "jump_urls": "kooMessage:jumpUrl:list",
    "phones": "kooMessage:phone:list",
    "recorder": "kooMessage:flightRecorder:get",
    "account": "kooMessage:service:get",
    "packages": "kooMessage:package:list",
    "buy_package": "kooMessage:package:list",
    "bills": "kooMessage:bill:list",
    "smart_report": "kooMessage:devTemplateReport:list",
    "plain_report": "kooMessage:devTemplateReport:list",
    "service_report": "kooMessage:aimSaReport:list",
    "heat": "kooMessage:devTemplateReport:list",
    "exports": "kooMessage:exportJob:list",
    "opt_outs": "koodesk:optOut:list",
    "workers": "koodesk:worker:list",
    # users and rights
    "iam_users": "iam:user:list",
    "iam_groups": "iam:group:list",
    "iam_policies": "iam:policy:list",
    "iam_keys": "iam:ownCredential:list",
    "iam_audit": "iam:audit:list",
}
"""The action without which a page has nothing to show. A page that is not here says itself what it may not fetch."""


class DeniedPage(Page):
    """Stands in the place of a page that one may not see, and says what is missing and whom to ask."""

    watches: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk, page_id: str, why: str) -> None:
        self._name, self.why = page_id, why
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Say it."""
        try:
            page = self._name
            name = tr(name_of(page))
        except KeyError:
            name = ""  # a page that is not in the rail
        self.set_title(name)
        self.body.addWidget(EmptyState("lock", tr("权限不足"), self.why), 1)
