# SPDX-License-Identifier: Apache-2.0
"""`koodesk to-postgres` says what it refuses, and repeats no address."""

from pathlib import Path

import pytest

from koodesk import cli


@pytest.mark.parametrize("url", ["", "mysql://u:s3cret@h/d"])
def test_an_address_that_is_none_is_refused(
    url: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["settings", "get", "--workspace", str(tmp_path)]) == 0
    before = (tmp_path / "koodesk.db").stat().st_size
    assert cli.main(["to-postgres", "--workspace", str(tmp_path), *([url] if url else [])]) == 1
    said = "".join(capsys.readouterr())
    assert "KOODESK_DATABASE_URL" in said
    assert "s3cret" not in said
    assert (tmp_path / "koodesk.db").stat().st_size == before


def test_a_folder_without_a_workspace_is_not_made_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["to-postgres", "--workspace", str(tmp_path), "postgresql://h/d"]) == 1
    assert not (tmp_path / "koodesk.db").exists()
    assert str(tmp_path.name) in "".join(capsys.readouterr())
