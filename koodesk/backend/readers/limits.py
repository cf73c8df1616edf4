# SPDX-License-Identifier: Apache-2.0
"""What a reader child may use, and how it locks itself in.

Where the system has resource limits they are set before the file is opened. Everywhere, an audit hook refuses what a
reader has no business with. The hook binds Python code, not native code: it catches a library's surprise, and is no
sandbox. The parent's watch over time and the pipe holds in any case.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final


@dataclass(frozen=True, slots=True)
class ReaderLimits:
    """Address space in bytes, processor and wall time in seconds, open files."""

    memory: int = 2 * 1024**3
    cpu_seconds: int = 120
    wall_seconds: float = 180
    files: int = 64


_FORBIDDEN: Final = (
    "socket.connect",
    "socket.bind",
    "socket.getaddrinfo",
    "subprocess.Popen",
    "os.system",
    "os.exec",
    "os.posix_spawn",
    "os.spawn",
    "os.fork",
    "os.forkpty",
    "os.startfile",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "os.mkdir",
    "os.link",
    "os.symlink",
    "os.chmod",
    "os.chown",
    "os.truncate",
    "shutil.rmtree",
    "winreg.SetValue",
)
_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def set_limits(limits: ReaderLimits) -> None:
    """Set the system's limits on this process, as far as the system has them."""
    if sys.platform == "win32":
        return
    import resource

    wanted = {
        resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_CPU: limits.cpu_seconds,
        resource.RLIMIT_NOFILE: limits.files,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for which, value in wanted.items():
        _, hard = resource.getrlimit(which)
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        try:
            resource.setrlimit(which, (value, value))
        except (ValueError, OSError):
            # macOS refuses a limit on address space; the watch over time remains.
            continue


def lock_in(allowed: Path) -> None:
    """Refuse connections, other programs and writing from here on; files may be read, because imports do.

    `allowed` is the one file from outside; a reader that opens another outside the interpreter's own folders fails.
    """
    own = tuple({os.path.realpath(p) for p in (sys.prefix, sys.base_prefix, *sys.path) if p})
    wanted = os.path.realpath(allowed)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event in _FORBIDDEN:
            raise PermissionError(f"a reader may not: {event}")
        if event == "open":
            path, mode, flags = args
            if isinstance(flags, int) and flags & _WRITING and path != os.devnull:
                raise PermissionError("a reader may not write")
            if isinstance(path, str | bytes):
                name = os.path.realpath(os.fsdecode(path))
                if name != wanted and not name.startswith(
                    (*own, "/proc/self/", "/proc/meminfo", "/sys/", "/etc/")
                ):
                    raise PermissionError("a reader opens one file")
            del mode

    sys.addaudithook(hook)
