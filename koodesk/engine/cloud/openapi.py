# SPDX-License-Identifier: Apache-2.0
"""The OpenAPI document of the cloud's API, made of the same data as its routes and checks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

import koodesk
from koodesk.engine.cloud.spec import Field, Fields, Operation, cloud_spec

_PLAIN: Final[dict[str, dict[str, Any]]] = {
    "str": {"type": "string"},
    "int": {"type": "integer"},
    "num": {"type": "number"},
    "bool": {"type": "boolean"},
    "time": {"type": "string", "format": "date-time"},
    "any": {},
    "map": {"type": "object", "additionalProperties": {"type": "string"}},
    "file": {"type": "string", "format": "binary"},
}
_ERROR: Final = {
    "type": "object",
    "required": ["error_code", "error_msg"],
    "properties": {"error_code": {"type": "string"}, "error_msg": {"type": "string"}},
}
REFUSALS: Final = {
    "400": "illegal parameters",
    "401": "not signed, or by nobody known",
    "403": "the user may not do this, or the account takes nothing new",
    "404": "no such record",
    "409": "the record's state does not allow it",
    "413": "the body is too large",
    "429": "too many requests",
    "500": "the engine failed",
    "503": "come again later",
    "507": "the engine could not write",
}


def document(url: str) -> dict[str, Any]:
    """Return the document; `url` is where the API is reached."""
    spec = cloud_spec()
    paths: dict[str, dict[str, Any]] = {}
    for operation in spec.operations:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _operation(operation)
    return {
        "openapi": "3.0.3",
        "info": {"title": "KooMessage API, served by Koodesk's local engine", "version": koodesk.__version__},
        "servers": [{"url": url}],
        "security": [{"token": []}, {"signature": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "token": {"type": "apiKey", "in": "header", "name": "X-Auth-Token"},
                "signature": {"type": "apiKey", "in": "header", "name": "Authorization"},
            },
            "schemas": {"Error": _ERROR} | {name: _type(fields) for name, fields in spec.types.items()},
        },
    }


def _operation(operation: Operation) -> dict[str, Any]:
    made: dict[str, Any] = {
        "operationId": operation.id,
        "summary": operation.zh,
        "description": f"{operation.en}. Right: {operation.action}.",
        "tags": [operation.topic],
        "parameters": [
            *_parameters("path", operation.path_fields),
            *_parameters("query", operation.query),
        ],
        "responses": {
            "200": {"description": "done", "content": _json(_reference(operation.answer))},
            **{
                status: {"description": about, "content": _json(_reference("Error"))}
                for status, about in REFUSALS.items()
            },
        },
    }
    if operation.body:
        schema = _reference(operation.body)
        content = {"multipart/form-data": {"schema": schema}} if operation.multipart else _json(schema)
        made["requestBody"] = {"required": True, "content": content}
    return made


def _parameters(place: str, fields: Fields) -> Iterable[dict[str, Any]]:
    for field in fields:
        yield {
            "name": field.name,
            "in": place,
            "required": field.must or place == "path",
            "schema": _field(field),
            **({"style": "form", "explode": True} if field.many else {}),
        }


def _type(fields: Fields) -> dict[str, Any]:
    required = [field.name for field in fields if field.must]
    return {
        "type": "object",
        "properties": {field.name: _field(field) for field in fields},
        **({"required": required} if required else {}),
    }


def _field(field: Field) -> dict[str, Any]:
    entry = _PLAIN.get(field.kind, _reference(field.kind))
    if field.values:
        entry = {**entry, "enum": [int(one) if field.kind == "int" else one for one in field.values]}
    if field.pattern:
        entry = {**entry, "pattern": field.pattern}
    if not field.many:
        return entry | _limits(field)
    if field.each is not None:
        entry = {**entry, "minLength": field.each.low, "maxLength": field.each.high}
    span = {} if field.span is None else {"minItems": field.span.low, "maxItems": field.span.high}
    return {"type": "array", "items": entry, **span}


def _limits(field: Field) -> dict[str, Any]:
    if field.span is None:
        return {}
    low, high = ("minimum", "maximum") if field.kind in ("int", "num") else ("minLength", "maxLength")
    return {low: field.span.low, high: field.span.high}


def _reference(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/schemas/{name}"}


def _json(schema: dict[str, Any]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}
