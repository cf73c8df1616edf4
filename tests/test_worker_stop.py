# SPDX-License-Identifier: Apache-2.0
"""A worker that is told to end always hears it: also in the instant in which its main thread holds the lock of what it waits for."""

import subprocess
import sys

import pytest

IN_THAT_INSTANT = """
import signal
from koodesk.worker import Stop

stop = Stop()
stop.on_signals({name}, signal.SIGINT)
with stop.now._cond:  # as within Event.wait, before it begins to wait
    signal.raise_signal({name})
print(stop.told.wait(60), stop.now.wait(60))
"""


@pytest.mark.parametrize("name", ["signal.SIGTERM", "signal.SIGINT"])
def test_a_signal_that_comes_while_the_lock_is_held_is_heard(name: str) -> None:
    told = subprocess.run(
        [sys.executable, "-c", IN_THAT_INSTANT.format(name=name)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (told.returncode, told.stdout, told.stderr) == (0, "True True\n", "")
