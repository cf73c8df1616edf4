# SPDX-License-Identifier: Apache-2.0
"""Handing in to the real platform, put together for a workspace that speaks to it."""

from __future__ import annotations

from collections.abc import Callable

from koodesk.backend.gateways.cloud.client import CloudCalls
from koodesk.backend.gateways.cloud.makers import makers
from koodesk.backend.gateways.cloud.reviews import CloudReviews
from koodesk.backend.operations.cloud_contents import DeskContents
from koodesk.backend.ports.review_gateway import ReviewGateway
from koodesk.backend.readers.picture_files import ChildPictures
from koodesk.backend.storage.database import Database
from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.backend.storage.stores.cloud import SqlCloudRecords
from koodesk.backend.storage.stores.materials import MaterialFolder, SqlMaterialStore
from koodesk.backend.storage.unit_of_work import SqlUnitOfWork
from koodesk.backend.workspace import Workspace
from koodesk.domain.rule_pack import RulePack
from koodesk.domain.service_account.regions import Regions


def cloud_reviews(
    workspace: Workspace,
    database: Database,
    records: SqlCloudRecords,
    client: CloudCalls,
    others: ReviewGateway,
    pack: Callable[[], RulePack],
    now_ms: Callable[[], int],
    regions: Regions,
) -> CloudReviews:
    """Return the reviews of the platform; `others` takes the kinds its API has no call for."""
    contents = DeskContents(
        SqlUnitOfWork(database),
        SqlMaterialStore(),
        MaterialFolder(workspace.materials),
        ChildPictures(),
        PaperFolder(workspace.papers),
    )
    made = makers(client, records, contents, pack, now_ms, regions)
    return CloudReviews(made, records, now_ms, others)
