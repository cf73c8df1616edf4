# SPDX-License-Identifier: Apache-2.0
"""Koodesk: a desktop studio for rich SMS in mainland China."""

__version__ = "0.1.0"
