# SPDX-License-Identifier: Apache-2.0
"""docs/cloud-api.md is what the data says."""

from __future__ import annotations

import importlib.util
from pathlib import Path

from koodesk.engine.cloud.spec import cloud_spec

ROOT = Path(__file__).resolve().parents[3]


def test_the_document_is_up_to_date() -> None:
    spec = importlib.util.spec_from_file_location("made", ROOT / "scripts" / "make_cloud_api_doc.py")
    assert spec is not None
    assert spec.loader is not None
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    written = (ROOT / "docs" / "cloud-api.md").read_text("utf-8")
    assert made.render(cloud_spec()) == written, "run scripts/make_cloud_api_doc.py"
