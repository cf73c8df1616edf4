# SPDX-License-Identifier: Apache-2.0
"""Progress reports as screens and commands get them."""

from __future__ import annotations

from koodesk.backend.ports.progress import Cancel, Progress, Report, never, silent

__all__ = ["Cancel", "Progress", "Report", "never", "silent"]
