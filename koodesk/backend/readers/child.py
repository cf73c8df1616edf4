# SPDX-License-Identifier: Apache-2.0
"""A reader child: `python -m koodesk.backend.readers.child KIND`, with one JSON request line on standard input.

It limits itself, reads one file, speaks frames on what was standard output, and ends. Nothing else in Koodesk
imports this module.
"""

from __future__ import annotations

import io
import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO

from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits, lock_in, set_limits
from koodesk.domain.problem import Refused, problem


def main(kind: str) -> int:
    """Serve one request. Returns the exit status: 0 also for a refusal, which is an answer."""
    request = json.loads(sys.stdin.buffer.readline())
    pipe = _take_over_output()
    limits = ReaderLimits(**request["limits"])
    path = Path(request["path"])
    try:
        set_limits(limits)
        _serve(kind, path, request["options"], pipe)
    except Refused as refusal:
        frames.write_json(pipe, frames.REFUSED, [[p.code, p.where, dict(p.params)] for p in refusal.problems])
    except MemoryError:
        frames.write_json(pipe, frames.REFUSED, [["reader.too_large", "", {"limit": limits.memory}]])
    except FileNotFoundError:
        frames.write_json(pipe, frames.REFUSED, [["reader.not_found", "", {}]])
    except OSError as failure:
        frames.write_json(pipe, frames.REFUSED, [["reader.unreadable", "", {"kind": type(failure).__name__}]])
    return 0


def _serve(kind: str, path: Path, options: dict[str, Any], pipe: BinaryIO) -> None:
    # Each kind loads its own library only, and before the doors close.
    if kind == "spreadsheet":
        from koodesk.backend.readers import spreadsheet

        lock_in(path)
        spreadsheet.serve(path, options, pipe)
    elif kind == "delimited":
        from koodesk.backend.readers import delimited

        lock_in(path)
        delimited.serve(path, options, pipe)
    elif kind == "rows":
        from koodesk.backend.readers import row_problems

        lock_in(path)
        row_problems.serve(path, options, pipe)
    elif kind == "picture":
        from koodesk.backend.readers import pictures

        pictures.load()
        lock_in(path)
        pictures.serve(path, options, pipe)
    elif kind == "gif":
        from koodesk.backend.readers import gifs

        gifs.load()
        lock_in(path)
        gifs.serve(path, options, pipe)
    elif kind == "sound":
        from koodesk.backend.readers import pictures, sounds

        pictures.load()
        lock_in(path)
        sounds.serve(path, pipe)
    elif kind == "video":
        try:
            from koodesk.backend.readers import videos
        except ImportError as failure:
            # An extra of its own, because of its licence; everything else works without it.
            raise Refused(problem("video.reader_missing")) from failure

        videos.load()
        lock_in(path)
        videos.serve(path, options, pipe)
    else:
        raise ValueError(kind)


def _take_over_output() -> BinaryIO:
    """Keep the pipe for frames alone: whatever a library prints goes to the null device."""
    pipe = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=io.DEFAULT_BUFFER_SIZE)
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)
    return pipe


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
