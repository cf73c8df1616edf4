# SPDX-License-Identifier: Apache-2.0
"""A card as each vendor's phone shows it: `arrange` (pure) puts it in place, `painter.draw` is the only code that draws it."""
