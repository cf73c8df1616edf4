# SPDX-License-Identifier: Apache-2.0
"""Drawings of the sample pictures of `resources/samples/materials`, one module a theme; run `python -m scripts.samples`."""
