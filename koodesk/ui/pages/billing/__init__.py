# SPDX-License-Identifier: Apache-2.0
"""Packages, buying them, bills and settlement."""
