# SPDX-License-Identifier: Apache-2.0
"""The folder of papers: files named by digest, copied in once, whole or not at all.

A paper is never opened as a document here. Name, size and first bytes are checked, the rest is copied and hashed.
"""

from __future__ import annotations

import errno
import hashlib
import os
import re
import stat
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from koodesk.domain.papers import HEAD_BYTES, Paper, PaperRule, check_paper, media_type
from koodesk.domain.problem import Problem, Refused, problem

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_BLOCK: Final = 1_048_576


class PaperFolder:
    """The papers of one workspace."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def path(self, digest: str) -> Path:
        """Return where a paper lies. Raises Refused("paper.gone") when it is not there."""
        found = self._folder / digest
        if not _DIGEST.fullmatch(digest) or not found.is_file():
            raise Refused(problem("paper.gone", digest=digest[:12]))
        return found

    def put(self, rule: PaperRule, where: str, path: Path) -> Paper:
        """Check a file and copy it in. Raises Refused("paper.*"); nothing is left behind then."""
        try:
            # Without O_NONBLOCK a named pipe would hold the thread until somebody writes into it.
            descriptor = os.open(
                path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
            )
        except OSError as failure:
            raise Refused(_cannot_read(failure, where, path.name)) from failure
        try:
            found = os.fstat(descriptor)
            if not stat.S_ISREG(found.st_mode):
                raise Refused(problem("paper.not_a_file", where, file=path.name))
            with os.fdopen(descriptor, "rb", closefd=False) as source:
                head = source.read(HEAD_BYTES)
                wrong = check_paper(rule, where, path.name, found.st_size, head)
                if wrong:
                    raise Refused(*wrong)
                source.seek(0)
                return self._copy(source, rule, where, path.name, media_type(head))
        except OSError as failure:
            raise Refused(_cannot_read(failure, where, path.name)) from failure
        finally:
            os.close(descriptor)

    def _copy(self, source: BinaryIO, rule: PaperRule, where: str, name: str, kind: str) -> Paper:
        digest, size = hashlib.sha256(), 0
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, beside = tempfile.mkstemp(prefix=".paper-", dir=self._folder)
        try:
            with os.fdopen(descriptor, "wb") as target:
                while block := source.read(_BLOCK):
                    size += len(block)
                    if size > rule.max_bytes:  # it grew since its size was asked
                        raise Refused(
                            problem("paper.too_big", where, file=name, limit=rule.max_bytes, actual=size)
                        )
                    digest.update(block)
                    target.write(block)
                target.flush()
                os.fsync(target.fileno())
            Path(beside).replace(self._folder / digest.hexdigest())
        finally:
            Path(beside).unlink(missing_ok=True)
        return Paper(name, size, digest.hexdigest(), kind)


def _cannot_read(failure: OSError, where: str, name: str) -> Problem:
    if failure.errno in (errno.ENOSPC, errno.EDQUOT):
        return problem("storage.disk_full", where, file=name)
    return problem("paper.cannot_read", where, file=name, detail=failure.strerror or type(failure).__name__)
