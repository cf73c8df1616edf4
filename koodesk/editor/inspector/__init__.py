# SPDX-License-Identifier: Apache-2.0
"""The inspector: what is selected, as a form. One panel a kind of content, one for the template itself."""
