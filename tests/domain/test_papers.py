# SPDX-License-Identifier: Apache-2.0
"""Papers: judged by name, size and first bytes, and never more."""

import pytest

from koodesk.domain.papers import PaperRule, check_paper

JPG, PNG, PDF, EXE = b"\xff\xd8\xff\xe0", b"\x89PNG\r\n\x1a\n", b"%PDF-1.7", b"MZ\x90\x00"
RULE = PaperRule(("jpg", "png", "pdf"), 1000, "test")


@pytest.mark.parametrize(
    ("name", "head"),
    [("a.jpg", JPG), ("a.JPEG", JPG), ("b.png", PNG), ("营业执照.pdf", PDF), ("=1+1.pdf", PDF)],
)
def test_taken(name: str, head: bytes) -> None:
    assert check_paper(RULE, "paper:x", name, 1000, head) == ()


@pytest.mark.parametrize(
    ("name", "size", "head", "code"),
    [
        ("a.pdf", 1001, PDF, "paper.too_big"),
        ("a.pdf", 0, b"", "paper.empty"),
        ("a.exe", 10, EXE, "paper.type"),
        ("a.gif", 10, b"GIF89a", "paper.type"),
        ("a", 10, PDF, "paper.type"),
        ("a.pdf", 10, EXE, "paper.not_what_it_says"),
        ("a.pdf", 10, PNG, "paper.not_what_it_says"),
        ("a\u202efdp.exe.pdf", 10, PDF, "text.bidi_mark"),
        ("a" * 300 + ".pdf", 10, PDF, "paper.name_too_long"),
    ],
)
def test_refused(name: str, size: int, head: bytes, code: str) -> None:
    assert [p.code for p in check_paper(RULE, "paper:x", name, size, head)] == [code]


def test_a_signature_licence_has_a_plain_name() -> None:
    rule = PaperRule(("jpg",), 1000, "seed fig", plain_name=True)
    assert check_paper(rule, "paper:licence", "营业执照2026.jpg", 10, JPG) == ()
    for name in ("营业 执照.jpg", "a-b.jpg", "a(1).jpg", "a.b.jpg"):
        assert [p.code for p in check_paper(rule, "paper:licence", name, 10, JPG)] == [
            "paper.name_characters"
        ]
