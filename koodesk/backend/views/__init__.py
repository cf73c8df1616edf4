# SPDX-License-Identifier: Apache-2.0
"""Frozen rows that screens and the command line show: values of the domain, ready to read, nothing to write.

One file a topic: `clearing`, `cards`, `audience`, `materials`, `campaigns`.
"""
