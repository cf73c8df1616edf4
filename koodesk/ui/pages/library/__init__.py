# SPDX-License-Identifier: Apache-2.0
"""The library (图库): pictures and videos of the workspace, and what is known of each."""
