# SPDX-License-Identifier: Apache-2.0
"""The PySide6 that is installed keeps its references to None."""

import sys

import pytest
from PySide6.QtCore import QObject

CALLS = 500
# The interpreter itself makes and drops some references to None between two looks.
NOISE = 50


@pytest.mark.gui
def test_calls_that_return_none_keep_the_reference_to_it() -> None:
    # PySide6 6.12.0 on Python 3.10 and 3.11 gives one reference back too many with every call that returns None;
    # the process dies when the count reaches zero, some thousand calls later. docs/decisions/0002.
    thing = QObject()
    thing.setObjectName("warm")
    before = sys.getrefcount(None)
    for number in range(CALLS):
        thing.setObjectName(str(number))
    lost = before - sys.getrefcount(None)
    assert lost < NOISE, f"{CALLS} calls lost {lost} references to None: this PySide6 must not be used"
