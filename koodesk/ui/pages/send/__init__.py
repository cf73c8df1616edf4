# SPDX-License-Identifier: Apache-2.0
"""The send form (发送智能信息, figure 2-4): message, audience, effect preview, confirmation."""
