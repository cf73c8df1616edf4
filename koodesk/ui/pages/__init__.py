# SPDX-License-Identifier: Apache-2.0
"""One package or module a page of the navigation."""
