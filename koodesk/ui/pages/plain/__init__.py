# SPDX-License-Identifier: Apache-2.0
"""Sending plain SMS (普通短信): an SMS template to a number file, without a card."""
