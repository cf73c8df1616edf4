# SPDX-License-Identifier: Apache-2.0
"""The studio (模板): the gallery of cards, and the editor of one."""
