# SPDX-License-Identifier: Apache-2.0
"""The editor: a card edited in place.

`document` holds the template and its history, `recovery` keeps what was not saved, `canvas` edits in place, `inspector`
edits by form. It stands on `preview` (the canvas paints with the phone's painter) and knows no backend: pictures come
through the `gallery` protocol, saving and submitting are signals that the page answers.
"""
