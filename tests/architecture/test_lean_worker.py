# SPDX-License-Identifier: Apache-2.0
"""A worker starts with what it sends with: the rest takes a third of its start (docs/decisions/0061, 0066)."""

import json
import subprocess
import sys

NOT_FOR_SENDING = (
    "koodesk.backend.gateways.cloud.",
    "koodesk.backend.storage.postgres",
    "koodesk.backend.storage.steps",
    "koodesk.backend.storage.tables",
    "sqlalchemy",
)


def test_a_worker_of_a_file_loads_nothing_of_the_cloud_of_postgresql_of_sqlalchemy_or_of_the_tables() -> None:
    loaded = subprocess.run(
        [sys.executable, "-c", "import json, sys, koodesk.worker; print(json.dumps(sorted(sys.modules)))"],
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert [name for name in json.loads(loaded.stdout) if name.startswith(NOT_FOR_SENDING)] == []
