# SPDX-License-Identifier: Apache-2.0
"""Files from outside, opened in child processes with limits. `runner` is the parent's side, `child` the other."""
