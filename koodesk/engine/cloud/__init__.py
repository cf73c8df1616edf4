# SPDX-License-Identifier: Apache-2.0
"""The cloud's own REST API (/v1/...), served by the engine on loopback for the official SDK, unchanged.

What there is stands in `resources/cloud_api/*.toml`: operations, types, limits, rights, error codes. From these come the
routes, the checks of requests, the OpenAPI document and docs/cloud-api.md. Files by subject:

    spec.py       the data, read;  checking.py  a request held against it;  openapi.py  the document
    signature.py  SDK-HMAC-SHA256;  keys.py     who may ask, and what;  pace.py  how often
    api.py        a request from the wire to its handler and back;  call.py  what a handler gets
    callbacks, addresses, pushed, pusher: receipts that go out by themselves;  striking.py  faults;  config.py  what can be set
    paging.py     pages and windows of time;  errors.py  refusals in the platform's shape;  ids.py  the platform's ids
    sending, templates, materials, ...: one topic a file, each with its HANDLERS by the SDK's own names

Handlers act on the records that the engine's own API acts on: a card created here is a review there. They run inside the
store's transaction. There is no idempotency key in this API: a call that comes twice is done twice.
"""
