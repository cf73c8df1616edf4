# SPDX-License-Identifier: Apache-2.0
"""The kinds of records that the platform's API takes, each with who makes it."""

from __future__ import annotations

from collections.abc import Callable

from koodesk.backend.gateways.cloud.account_records import Accounts, Homes, Menus
from koodesk.backend.gateways.cloud.card_templates import CardTemplates
from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.making import Maker
from koodesk.backend.gateways.cloud.sms_records import SmsApps, SmsSignatures, SmsTemplates
from koodesk.backend.gateways.cloud.uploads import Uploads
from koodesk.backend.gateways.cloud.video_records import VideoTemplates
from koodesk.backend.ports.cloud import CloudContents
from koodesk.backend.ports.cloud_records import CloudRecords
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.service_account.regions import Regions


def makers(
    client: CloudCalls,
    records: CloudRecords,
    contents: CloudContents,
    pack: Callable[[], RulePack],
    now_ms: Callable[[], int],
    regions: Regions,
) -> dict[ReviewKind, Maker]:
    """Return who makes each kind; `pack` is the rule pack in use when a card is handed in, `regions` are those an account may serve."""
    uploads = Uploads(client, records, contents, now_ms)
    return {
        ReviewKind.CARD: CardTemplates(client, uploads, pack),
        ReviewKind.SMS_APP: SmsApps(client),
        ReviewKind.SMS_SIGNATURE: SmsSignatures(client, uploads),
        ReviewKind.SMS_TEMPLATE: SmsTemplates(client),
        ReviewKind.VIDEO_TEMPLATE: VideoTemplates(client, contents),
        ReviewKind.PUB: Accounts(client, uploads, contents, records, regions),
        ReviewKind.SA_MENU: Menus(client, records),
        ReviewKind.SA_HOME: Homes(client, records, uploads, contents),
    }
