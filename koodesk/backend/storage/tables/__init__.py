# SPDX-License-Identifier: Apache-2.0
"""The tables of the desk's database, a module a topic. Importing the package declares them all: a process that opens a
new workspace first, whichever it is, makes the whole schema."""

from koodesk.backend.storage.tables import (
    audience,
    billing,
    brand,
    cards,
    clearing,
    desk,
    exports,
    identity,
    materials,
    once,
    phones,
    plans,
    platform,
    reports,
    resolve,
    search,
    sending,
    sent,
    service_account,
    video,
)

__all__ = [
    "audience",
    "billing",
    "brand",
    "cards",
    "clearing",
    "desk",
    "exports",
    "identity",
    "materials",
    "once",
    "phones",
    "plans",
    "platform",
    "reports",
    "resolve",
    "search",
    "sending",
    "sent",
    "service_account",
    "video",
]
