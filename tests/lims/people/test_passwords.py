"""Which passwords are accepted, and how one is proven."""

import pytest

from lims.people import passwords
from lims.people.passwords import NOBODY, fault, hash_of, prove, random_password
from tests.cast import PASSWORD, PASSWORD_HASH


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("fourteen chars", "14 characters"),
        ("x" * 129, "more than 128"),
        ("Correct Horse Battery Staple", "first that an attacker tries"),
        ("qwertyuiop 123 456", "first that an attacker tries"),
        ("abcabcabcabcabcabc", "first that an attacker tries"),
        ("               ", "first that an attacker tries"),
        ("my name is rosalind indeed", "login name"),
    ],
)
def test_a_weak_password_is_refused_with_its_reason(password: str, why: str) -> None:
    assert why in (fault(password, "rosalind") or "")


@pytest.mark.parametrize(
    "password",
    [PASSWORD, "пятнадцать букв и больше", "x1" + "yz9q" * 31, " spaces count "],
)
def test_long_passwords_of_any_letters_are_accepted(password: str) -> None:
    expected = "14 characters" if len(password) < 15 else ""
    assert expected in (fault(password, "rosalind") or "")
    assert bool(fault(password, "rosalind")) == bool(expected)


def test_a_password_is_kept_as_an_argon2id_hash_of_64_mib() -> None:
    kept = hash_of(PASSWORD)
    assert kept.startswith("$argon2id$v=19$m=65536,t=3,p=1$")
    assert prove(kept, PASSWORD).right
    assert prove(kept, PASSWORD).renewed is None
    assert not prove(kept, PASSWORD + " ").right


def test_the_same_letters_typed_on_another_keyboard_are_the_same_password() -> None:
    assert prove(
        hash_of("cafe\u0301 au lait sans sucre"), "café au lait sans sucre"
    ).right


def test_a_hash_of_older_parameters_is_renewed_when_it_is_proven() -> None:
    proof = prove(PASSWORD_HASH, PASSWORD)
    assert proof.right
    assert (proof.renewed or "").startswith("$argon2id$v=19$m=65536,t=3,p=1$")


def test_an_account_that_does_not_exist_costs_one_hash_as_well(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tried = []

    def fits(kept: str, _: str) -> bool:
        tried.append(kept)
        return True

    monkeypatch.setattr(passwords, "_fits", fits)
    assert not prove(None, PASSWORD).right
    assert tried == [NOBODY]


def test_a_password_too_long_is_refused_before_any_hashing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(passwords, "_fits", lambda *_: pytest.fail("was hashed"))
    assert not prove(PASSWORD_HASH, "x" * 129).right


def test_a_drawn_password_is_accepted_and_never_the_same() -> None:
    drawn = {random_password() for _ in range(20)}
    assert len(drawn) == 20
    assert not any(fault(one, "rosalind") for one in drawn)
