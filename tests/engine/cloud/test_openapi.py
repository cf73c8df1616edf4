# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document against the running engine: Schemathesis asks what the document allows, and what it does not.

Whatever is asked, nothing fails inside (no 5xx), and every answer is of a status, a type and a shape that the document has.
"""

from __future__ import annotations

import http.client
import json
from typing import Any
from urllib.parse import urlsplit

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from koodesk.engine.cloud.openapi import document
from koodesk.engine.cloud.spec import cloud_spec, read_field
from tests.engine.cloud.world import AK, SK, World

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
SCHEMA = schemathesis.openapi.from_dict(document("http://127.0.0.1"))


def raw(
    world: World, method: str, path: str, headers: dict[str, str] | None = None, body: bytes = b""
) -> tuple[int, bytes, dict[str, str]]:
    """Ask without the SDK."""
    at = urlsplit(world.client.url)
    connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=30)
    try:
        connection.request(method, path, body or None, headers or {})
        answer = connection.getresponse()
        return answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    finally:
        connection.close()


@pytest.fixture(scope="module")
def token(world: World) -> str:
    """A token of the user who may do all; she may ask as often as she likes."""
    world.client.call("PUT", "/cloud", {"requests_per_second": 100_000})
    return world.token()


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
@SCHEMA.parametrize()
@settings(
    max_examples=3,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_whatever_is_asked_the_answer_is_one_of_the_document(
    case: schemathesis.Case[Any], world: World, token: str
) -> None:
    answer = case.call(base_url=world.client.url, headers={"X-Auth-Token": token})
    case.validate_response(answer, checks=CHECKS)


def test_the_document_is_served_to_anybody_here_and_has_every_operation(world: World) -> None:
    status, body, _headers = raw(world, "GET", "/openapi.json")
    assert status == 200
    served = json.loads(body)
    assert served["servers"] == [{"url": world.client.url}]
    found = {(method.upper(), path) for path, by_method in served["paths"].items() for method in by_method}
    assert found == {(one.method, one.path) for one in cloud_spec().operations}
    assert len(found) == 62


@pytest.mark.parametrize(
    ("body", "headers", "code"),
    [
        (b"", {}, "KD.CLOUD.NOT_SIGNED"),
        (b"", {"Authorization": "Basic abc"}, "KD.CLOUD.SIGNATURE_UNREADABLE"),
        (b"", {"X-Auth-Token": "no token"}, "KD.CLOUD.TOKEN"),
        (b"", {"X-Auth-Token": "\xff\xfe"}, "KD.CLOUD.TOKEN"),
    ],
)
def test_who_does_not_say_who_she_is_is_not_heard(
    world: World, body: bytes, headers: dict[str, str], code: str
) -> None:
    status, told, _headers = raw(world, "POST", "/v1/aim/send-tasks", headers, body)
    assert status == 401
    assert json.loads(told)["error_code"] == code
    assert set(json.loads(told)) == {"error_code", "error_msg"}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "KD.CLOUD.BAD_JSON"),
        (b"[]", "KD.CLOUD.BAD_JSON"),
        (b'{"task_name": ', "KD.CLOUD.BAD_JSON"),
        (b"\xff\xfe", "KD.CLOUD.BAD_JSON"),
        (b'{"task_name": "\\ud800"}', "KD.CLOUD.BAD_JSON"),
        (b"[" * 100_000, "KD.CLOUD.BAD_JSON"),
        (b'{"task_name": {"a": 1}}', "KD.CLOUD.FIELD"),
        (b'{"task_name": 1e400}', "KD.CLOUD.BAD_JSON"),
        (b'{"task_name": "   ", "sms_channel": {}, "resolve_task": {}}', "KD.CLOUD.FIELD"),
    ],
)
def test_a_body_that_is_none_is_refused(world: World, token: str, body: bytes, code: str) -> None:
    status, told, _headers = raw(world, "POST", "/v1/aim/send-tasks", {"X-Auth-Token": token}, body)
    assert (status, json.loads(told)["error_code"]) == (400, code)


@pytest.mark.parametrize(
    "form",
    [
        b"",
        b"--b\r\n",
        b"--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n--b--\r\n',
        b'--b\r\nContent-Disposition: form-data; name="file"\r\n\r\ntext\r\n--b--\r\n',
        b"--b\r\nContent-Disposition: form-data\r\n\r\nx\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\n' + b"y" * 2_000 + b"\r\n--b--\r\n",
    ],
)
def test_a_form_without_a_file_is_refused(world: World, token: str, form: bytes) -> None:
    headers = {"X-Auth-Token": token, "Content-Type": "multipart/form-data; boundary=b"}
    status, _told, _headers = raw(world, "POST", "/v1/aim-sa/media/upload", headers, form)
    assert status == 400


def test_a_body_over_the_limit_is_refused(world: World, token: str) -> None:
    body = b'{"task_name": "' + b"x" * (16 * 1024 * 1024) + b'"}'
    status, told, _headers = raw(world, "POST", "/v1/aim/send-tasks", {"X-Auth-Token": token}, body)
    assert (status, json.loads(told)["error_code"]) == (413, "KD.CLOUD.TOO_LARGE")


def test_who_asks_too_often_is_told_so(world: World, token: str) -> None:
    world.client.call("PUT", "/cloud", {"requests_per_second": 1})
    try:
        asked = [raw(world, "GET", "/v1/aim/callbacks", {"X-Auth-Token": token}) for _ in range(3)]
    finally:
        world.client.call("PUT", "/cloud", {"requests_per_second": 100_000})
    assert [status for status, *_ in asked].count(429) >= 1
    assert json.loads(asked[-1][1])["error_code"] == "KD.CLOUD.TOO_OFTEN"


def test_a_token_is_asked_for_with_a_signature(world: World) -> None:
    assert world.token(AK, SK)
    status, _told, headers = raw(world, "POST", "/v3/auth/tokens")
    assert status == 401
    assert "x-subject-token" not in headers


@pytest.mark.parametrize("line", ["", "str  1..2", "str!!", "str 1..", "[]", "str = ", "str each 1"])
def test_a_line_of_the_data_that_is_no_field_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="no field"):
        read_field("x", line)
