# SPDX-License-Identifier: Apache-2.0
"""The H5 page of a template: what a person sees who opens its short link in a browser.

It is made of the same `preview.arrange` placement as the drawn phones, so that texts, lines and cuts are the same by
construction; a browser's own layout decides nothing. No Qt: the engine serves it.
"""
