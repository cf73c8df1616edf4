# SPDX-License-Identifier: Apache-2.0
"""The official SDK, unchanged, against the engine: every operation with a good call, a refused one, a wrong signature, and a
user without the right."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest
from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException
from huaweicloudsdkkoomessage.v1 import KooMessageClient

from koodesk.engine.cloud.handlers import handlers
from koodesk.engine.cloud.spec import cloud_spec
from tests.engine.cloud import (
    cases_accounts,
    cases_cards,
    cases_resolve,
    cases_sending,
    cases_sms,
    cases_video,
)
from tests.engine.cloud.case import Case
from tests.engine.cloud.world import AK, READER_AK, READER_SK, World

CASES: dict[str, Case] = {
    **cases_sending.CASES,
    **cases_cards.CASES,
    **cases_resolve.CASES,
    **cases_video.CASES,
    **cases_sms.CASES,
    **cases_accounts.CASES,
}
OPERATIONS = {one.id: one for one in cloud_spec().operations}
KINDS: dict[str, type | tuple[type, ...]] = {
    "str": str,
    "time": str,
    "int": int,
    "num": (int, float),
    "bool": bool,
    "map": dict,
    "any": object,
}
NOTHING_WRONG = ("list_aim_callbacks", "list_vms_callbacks")
"""What takes nothing from its caller can be refused for its signature and its rights alone."""


def of_the_sdk() -> dict[str, tuple[str, str]]:
    """Every operation of the SDK's client: its method and path, read from the client itself."""
    found = {}
    for name, method in inspect.getmembers(KooMessageClient):
        if match := re.fullmatch(r"_(\w+)_http_info", name):
            text = inspect.getsource(method)
            verb, path = (re.search(rf'"{key}": "([^"]+)"', text) for key in ("method", "resource_path"))
            assert verb is not None
            assert path is not None
            found[match[1]] = (verb[1], path[1])
    return found


def test_the_data_has_every_operation_of_the_sdk() -> None:
    sdk = of_the_sdk()
    assert len(sdk) == 62
    assert {one.id: (one.method, one.path) for one in cloud_spec().operations} == sdk


def test_every_operation_is_served_and_has_a_case() -> None:
    assert set(CASES) == set(handlers()) == set(of_the_sdk())


def refused(world: World, name: str, request: Any, *key: str) -> ClientRequestException:
    """Call an operation that must be refused."""
    with pytest.raises(ClientRequestException) as caught:
        getattr(world.sdk(*key), name)(request)
    return caught.value


def strange(type_name: str, told: Any, where: str = "") -> list[str]:
    """What an answer says that its declared type does not have, or says in another type."""
    fields = {field.name: field for field in cloud_spec().types[type_name]}
    found = [f"{where}.{name}" for name in told if name not in fields]
    for name, field in fields.items():
        if name not in told:
            continue
        values = told[name] if field.many else [told[name]]
        for value in values:
            if field.kind in cloud_spec().types:
                found += strange(field.kind, value, f"{where}.{name}")
            elif not isinstance(value, KINDS[field.kind]):
                found.append(f"{where}.{name} is {type(value).__name__}")
    return found


def shaped(world: World, name: str) -> Any:
    """A request that gets as far as the signature, whatever is in it."""
    return CASES[name].good(world) if name in NOTHING_WRONG else CASES[name].bad(world)


@pytest.mark.parametrize("name", CASES)
def test_a_good_call_is_answered(world: World, name: str) -> None:
    case = CASES[name]
    answer = getattr(world.sdk(), name)(case.good(world))
    assert case.says(world, answer), answer
    assert strange(OPERATIONS[name].answer, json.loads(world.last)) == []


@pytest.mark.parametrize("name", [name for name in CASES if name not in NOTHING_WRONG])
def test_a_bad_call_is_refused_in_the_platforms_shape(world: World, name: str) -> None:
    case = CASES[name]
    failure = refused(world, name, case.bad(world))
    assert (failure.status_code, failure.error_code) == (case.status, case.code), failure.error_msg
    assert failure.error_msg


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_signature_is_refused(world: World, name: str) -> None:
    failure = refused(world, name, shaped(world, name), AK, "x" * 40)
    assert (failure.status_code, failure.error_code) == (401, "KD.CLOUD.SIGNATURE")


@pytest.mark.parametrize("name", CASES)
def test_who_may_not_is_refused(world: World, name: str) -> None:
    failure = refused(world, name, shaped(world, name), READER_AK, READER_SK)
    assert (failure.status_code, failure.error_code) == (403, "KD.CLOUD.FORBIDDEN")
