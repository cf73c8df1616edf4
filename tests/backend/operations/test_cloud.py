# SPDX-License-Identifier: Apache-2.0
"""How the real platform is reached: what is kept and where, what is refused, and what a check says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from koodesk.backend.bootstrap import access_rules
from koodesk.backend.gateways.cloud.door import SdkDoor
from koodesk.backend.operations.cloud import LONGEST_KEY, Cloud
from koodesk.backend.operations.rights import Access
from koodesk.backend.ports.cloud import CLOUD_ENDPOINT, SECRET, CloudAccess, read_access
from koodesk.backend.ports.cloud_records import UPLOADS_KEPT_MS, CloudUpload, OtherAccount
from koodesk.backend.views.cloud import CloudChecked, CloudView
from koodesk.domain.problem import Refused
from tests.backend.gateways.cloud.platform import Platform, closed_port, http, platform

TEMPLATES = "/v1/aim/templates"


@dataclass
class Kept:
    """A key store."""

    secrets: dict[str, str] = field(default_factory=dict)

    def keep(self, name: str, secret: str) -> str:
        self.secrets[name] = secret
        return "keystore"

    def find(self, name: str) -> str | None:
        return self.secrets.get(name)

    def forget(self, name: str) -> None:
        self.secrets.pop(name, None)


class Accounts:
    """Accounts of which nobody has made anything."""

    def __init__(self, *others: OtherAccount) -> None:
        self.found = list(others)
        self.told: list[tuple[str, str, str]] = []

    def account(self, caller: str) -> str:
        return caller

    def others(self, account: str) -> tuple[OtherAccount, ...]:
        assert account
        return tuple(self.found)

    def unite(self, caller: str, other: str, by: str, at_ms: int) -> None:
        assert at_ms == 7
        self.told.append((caller, other, by))
        self.found = [one for one in self.found if one.account != other]


class Uploaded:
    """Files on the platform; nothing else is asked of it here."""

    def __init__(self, *found: CloudUpload) -> None:
        self._found = found

    def uploads(self) -> tuple[CloudUpload, ...]:
        return self._found


def cloud_of(
    kept: Kept, access: Access, seconds: float = 5, records: Any = None, accounts: Accounts | None = None
) -> Cloud:
    """Return the part on a key store."""

    def find() -> CloudAccess | None:
        found = read_access(kept.find(SECRET))
        return None if found is None else replace(found, kept="keystore")

    known: Any = records or Uploaded()
    return Cloud(access, kept, find, SdkDoor(seconds=seconds), known, accounts or Accounts(), lambda: 7)


@pytest.fixture
def kept() -> Kept:
    return Kept()


@pytest.fixture
def cloud(kept: Kept) -> Cloud:
    return cloud_of(kept, Access(access_rules(), access_rules().local_owner()))


@pytest.fixture
def there() -> Iterator[Platform]:
    with platform() as told:
        yield told


def test_a_key_is_one_secret_and_shown_without_it(cloud: Cloud, kept: Kept) -> None:
    assert cloud.show() == CloudView(CLOUD_ENDPOINT, "", "")
    shown = cloud.set_key("AK1", "SK1")
    assert shown == cloud.show() == CloudView(CLOUD_ENDPOINT, "AK1", "keystore")
    assert list(kept.secrets) == ["cloud"]
    cloud.set_key("AK2", "SK2", "https://example.com")
    assert cloud.show() == CloudView("https://example.com", "AK2", "keystore")
    cloud.forget()
    cloud.forget()
    assert (cloud.show().ak, kept.secrets) == ("", {})


@pytest.mark.parametrize("wrong", ["", "a b", "密钥", "a\nb", "x" * (LONGEST_KEY + 1)])
@pytest.mark.parametrize("name", ["ak", "sk"])
def test_what_cannot_be_a_key(cloud: Cloud, kept: Kept, name: str, wrong: str) -> None:
    with pytest.raises(Refused) as refused:
        cloud.set_key(**{"ak": "AK", "sk": "SK", name: wrong})
    (found,) = refused.value.problems
    assert (found.code, found.where) == ("cloud.key", name)
    assert dict(found.params).keys() == {
        "field",
        "limit",
        "actual",
    }  # a slip of the clipboard may be a password
    assert kept.secrets == {}


def test_the_longest_key(cloud: Cloud) -> None:
    assert cloud.set_key("A" * LONGEST_KEY, "S" * LONGEST_KEY).ak == "A" * LONGEST_KEY


def test_a_check_counts_ones_own_templates(cloud: Cloud, there: Platform) -> None:
    with pytest.raises(Refused, match=r"cloud\.no_key"):
        cloud.check()
    cloud.set_key("AK", "SK", there.url)
    there.tells(TEMPLATES, {"status": "200", "data": {"page_info": {"total": 7}}})
    assert cloud.check() == CloudChecked(there.url, "AK", 7)
    (asked,) = there.asked
    assert (asked.method, asked.query["limit"]) == ("GET", "1")
    assert "SK" not in str(asked.headers.values())


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (http(401, {"error_code": "APIGW.0301", "error_msg": "m"}), "gateway.refused"),
        (http(403, b""), "gateway.refused"),
        (http(200, {"something": "else"}), "gateway.unreachable"),
        (None, "gateway.unreachable"),
    ],
)
def test_a_platform_that_says_no(cloud: Cloud, there: Platform, answer: bytes | None, code: str) -> None:
    cloud.set_key("AK", "SK", there.url)
    there.says(TEMPLATES, answer)
    with pytest.raises(Refused) as refused:
        cloud.check()
    assert [one.code for one in refused.value.problems] == [code]


@pytest.mark.parametrize(
    ("endpoint", "code"), [("http://example.com", "cloud.endpoint"), ("", "gateway.unreachable")]
)
def test_an_address_is_judged_when_it_is_used(cloud: Cloud, endpoint: str, code: str) -> None:
    cloud.set_key("AK", "SK", endpoint or closed_port())
    with pytest.raises(Refused) as refused:
        cloud.check()
    assert [one.code for one in refused.value.problems] == [code]


def test_a_key_that_no_key_store_keeps_is_told_to_who_was_handed_the_one_before(kept: Kept) -> None:
    told: list[str] = []
    place = ["session"]
    kept.keep = lambda name, secret: kept.secrets.__setitem__(name, secret) or place[-1]  # type: ignore[method-assign, func-returns-value]  # another kind of store
    access = Access(access_rules(), access_rules().local_owner())
    there: Any = Uploaded()
    cloud = Cloud(
        access, kept, lambda: None, SdkDoor(), there, Accounts(), lambda: 7, lambda: told.append("renewed")
    )
    cloud.set_key("AK", "SK")
    assert told == ["renewed"]
    place.append("keystore")
    cloud.set_key("AK", "SK")
    assert told == ["renewed"]


@pytest.mark.parametrize("text", [None, "", "[]", "1", '{"ak": "A"}', "{"])
def test_what_is_no_access_key_is_none(text: str | None) -> None:
    assert read_access(text) is None


def test_an_access_key_is_one_text_and_prints_without_its_secret() -> None:
    key = CloudAccess("AK", "SK", "https://x")
    assert read_access(key.text()) == key
    assert "SK" not in repr(key)


def test_a_broken_secret_is_none(cloud: Cloud, kept: Kept) -> None:
    kept.secrets["cloud"] = "not json"
    assert cloud.show().ak == ""
    with pytest.raises(Refused, match=r"cloud\.no_key"):
        cloud.check()


def test_who_may_only_read_cannot_set_it(kept: Kept) -> None:
    reader = access_rules().principal("reader", ("KooMessage ReadOnlyAccess",))
    cloud = cloud_of(kept, Access(access_rules(), reader))
    assert cloud.show().ak == ""
    for call in (lambda: cloud.set_key("AK", "SK"), cloud.forget):
        with pytest.raises(Refused, match=r"access\.denied"):
            call()


def test_files_are_listed_by_when_the_platform_deletes_them(kept: Kept) -> None:
    late = CloudUpload("image", "a", "oneToOne", "a.png", 1, "690", "m", 9_000)
    soon = CloudUpload("thumbnail", "b", "m690", "b.png", 1, "691", "m", 2_000)
    paper = CloudUpload("paper", "c", "", "c.jpg", 1, "p", "", 1_000)
    lost = CloudUpload("image", "d", "oneToOne", "d.png", 1)
    access = Access(access_rules(), access_rules().local_owner())
    found = cloud_of(kept, access, records=Uploaded(late, soon, paper, lost)).files()
    assert [(one.name, one.rate, one.expires_ms) for one in found] == [
        ("b.png", "", 2_000 + UPLOADS_KEPT_MS),
        ("a.png", "oneToOne", 9_000 + UPLOADS_KEPT_MS),
        ("c.jpg", "", 0),
    ]


def test_a_person_says_that_two_keys_are_of_one_account(kept: Kept) -> None:
    theirs, unknown = OtherAccount("theirs", 3, 2, 9_000), OtherAccount("", 1, 0, 5_000)
    accounts = Accounts(theirs, unknown)
    owner = access_rules().local_owner("Li")
    cloud = cloud_of(kept, Access(access_rules(), owner), accounts=accounts)
    with pytest.raises(Refused, match=r"cloud\.no_key"):
        cloud.same_account("theirs")
    assert cloud.show().others == (), "without a key nobody is another"
    cloud.set_key("AKAK", "SKSK")
    assert cloud.show().others == (theirs, unknown)
    with pytest.raises(Refused, match=r"cloud\.no_account"):
        cloud.same_account("nobody's")
    assert cloud.same_account("").others == (theirs,)
    assert cloud.same_account("theirs").others == ()
    caller = CloudAccess("AKAK", "").caller()
    assert accounts.told == [(caller, "", "Li"), (caller, "theirs", "Li")]
