# SPDX-License-Identifier: Apache-2.0
"""The public templates that ship: without a fault, with media that are there, and each with something of its own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from koodesk.domain.digest import content_digest
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.public import PublicVideo, read_public
from koodesk.domain.video_sms.reslist import body, check_body
from koodesk.domain.video_sms.rules import check_template
from koodesk.domain.video_sms.template import ResourceKind
from tests.domain.strategies import RESOURCES
from tests.domain.video_sms.messages import SIGN, rules

PUBLIC = read_public(RESOURCES)


def test_there_are_enough_of_them_and_of_every_kind() -> None:
    assert {"car-launch", "shop-opening", "mid-autumn", "appointment"} <= {p.key for p in PUBLIC}
    films = [any(m.kind is ResourceKind.VIDEO for m in p.template.media) for p in PUBLIC]
    assert {True, False} <= set(films)
    assert any(p.template.params for p in PUBLIC)
    assert len({p.template for p in PUBLIC}) == len(PUBLIC)


@pytest.mark.parametrize("public", PUBLIC, ids=lambda p: p.key)
def test_it_passes_every_rule(public: PublicVideo) -> None:
    template = replace(public.template, signature_id=1)
    assert check_template(template, rules(), for_submit=True) == ()
    assert check_body(body(template, SIGN), rules()) == ()


@pytest.mark.parametrize("public", PUBLIC, ids=lambda p: p.key)
def test_its_media_come_along(public: PublicVideo) -> None:
    assert {m.digest for m in public.template.media} == set(public.materials)
    for media in public.template.media:
        data = public.materials[media.digest]
        assert (content_digest(data), len(data)) == (media.digest, media.size)
        assert media.width > 0
        assert media.height > 0
        assert (media.duration_ms > media.cover_ms) == (media.kind is ResourceKind.VIDEO)
    assert koovideo.unpack(koovideo.pack(public.template, public.materials))[0] == public.template


@pytest.mark.parametrize("public", PUBLIC, ids=lambda p: p.key)
def test_it_says_what_it_is_for_in_both_languages(public: PublicVideo) -> None:
    for zh, en in ((public.name, public.name_en), (public.about, public.about_en)):
        assert zh
        assert not zh.isascii()
        assert en
        assert en.isascii()
