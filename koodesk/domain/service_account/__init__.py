# SPDX-License-Identifier: Apache-2.0
"""The service account (智能信息服务号): profile, menu, home page, channel numbers, shortcuts, and the rules of each."""
