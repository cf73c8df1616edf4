# SPDX-License-Identifier: Apache-2.0
"""The real platform as a gateway, through its official SDK (the extra `cloud`; loaded when a client is made).

    client     one call of the SDK and an honest account of what failed when
    smart      a batch as the body of POST /v1/aim/send-tasks, and what its answers and lists say of each number
    plain      the same of a batch of plain SMS, which nothing lists
    channel    which channel number and application a text message template belongs to
    status     status reports by asking: the platform has no feed, so tasks that still wait are asked about
    door       one harmless question: whether the platform answers this access key
    gateway    channel, smart and status as a `SendGateway` of the class `listable`
    reviews    handing in, and what became of it, as a `ReviewGateway`; `makers` has the kinds: card_templates, sms_records, video_records (`making`)
    uploads    pictures, videos and papers, uploaded once

docs/decisions/0053 and 0055 have the reasons.
"""
