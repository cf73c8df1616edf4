# SPDX-License-Identifier: Apache-2.0
"""Small reusable widgets. They know the theme and nothing of the service."""
