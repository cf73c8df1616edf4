# SPDX-License-Identifier: Apache-2.0
"""`python -m koodesk.engine serve|log|start|status|stop|clock --folder DIR`.

`serve` runs the engine here; the others print JSON and exit 0, 1 when something is wrong (`{"error", "params"}`), 2 for
wrong use. This is the only way into the engine besides its HTTP.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from pathlib import Path
from typing import Any


def parser() -> argparse.ArgumentParser:
    """Return the argument parser."""
    top = argparse.ArgumentParser(prog="python -m koodesk.engine")
    commands = top.add_subparsers(dest="command", required=True)
    for name in ("serve", "log", "start", "status", "stop", "clock"):
        command = commands.add_parser(name)
        command.add_argument("--folder", type=Path, required=True)
        if name == "serve":
            command.add_argument("--port", type=int, default=0)
        elif name == "log":
            command.add_argument("--campaign")
        elif name == "clock":
            command.add_argument("--forward-ms", type=int, default=0)
            command.add_argument("--speed", type=int)
    return top


def main(arguments: list[str] | None = None) -> int:
    """Run one command and return its exit code."""
    given = parser().parse_args(arguments)
    if given.command == "serve":
        from koodesk.engine.server import serve

        logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s %(message)s", level=logging.INFO)
        return serve(given.folder, given.port)
    if given.command == "log":
        return _print_log(given.folder, given.campaign)
    from koodesk.engine import control

    try:
        if given.command == "clock":
            answer: dict[str, Any] = control.clock(given.folder, given.forward_ms, given.speed)
        else:
            answer = {"start": control.start, "status": control.status, "stop": control.stop}[given.command](
                given.folder
            )
    except control.ControlFailed as failure:
        _print({"error": failure.code, "params": failure.params})
        return 1
    _print(answer)
    return 0


def _print_log(folder: Path, campaign: str | None) -> int:
    from koodesk.engine.acceptance_log import acceptances
    from koodesk.engine.schema import ForeignDatabase

    try:
        for line in acceptances(folder, campaign):
            _print(line)
    except ForeignDatabase:
        _print({"error": "storage.foreign_file", "params": {"file": "engine.db"}})
        return 1
    except BrokenPipeError:  # `... log | head`
        sys.stderr.close()
    return 0


def _print(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main())
