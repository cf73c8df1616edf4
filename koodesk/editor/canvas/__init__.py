# SPDX-License-Identifier: Apache-2.0
"""The canvas: a phone with the card on it, painted by the preview's painter and edited in place.

`card_canvas` paints and keeps one `slot_proxy` a slot; `canvas_view` zooms and pans; `text_tool` and `crop_tool` are the
two gestures that take place on the card; `crop_frame` is the crop's arithmetic.
"""
