# SPDX-License-Identifier: Apache-2.0
"""Call every operation of the official SDK against a running engine, three times each, and print what came back.

    python scripts/sdk_table.py

A good call, one that is refused, and one that is signed with a wrong key, from the cases of the suite (tests/engine/cloud). What
takes nothing from its caller is refused to somebody without the right. Ends 0 when every operation of the SDK has all three.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from huaweicloudsdkcore.exceptions.exceptions import ClientRequestException

from koodesk.engine import control
from tests.engine.client import Client
from tests.engine.cloud.test_sdk import CASES, NOTHING_WRONG, of_the_sdk
from tests.engine.cloud.world import AK, READER_AK, READER_SK, World, cleared


def refusal(world: World, name: str, request: Any, *key: str) -> str:
    """Return status and code of a refusal, "" when the call was not refused."""
    try:
        getattr(world.sdk(*key), name)(request)
    except ClientRequestException as refused:
        return f"{refused.status_code} {refused.error_code}"
    return ""


def row(world: World, name: str) -> tuple[str, str, str]:
    """Return what the three calls of an operation came to; "" for one that is not what it should be."""
    case = CASES[name]
    answer = getattr(world.sdk(), name)(case.good(world))
    good = str(answer.status_code) if case.says(world, answer) else ""
    if name in NOTHING_WRONG:
        request, bad = case.good(world), refusal(world, name, case.good(world), READER_AK, READER_SK)
    else:
        request = case.bad(world)
        bad = refusal(world, name, request)
        bad = bad if bad == f"{case.status} {case.code}" else ""
    unsigned = refusal(world, name, request, AK, "x" * 40)
    return good, bad, unsigned if unsigned.startswith("401 ") else ""


def main() -> int:
    """Print the table; return 0 when nothing is missing in it."""
    operations, whole = of_the_sdk(), 0
    with tempfile.TemporaryDirectory(prefix="koodesk-sdk-") as name:
        world = cleared(Path(name) / "engine")
        try:
            print("| operation | call | good | refused | wrong signature |\n| --- | --- | --- | --- | --- |")
            for one in (*CASES, *sorted(operations.keys() - CASES.keys())):
                method, path = operations[one]
                told = row(world, one) if one in CASES else ("", "", "")
                whole += all(told)
                cells = " | ".join(cell or "MISSING" for cell in told)
                print(f"| `{one}` | `{method} {path}` | {cells} |", flush=True)
        finally:
            Client.close_all()
            control.stop(world.folder)
    print(f"\n{whole} of {len(operations)} operations with a good call, a refused one and a wrong signature")
    return 0 if whole == len(operations) else 1


if __name__ == "__main__":
    sys.exit(main())
