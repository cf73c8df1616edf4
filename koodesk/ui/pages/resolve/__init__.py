# SPDX-License-Identifier: Apache-2.0
"""Resolve tasks (解析任务), their links, custom domains and jump URLs, and a card on a real phone."""
