"""Go's own `sumdb` code checks a whole bundle, and refuses a forger's."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
import re

import pytest

from lims.evidence.bundle import pack
from tests.independent.conftest import Ask
from tests.lims.evidence import bundles

Inside = dict[str, bytes]
PROVING = re.compile(
    r"events/.*|checkpoint\.latest|checkpoints/.*|consistency/.*|bundle\.json"
)
NAMES = sorted(bundles.files(pack(bundles.log().content())))
KEYS = f"{bundles.LOG.verifier.vkey}\n{bundles.WITNESS.verifier.vkey}"


@pytest.fixture
def answered(go: Ask, tmp_path: Path) -> Callable[..., str]:
    def ask(packed: bytes, keys: str = KEYS) -> str:
        (tmp_path / "keys").write_text(f"{keys}\n")
        (tmp_path / "bundle.zip").write_bytes(packed)
        return go("bundle", tmp_path / "keys", tmp_path / "bundle.zip")

    return ask


def test_go_proves_a_whole_bundle(answered: Callable[..., str]) -> None:
    told = "verified: 20 events, 2 checkpoints, 2 cosignatures"
    assert answered(bundles.whole()) == told
    own = bundles.files(bundles.whole())["vkeys"].decode()
    assert answered(bundles.whole(), own) == told, "by the keys that lie in it"


def test_go_refuses_it_by_another_log_s_key(answered: Callable[..., str]) -> None:
    stranger = bundles.log_key(b"9").verifier.vkey
    assert answered(bundles.whole(), stranger).startswith("refused")


def test_go_refuses_a_tampered_leaf(answered: Callable[..., str]) -> None:
    """The forger mends the list of files and the digest too."""
    content = bundles.stamped()
    entries = list(content.entries)
    entries[2] = replace(entries[2], body=entries[2].body.replace(b"F-2", b"F-9"))
    assert "invalid transparency proof" in answered(
        pack(replace(content, entries=entries))
    )


@pytest.mark.parametrize("name", [one for one in NAMES if PROVING.fullmatch(one)])
def test_go_refuses_a_changed_bit_in_whatever_proves(
    answered: Callable[..., str], name: str
) -> None:
    inside = bundles.files(bundles.whole())
    changed = bytearray(inside[name])
    place = inside[name].index(b"digest") + 12 if name == "bundle.json" else 40
    changed[place] ^= 0x01
    inside[name] = bytes(changed)
    assert answered(bundles.repacked(inside, listed=True)).startswith("refused"), name


@pytest.mark.parametrize("name", NAMES)
def test_go_refuses_a_changed_or_missing_file(
    answered: Callable[..., str], name: str
) -> None:
    inside = bundles.files(bundles.whole())
    inside[name] += b"."
    assert answered(bundles.repacked(inside)).startswith("refused")
    del inside[name]
    assert answered(bundles.repacked(inside)).startswith("refused")


def _swap_events(inside: Inside) -> None:
    one, two = "events/0003.json", "events/0006.json"
    inside[one], inside[two] = inside[two], inside[one]


def _swap_proofs(inside: Inside) -> None:
    one, two = "events/0003.tlog-proof", "events/0006.tlog-proof"
    inside[one], inside[two] = inside[two], inside[one]


def _exchange_both(inside: Inside) -> None:
    _swap_events(inside)
    _swap_proofs(inside)


def _another_state(inside: Inside) -> None:
    early = inside[f"checkpoints/{bundles.EARLY}.note"]
    inside["checkpoint.latest"] = early


def _no_growth(inside: Inside) -> None:
    del inside[f"consistency/{bundles.EARLY}-{bundles.LATE}"]


def _no_proof(inside: Inside) -> None:
    del inside["events/0020.tlog-proof"]


def _no_event(inside: Inside) -> None:
    del inside["events/0020.json"]


@pytest.mark.parametrize(
    "change",
    [
        _swap_events,
        _swap_proofs,
        _exchange_both,
        _another_state,
        _no_growth,
        _no_proof,
        _no_event,
    ],
)
def test_go_refuses_what_a_forger_exchanges_or_takes_out(
    answered: Callable[..., str], change: Callable[[Inside], None]
) -> None:
    assert answered(bundles.forged(lambda _: None)).startswith("verified")
    assert answered(bundles.forged(change)).startswith("refused")


def test_go_refuses_another_log_s_checkpoint(answered: Callable[..., str]) -> None:
    """It is signed well, and by the same name: of another history."""
    other = replace(bundles.log(), key=bundles.log_key(b"9")).content()
    forged = replace(bundles.stamped(), anchors=other.anchors, stamps=[])
    assert answered(pack(forged)).startswith("refused")
