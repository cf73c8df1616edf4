# SPDX-License-Identifier: Apache-2.0
"""Video SMS (视频短信, 智能信息基础版): its template as a value, the platform's rules, and what is handed in."""
