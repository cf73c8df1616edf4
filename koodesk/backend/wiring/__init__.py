# SPDX-License-Identifier: Apache-2.0
"""Puts the parts of a service together, by subject; `bootstrap` is who asks. With it, and with the worker, the only code that knows
the adapters.

`ground` holds what more than one subject stands on; every other module here is a subject: its function takes the ground and the
parts it needs of other subjects and returns its own parts by the names they have in `Service`, so that types are checked to there.
"""
