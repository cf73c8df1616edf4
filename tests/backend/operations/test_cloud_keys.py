# SPDX-License-Identifier: Apache-2.0
"""The engine's cloud API knows who may ask it from the desk: keys as they are made, switched and deleted, rights as they change.

The engine is a real one, the client the official SDK.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkcore.auth.credentials import BasicCredentials
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkkoomessage.v1 import KooMessageClient, ListAimSendTasksRequest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.service import Service
from koodesk.backend.storage import secrets as kept
from koodesk.backend.views.identity import GroupDraft, NewKey, UserDraft
from koodesk.backend.workspace import Workspace

PASSWORD = "Spruce-2026"


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Service]:
    """A workspace with a running engine and a main account."""
    with open_service(Workspace(tmp_path)) as made:
        made.engine.ensure_running()
        made.signing_in.set_main_password("掌柜", PASSWORD)
        yield made
        made.engine.stop()


def asked(service: Service, key: NewKey) -> str:
    """Ask for send tasks with a key; "ok", or the code of the refusal."""
    logging.getLogger("huaweicloudsdkcore").setLevel(logging.CRITICAL)
    endpoint = service.engine.ensure_running()
    client: Any = (
        KooMessageClient.new_builder()
        .with_credentials(BasicCredentials(key.row.ak, key.sk, project_id="local"))
        .with_endpoint(endpoint.url)
        .build()
    )
    try:
        client.list_aim_send_tasks(ListAimSendTasksRequest())
    except ClientRequestException as refused:
        return str(refused.error_code)
    return "ok"


def test_a_key_is_good_from_the_moment_it_is_made_until_it_is_deleted(service: Service) -> None:
    key = service.access_keys.create_own("脚本")
    assert asked(service, key) == "ok"
    service.access_keys.set_own_enabled(key.row.id, False)
    assert asked(service, key) == "KD.CLOUD.SIGNATURE"
    service.access_keys.set_own_enabled(key.row.id, True)
    assert asked(service, key) == "ok"
    service.access_keys.delete_own(key.row.id)
    assert asked(service, key) == "KD.CLOUD.SIGNATURE"


def test_rights_follow_the_groups_and_the_user(service: Service) -> None:
    user = service.users.create(UserDraft("林晓"), PASSWORD, must_change=False)
    key = service.access_keys.create(user.id)
    assert asked(service, key) == "KD.CLOUD.FORBIDDEN"
    group = service.groups.create(
        GroupDraft("readers", policies=("KooMessage ReadOnlyAccess",), members=(user.id,))
    )
    assert asked(service, key) == "ok"
    service.groups.delete(group.id)
    assert asked(service, key) == "KD.CLOUD.FORBIDDEN"
    service.users.delete(user.id)
    assert asked(service, key) == "KD.CLOUD.SIGNATURE"


def test_an_engine_that_was_started_anew_is_told_by_whoever_sees_it(service: Service) -> None:
    key = service.access_keys.create_own()
    service.engine.stop()
    assert asked(service, key) == "ok"


def test_a_key_whose_secret_nobody_has_any_more_ends_with_the_engine(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = service.access_keys.create_own()
    monkeypatch.setattr(kept, "_SESSION", {})  # as in another process of a machine without a key store
    other = service.access_keys.create_own()
    assert [asked(service, one) for one in (key, other)] == ["ok", "ok"]
    service.engine.stop()
    assert [asked(service, one) for one in (key, other)] == ["KD.CLOUD.SIGNATURE", "ok"]


def test_nothing_of_a_secret_is_in_the_workspace(service: Service, tmp_path: Path) -> None:
    key = service.access_keys.create_own()
    assert asked(service, key) == "ok"
    service.engine.stop()
    found = [path for path in tmp_path.rglob("*") if path.is_file() and key.sk.encode() in path.read_bytes()]
    assert found == []
