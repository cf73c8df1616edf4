# SPDX-License-Identifier: Apache-2.0
"""The phones on the desk (终端) and the flight recorder (飞行记录)."""
