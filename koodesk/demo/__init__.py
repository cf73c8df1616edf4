# SPDX-License-Identifier: Apache-2.0
"""The whole journey played in the real window: what `koodesk demo` shows and the journey tests repeat."""
