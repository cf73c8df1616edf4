# SPDX-License-Identifier: Apache-2.0
"""The editor of video SMS (视频短信): frames on a phone, in their order. Knows no backend; the page brings what it needs."""
