# SPDX-License-Identifier: Apache-2.0
"""Where a number was issued (归属地), by the data of the `phonenumbers` library.

The data is large and loaded when it is asked for first, so never on the window's thread. It names the place that issued a
number, not where its phone is.
"""

from __future__ import annotations


def region_of(number: int) -> str:
    """Return the place in Chinese, "北京市" or "广东省广州市", empty when no place is known."""
    # Late: most of a second for data that few calls need.
    import phonenumbers
    from phonenumbers import geocoder

    try:
        parsed = phonenumbers.parse(str(number), "CN")
    except phonenumbers.NumberParseException:
        return ""
    found = str(geocoder.description_for_number(parsed, "zh"))
    return "" if found == "中国" else found
