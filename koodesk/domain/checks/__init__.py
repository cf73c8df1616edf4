# SPDX-License-Identifier: Apache-2.0
"""The checks (lint): what of a template breaks the platform's written rules, by vendor, before a reviewer says so.

One rule, one function, registered with its codes and the source of the rule; the numbers come from the rule pack. What
is not published is said as a note, never guessed. Files by subject:

    names.py     template name, use, scene, example SMS
    slots.py     layout, pages, slots and sub-type
    texts.py     words of texts and buttons, and their limits
    wording.py   forbidden marks, opt-out, the word 测试
    params.py    dynamic parameters
    pictures.py  pictures, crops and backgrounds
    videos.py    videos, covers and their ratios
    components.py  switches, styles, second texts, texts counted together
    senders.py   who sends, gifts of red packets, words of guarded trades
    sms_fields.py  example SMS, signatures and pattern together
    variants.py  the vendors' variants
    events.py    click events and their fields
    floors.py    where OPEN_APP goes when the app is missing
    vendors.py   vendors and what they take
    signs.py     the SMS fields VIVO needs
    register.py  how rules are registered and run

Editing never waits for these; `submit` is refused while one of severity ERROR is left.
"""

# Importing a subject registers its rules; the order here is the order of the problems.
from koodesk.domain.checks import (  # isort: skip
    names,
    slots,
    vendors,
    texts,
    wording,
    params,
    components,
    pictures,
    videos,
    events,
    floors,
    signs,
    sms_fields,
    senders,
    variants,
)
from koodesk.domain.checks.register import Context, check, registered_codes

ALL_CODES: tuple[str, ...] = registered_codes()
"""Every code a check may give, sorted."""

__all__ = [
    "ALL_CODES",
    "Context",
    "check",
    "components",
    "events",
    "floors",
    "names",
    "params",
    "pictures",
    "senders",
    "signs",
    "slots",
    "sms_fields",
    "texts",
    "variants",
    "vendors",
    "videos",
    "wording",
]
