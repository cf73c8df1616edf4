# SPDX-License-Identifier: Apache-2.0
"""Proof of "once": real processes, real kills, and the engine's own append-only log as the judge (docs/decisions/0051)."""
