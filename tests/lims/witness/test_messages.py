"""A request has one spelling; everything else is refused with the reason."""

from base64 import b64encode

from hypothesis import given
from hypothesis import strategies as st
import pytest

from lims.witness.messages import BadMessage, Submission, parse_size, render_size

HASH = b64encode(bytes(32)).decode()
SPEC = """old 20852014
PlRNCrwHpqhGrupue0L7gxbjbMiKA9temvuZZDDpkaw=
jrJZDmY8Y7SyJE0MWLpLozkIVMSMZcD5kvuKxPC3swk=
5+pKlUdi2LeF/BcMHBn+Ku6yhPGNCswZZD1X/6QgPd8=
/6WVhPs2CwSsb5rYBH5cjHV/wSmA79abXAwhXw3Kj/0=

example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

\N{EM DASH} example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
"""  # noqa: E501 - the request of c2sp.org/tlog-witness, as it stands there


def test_the_example_of_the_standard_is_read() -> None:
    found = Submission.parse(SPEC.encode())
    assert (found.old, len(found.proof)) == (20_852_014, 4)
    assert found.note.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert found.render() == SPEC.encode()


@given(
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=63),
    st.binary(max_size=40),
)
def test_what_is_written_is_read_again(
    old: int, proof: list[bytes], note: bytes
) -> None:
    made = Submission(old, tuple(proof), note)
    assert Submission.parse(made.render()) == made


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("", "old SIZE"),
        ("old", "old SIZE"),
        ("old ", "old SIZE"),
        ("new 5", "old SIZE"),
        ("old 05", "old SIZE"),
        ("old +5", "old SIZE"),
        ("old -5", "old SIZE"),
        ("old 5 ", "old SIZE"),
        ("old  5", "old SIZE"),
        ("old 99999999999999999999", "old SIZE"),
        ("old \N{ARABIC-INDIC DIGIT FIVE}", "not ASCII"),
        ("old 5\r", "old SIZE"),
        (f"old 5\n{HASH[:-1]}", "a hash in base64"),
        (f"old 5\n{HASH} ", "a hash in base64"),
        ("old 5\nAAAA", "a hash in base64"),
        (f"old 5\n{HASH[:-2]}B=", "another spelling"),
        ("\n".join(["old 5", *[HASH] * 64]), "More than 63"),
    ],
)
def test_another_spelling_is_refused(head: str, reason: str) -> None:
    with pytest.raises(BadMessage, match=reason):
        Submission.parse(f"{head}\n\nnote".encode())


def test_without_an_empty_line_there_is_no_checkpoint() -> None:
    with pytest.raises(BadMessage, match="empty line"):
        Submission.parse(b"old 5\nnote")


@given(st.integers(0, 2**63 - 1))
def test_a_size_is_read_as_written(size: int) -> None:
    assert parse_size(render_size(size)) == size


@pytest.mark.parametrize("raw", [b"", b"5", b"05\n", b"5\n\n", b"-5\n", b"\xff\n"])
def test_a_size_in_another_spelling_is_refused(raw: bytes) -> None:
    with pytest.raises(BadMessage):
        parse_size(raw)
