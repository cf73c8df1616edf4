# SPDX-License-Identifier: Apache-2.0
"""Pages of video SMS (智能信息基础版): signatures, templates and their editor, sending."""
