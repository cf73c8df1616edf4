# SPDX-License-Identifier: Apache-2.0
"""Papers are copied in whole or not at all, and never opened."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from koodesk.backend.storage.paper_files import PaperFolder
from koodesk.domain.papers import PaperRule
from koodesk.domain.problem import Refused

RULE = PaperRule(("pdf",), 1000, "test")
PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def folder(tmp_path: Path) -> PaperFolder:
    return PaperFolder(tmp_path / "papers")


def stored(tmp_path: Path) -> list[str]:
    papers = tmp_path / "papers"
    return sorted(p.name for p in papers.iterdir()) if papers.exists() else []


def test_a_paper_is_named_by_its_content_and_kept_once(folder: PaperFolder, tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        (tmp_path / name).write_bytes(PDF)
        paper = folder.put(RULE, "paper:x", tmp_path / name)
        assert (paper.name, paper.size, paper.type) == (name, len(PDF), "pdf")
        assert paper.digest == hashlib.sha256(PDF).hexdigest()
        assert folder.path(paper.digest).read_bytes() == PDF
    assert stored(tmp_path) == [hashlib.sha256(PDF).hexdigest()]


def test_what_is_not_there_or_not_a_file_is_refused(folder: PaperFolder, tmp_path: Path) -> None:
    for path, code in ((tmp_path / "gone.pdf", "paper.cannot_read"), (tmp_path, "paper.not_a_file")):
        with pytest.raises(Refused) as refused:
            folder.put(RULE, "paper:x", path)
        assert refused.value.problems[0].code in (code, "paper.cannot_read")
    assert stored(tmp_path) == []


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in the file system")
def test_a_named_pipe_does_not_hold_anybody(folder: PaperFolder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.pdf")
    with pytest.raises(Refused) as refused:
        folder.put(RULE, "paper:x", tmp_path / "pipe.pdf")
    assert refused.value.problems[0].code == "paper.not_a_file"


def test_a_copy_that_breaks_leaves_nothing_behind(
    folder: PaperFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a.pdf").write_bytes(PDF)

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(Refused) as refused:
        folder.put(RULE, "paper:x", tmp_path / "a.pdf")
    assert refused.value.problems[0].code == "storage.disk_full"
    assert stored(tmp_path) == []


@pytest.mark.parametrize("digest", ["", "../../etc/passwd", "a" * 64, "A" * 64])
def test_only_a_digest_names_a_paper(folder: PaperFolder, digest: str) -> None:
    with pytest.raises(Refused) as refused:
        folder.path(digest)
    assert refused.value.problems[0].code == "paper.gone"
