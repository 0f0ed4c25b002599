"""A policy is followed as c2sp.org/tlog-policy says, or refused with its line."""

from pathlib import Path

import pytest

from lims.anchors.policy import BadPolicy, Policy, parse, read
from lims.audit.notes import Signer, Verifier
from lims.witness.keys import WitnessKey
from tests.lims.witness.a_log import ALog

LOG, LASTING_LOG = (one.verifier for one in ALog().signers)
SEEDS = {name: name.encode() * 16 for name in ("X1", "X2", "X3", "Y1", "Y2", "Y3")}


def signers(name: str) -> tuple[Signer, Signer]:
    return WitnessKey(f"{name}.example/w", (SEEDS[name], SEEDS[name])).signers


def key(name: str) -> Verifier:
    return signers(name)[0].verifier


EXAMPLE = f"""\
# the example of the standard
log {LOG.vkey}

witness X1 {key("X1").vkey}
witness X2 {key("X2").vkey} http://x2.example/
\twitness  X3\t{key("X3").vkey}
group X-witnesses 2 X1 X2 X3

witness Y1 {key("Y1").vkey}
witness Y2 {key("Y2").vkey}
witness Y3 {key("Y3").vkey}
group Y-witnesses any Y1 Y2 Y3

group X-and-Y all X-witnesses Y-witnesses
quorum X-and-Y
"""


@pytest.mark.parametrize(
    ("names", "met"),
    [
        ("", False),
        ("X1 X2", False),
        ("X1 X2 X3", False),
        ("Y1 Y2 Y3", False),
        ("X1 Y1", False),
        ("X1 Y1 Y2 Y3", False),
        ("X1 X3 Y2", True),
        ("X1 X2 X3 Y1 Y2 Y3", True),
    ],
)
def test_the_quorum_of_the_standards_example(names: str, met: bool) -> None:  # noqa: FBT001 - a case of the table
    policy = parse(EXAMPLE.encode())
    assert policy.is_met(key(name) for name in names.split()) is met
    assert [one.key for one in policy.logs] == [LOG]
    assert [one.url for one in policy.doors] == ["http://x2.example/"]


def test_one_witness_or_nobody_is_a_quorum_too() -> None:
    one = parse(f"witness a {key('X1').vkey}\nquorum a\n".encode())
    assert one.is_met([key("X1")])
    assert not one.is_met([key("X2")])
    assert parse(b"quorum none\n").is_met([])


def test_both_keys_of_one_witness_are_one_door() -> None:
    plain, lasting = (one.verifier for one in signers("X1"))
    text = f"""witness a {plain.vkey} http://w.example/
witness other {key("X2").vkey} http://v.example/
witness b {lasting.vkey} http://w.example/
group both all a b
quorum both
"""
    doors = parse(text.encode()).doors
    assert [(one.url, one.keys) for one in doors] == [
        ("http://v.example/", (key("X2"),)),
        ("http://w.example/", (plain, lasting)),
    ]
    assert doors[1].name == "X1.example/w"


X1 = f"witness X1 {key('X1').vkey}\n"
X2 = f"witness X2 {key('X2').vkey}\n"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "newline"),
        ("\n", "no line 'quorum'"),
        ("quorum none", "newline"),
        ("quorum none\r\n", "control character"),
        ("quorum none\nquorum none\n", "Line 2.*one quorum only"),
        ("quorum X1\n", "Line 1.*not named above"),
        (f"quorum X1\n{X1}", "Line 1.*not named above"),
        (f"{X1}quorum X1 X1\n", "too few or too many words"),
        ("trust X1\nquorum none\n", "expected one of group, log, quorum, witness"),
        ("log x+y\nquorum none\n", "Line 1"),
        (f"log {key('X1').vkey}\nquorum none\n", "does not sign such lines"),
        (f"witness a {LOG.vkey}\nquorum none\n", "does not sign such lines"),
        (f"log {LOG.vkey}\nlog {LOG.vkey}\nquorum none\n", "Line 2.*there already"),
        (f"{X1}witness b {key('X1').vkey}\nquorum none\n", "there already"),
        (f"{X1}witness X1 {key('X2').vkey}\nquorum none\n", "'X1' is taken"),
        (f"witness none {key('X1').vkey}\nquorum none\n", "'none' is taken"),
        (f"{X1}group X1 any X1\nquorum none\n", "'X1' is taken"),
        (f"{X1}group g any\nquorum none\n", "at least one member"),
        (f"{X1}group g any none\nquorum none\n", "'none' is not named above"),
        (f"{X1}group g any X2\n{X2}quorum none\n", "'X2' is not named above"),
        (f"{X1}group g any X1 X1\nquorum none\n", "named twice"),
        (f"{X1}group g any X1\ngroup h any X1\nquorum none\n", "another group"),
        (f"{X1}group g 0 X1\nquorum none\n", "from 1 to 1"),
        (f"{X1}group g 2 X1\nquorum none\n", "from 1 to 1"),
        (f"{X1}group g most X1\nquorum none\n", "'most' is no number"),
    ],
)
def test_a_policy_that_cannot_be_followed_is_refused(text: str, reason: str) -> None:
    with pytest.raises(BadPolicy, match=reason):
        parse(text.encode())


def test_names_are_opaque_bytes() -> None:
    raw = b"witness K\xff " + key("X1").vkey.encode() + b"\nquorum K\xff\n"
    assert parse(raw).is_met([key("X1")])
    with pytest.raises(BadPolicy, match="not named above"):
        parse(raw.replace(b"quorum K\xff", b"quorum K\xfe"))


def test_without_a_file_nobody_is_asked(tmp_path: Path) -> None:
    assert read(None) == Policy(quorum="none")
    with pytest.raises(BadPolicy, match="No such file"):
        read(tmp_path / "log.policy")
