# SPDX-License-Identifier: Apache-2.0
"""The sections of the settings page, one file each."""
