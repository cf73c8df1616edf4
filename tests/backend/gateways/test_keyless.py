# SPDX-License-Identifier: Apache-2.0
"""The engine without keys: a repeat is a second acceptance, and a call is found by its task's name or not at all."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from koodesk.backend.gateways.keyless import MOST, NAMES, KeylessGateway, task_name
from koodesk.backend.ports.gateway import Answered, Batch, Found, GatewayClass, NotFound, Unclear
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import payload, payload_frame
from koodesk.proof.ground import FIRST_NUMBER, SIGNATURE, SMS_TEXT, acceptances, cleared_engine, snapshot

pytestmark = [pytest.mark.slow]

ROWS = [(FIRST_NUMBER + place, '{"name":"王","amount":"1"}', 1) for place in range(3)]


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, str]]:
    """A workspace with a cleared engine, and its card."""
    workspace = Workspace(tmp_path_factory.mktemp("keyless")).create()
    yield workspace, cleared_engine(workspace)
    from koodesk.backend.gateways.engine_process import LocalEngineProcess

    LocalEngineProcess(workspace).stop()


def batch(uuid: str, tpl_id: str) -> Batch:
    frame = payload_frame(snapshot(uuid, 3, tpl_id=tpl_id, sms_text=SMS_TEXT, signature=SIGNATURE))
    return Batch.of(f"{uuid}-000000", payload(frame, ROWS), tuple(row[0] for row in ROWS))


@pytest.mark.parametrize("klass", sorted(MOST))
def test_a_repeat_is_a_second_acceptance(ground: tuple[Workspace, str], klass: GatewayClass) -> None:
    from koodesk.backend.gateways.engine_process import LocalEngineProcess

    workspace, tpl_id = ground
    gateway = KeylessGateway(LocalEngineProcess(workspace).endpoint, klass)
    call = batch(f"twice-{klass}", tpl_id)
    asked = gateway.look_up(call.key)
    assert asked == (NotFound() if klass is GatewayClass.LISTABLE else Unclear("gateway.blind"))
    first = gateway.send(call)
    assert isinstance(first, Answered)
    found = gateway.look_up(call.key)
    if klass is GatewayClass.LISTABLE:
        assert found == Found(first.results)
    else:
        assert found == Unclear("gateway.blind")
    assert isinstance(gateway.send(call), Answered)
    assert set(acceptances(workspace, f"twice-{klass}").values()) == {2}
    gateway.close()


def test_names() -> None:
    assert NAMES == {"local-listable": GatewayClass.LISTABLE, "local-blind": GatewayClass.BLIND}
    assert len(task_name("k" * 200)) <= 30
    assert task_name("a-000001") != task_name("a-000002")
