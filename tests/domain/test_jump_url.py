# SPDX-License-Identifier: Apache-2.0
"""Jump URLs: public hosts over http and https, and none of the ways to write something else."""

from __future__ import annotations

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk import paths
from koodesk.domain.jump_url import check_jump_url, host_of
from koodesk.domain.problem import Severity
from koodesk.domain.resolve_rules import read_resolve_rules

RULES = read_resolve_rules((paths.resources() / "rules" / "resolve.toml").read_text("utf-8"))


def codes(url: str, limit: int = 256) -> list[str]:
    return [p.code for p in check_jump_url(url, limit, RULES.private)]


@pytest.mark.parametrize(
    "url",
    [
        "https://shop.example.com/",
        "http://a.cn",
        "HTTPS://Shop.Example.Com:8443/a?b=c#d",
        "https://8.8.8.8/x",
        "https://[2001:4860:4860::8888]:8080/x",
        "https://a.cn/?next=http://127.0.0.1/",
        "https://a.cn/name@home",
        "https://a.cn./x",
        "https://example.com/优惠",
        "https://localhost.cn/",
        "https://mylocal/".replace("mylocal", "my-local.cn"),
    ],
)
def test_public_addresses_pass(url: str) -> None:
    assert codes(url) == []


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("", "jump_url.empty"),
        ("javascript:alert(1)", "jump_url.scheme"),
        ("JavaScript:alert(1)//https://a.cn", "jump_url.scheme"),
        ("java\tscript:alert(1)", "jump_url.characters"),
        (" https://a.cn", "jump_url.characters"),
        ("https://a.cn\n", "jump_url.characters"),
        ("https://a.cn\u202e/", "jump_url.characters"),
        ("https://a.cn\\@b.cn/", "jump_url.characters"),
        ("data:text/html,<script>", "jump_url.scheme"),
        ("file:///etc/passwd", "jump_url.scheme"),
        ("ftp://a.cn/", "jump_url.scheme"),
        ("//a.cn/", "jump_url.scheme"),
        ("https:a.cn", "jump_url.scheme"),
        ("https:/a.cn", "jump_url.scheme"),
        ("a.cn", "jump_url.scheme"),
        ("https://user:secret@a.cn/", "jump_url.credentials"),
        ("https://a.cn@127.0.0.1/", "jump_url.credentials"),
        ("https://", "jump_url.host"),
        ("https:///a.cn", "jump_url.host"),
        ("https://a..cn/", "jump_url.host"),
        ("https://-a.cn/", "jump_url.host"),
        ("https://a_b.cn/", "jump_url.host"),
        (f"https://{'a' * 64}.cn/", "jump_url.host"),
        ("https://１２７.0.0.1/", "jump_url.not_ascii"),
        ("https://127。0。0。1/", "jump_url.not_ascii"),
        ("https://ⓛocalhost/", "jump_url.not_ascii"),
        ("https://аpple.com/", "jump_url.not_ascii"),
        ("https://%6cocalhost/", "jump_url.not_ascii"),
        ("https://a.cn:0/", "jump_url.port"),
        ("https://a.cn:65536/", "jump_url.port"),
        ("https://a.cn:8a/", "jump_url.port"),
        ("https://a.cn:/", "jump_url.port"),
        ("https://xn--zzzzzzzzzzzzzzzzzz-/", "jump_url.host"),
        ("https://256.1.1.1/", "jump_url.host"),
        ("https://1.2.3.4.5/", "jump_url.host"),
        ("https://a.1/", "jump_url.host"),
        ("https://[::1/", "jump_url.host"),
        ("https://[fe80::1%eth0]/", "jump_url.not_ascii"),
    ],
)
def test_what_is_no_plain_public_url_is_refused(url: str, code: str) -> None:
    assert codes(url) == [code]


@pytest.mark.parametrize(
    "host",
    [
        "localhost",
        "LOCALHOST",
        "localhost.",
        "a.localhost",
        "desk",
        "printer.local",
        "wiki.corp",
        "a.internal",
        "router.home.arpa",
        "127.0.0.1.nip.io",
        "a.lvh.me",
        "127.0.0.1",
        "127.1",
        "127.0.1",
        "0177.0.0.1",
        "0x7f.0.0.1",
        "0x7f.1",
        "0x7f000001",
        "2130706433",
        "017700000001",
        "0",
        "0.0.0.0",
        "10.1.2.3",
        "172.16.0.1",
        "172.31.255.255",
        "192.168.1.1",
        "192.168.257",
        "169.254.169.254",
        "100.64.0.1",
        "224.0.0.1",
        "255.255.255.255",
        "198.18.0.1",
        "[::1]",
        "[::]",
        "[0:0:0:0:0:0:0:1]",
        "[fe80::1]",
        "[fc00::1]",
        "[fd12:3456::1]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "[::ffff:10.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[2002:c0a8:101::1]",
    ],
)
@pytest.mark.parametrize("form", ["https://{}/", "http://{}:8080/x"])
def test_no_spelling_of_a_private_host_passes(host: str, form: str) -> None:
    assert codes(form.format(host)) == ["jump_url.private"]


@pytest.mark.parametrize("limit", [RULES.jump_url.most, RULES.send_jump_url.most])
def test_the_limit_is_reached_and_not_passed(limit: int) -> None:
    url = "https://a.cn/".ljust(limit, "x")
    assert codes(url, limit) == []
    assert codes(url + "x", limit) == ["jump_url.too_long"]


def test_the_two_limits_are_the_platforms() -> None:
    assert (RULES.jump_url.most, RULES.send_jump_url.most) == (256, 2048)


def test_a_name_in_punycode_is_shown_as_people_read_it() -> None:
    (found,) = check_jump_url("https://xn--pple-43d.com/", 256, RULES.private)
    assert (found.code, found.severity) == ("jump_url.punycode", Severity.WARNING)
    assert found.param("shown") == "аpple.com"


@given(st.integers(0, 2**32 - 1))
def test_every_spelling_of_an_address_is_judged_alike(value: int) -> None:
    a, b, c, d = value.to_bytes(4, "big")
    spellings = (
        str(IPv4Address(value)),
        str(value),
        hex(value),
        f"0{value:o}",
        f"{a}.{value & 0xFFFFFF}",
        f"{a}.{b}.{value & 0xFFFF}",
        f"0x{a:x}.0{b:o}.{c}.{d}",
        f"[::ffff:{a:02x}{b:02x}:{c:02x}{d:02x}]",
    )
    assert len({tuple(codes(f"http://{host}/")) for host in spellings}) == 1


@given(st.text(max_size=60))
def test_no_text_breaks_the_check(text: str) -> None:
    for url in (text, f"https://{text}", f"https://[{text}]/", f"https://a.cn:{text}"):
        codes(url)


def test_the_host_of_a_url() -> None:
    assert host_of("https://Shop.Example.com.:8443/a@b") == "shop.example.com"
    assert host_of("http://[2001:DB8::1]:80/") == "[2001:db8::1]"
