"""Checkpoints are carried to witnesses and an authority; trouble holds up nobody."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from lims import clock
from lims.anchors import queries
from lims.anchors.authority import Authority
from lims.anchors.policy import Policy, parse
from lims.anchors.queries import Standing
from lims.anchors.rounds import DELAYS, Rounds, stamp_now
from lims.anchors.stamping import check, roots
from lims.audit import keys, log
from lims.audit.integrator import Integrator
from lims.audit.notes import Note, Signature, Signer, Verifier
from lims.audit.record import record, system
from lims.audit.tags import Tag
from lims.db import Database
from lims.witness.keys import draw
from lims.witness.witness import Witness, at_home
from tests.cast import Cast
from tests.lims.anchors.authority import NAME, an_office
from tests.lims.anchors.servers import answering, nobody
from tests.lims.witness.a_log import ORIGIN, ALog
from tests.lims.witness.running import served


class House:
    """A laboratory with its log and rounds, and the witnesses of its partners."""

    def __init__(self, database: Database, folder: Path) -> None:
        self.database, self.folder = database, folder
        self.integrator = Integrator(database, folder / "log-keys", ORIGIN)
        self.rounds = Rounds(database)

    def happen(self, times: int = 1) -> int:
        """So many events, then a checkpoint; the log's size."""
        for _ in range(times):
            with self.database.transaction() as session:
                item = system(session, "tests")
                record(session, Cast().manager, Tag.REFUSED, item)
        self.integrator.round()
        with self.database.reading() as session:
            return log.size(session)

    def witness(self, name: str) -> Witness:
        """A partner's witness that trusts this log."""
        with self.database.reading() as session:
            known = [Verifier.parse(one.vkey) for one in log.log_keys(session)]
        return at_home(self.folder / name, f"{name}.example/w", {ORIGIN: known})

    def standing(self, policy: Policy) -> list[Standing]:
        with self.database.reading() as session:
            return queries.witnesses(session, policy)

    @property
    def signers(self) -> tuple[Signer, ...]:
        """The log's own keys, as a thief of them would have."""
        return keys.load(self.folder / "log-keys", ORIGIN).signers

    def note(self) -> Note:
        """The newest checkpoint with its cosignatures."""
        with self.database.reading() as session:
            newest = log.newest(session)
            assert newest is not None
            raw = newest.note
            for line in queries.cosignatures(session, newest.id):
                raw += line.line.encode()
        return Note.parse(raw)


@pytest.fixture
def house(database: Database, tmp_path: Path) -> House:
    made = House(database, tmp_path)
    made.happen(3)
    return made


def policy_of(*doors: tuple[str, Sequence[Signer], str]) -> Policy:
    """Of (name, signers, address); the quorum is one line of each."""
    lines, names = [], []
    for name, signers, url in doors:
        for number, one in enumerate(signers):
            names.append(f"{name}-{number}")
            lines.append(f"witness {names[-1]} {one.verifier.vkey} {url}")
    lines += [f"group all all {' '.join(names)}", "quorum all", ""]
    return parse("\n".join(lines).encode())


@contextmanager
def two_partners(house: House) -> Iterator[tuple[Policy, list[Witness]]]:
    partners = [house.witness("ministry"), house.witness("redcross")]
    with ExitStack() as stack:
        urls = [stack.enter_context(served(one)) for one in partners]
        named = zip(("ministry", "redcross"), partners, urls, strict=True)
        yield policy_of(*((n, w.signers, u) for n, w, u in named)), partners


def later(monkeypatch: pytest.MonkeyPatch, **how: float) -> None:
    now = datetime.now(UTC) + timedelta(**how)
    monkeypatch.setattr(clock, "now", lambda: now)


def test_each_checkpoint_is_cosigned_by_every_key(house: House) -> None:
    with two_partners(house) as (policy, _):
        for times in (0, 1, 5, 2):
            house.happen(times)
            house.rounds.round(policy, None)
            note = house.note()
            held = []
            for one in policy.witnesses.values():
                found = note.of(one.key)
                assert found
                assert one.key.check(note.text, found.blob)
                held.append(one.key)
            assert policy.is_met(held)
            assert len(held) == 4
        assert [(one.lag, one.trouble) for one in house.standing(policy)] == [
            (0, None),
            (0, None),
        ]


def test_what_is_cosigned_is_not_asked_again(house: House) -> None:
    asked: list[bytes] = []
    partner = house.witness("ministry")

    def answer(_: str, body: bytes) -> tuple[int, str, bytes]:
        asked.append(body)
        return 200, "text/plain", partner.cosign(body).encode()

    with answering(answer) as url:
        policy = policy_of(("ministry", partner.signers, url))
        assert [house.rounds.round(policy, None) for _ in range(3)] == [1, 0, 0]
        house.happen()
        assert [Rounds(house.database).round(policy, None) for _ in range(3)] == [
            1,
            0,
            0,
        ]
    assert len(asked) == 2


def test_a_witness_that_remembers_another_size_is_asked_from_there(
    house: House,
) -> None:
    """Somebody else carried a checkpoint to it, or our own rows came from a backup."""
    other = House(house.database, house.folder)
    with two_partners(house) as (policy, partners):
        with house.database.reading() as session:
            newest = log.newest(session)
            assert newest is not None
            size, body = newest.size, b"old 0\n\n" + newest.note
        partners[0].cosign(body)
        house.happen(4)
        assert other.rounds.round(policy, None) == 2
        assert partners[0].memory.last(ORIGIN).size == size + 4


def test_before_the_first_checkpoint_nobody_is_asked(
    database: Database, tmp_path: Path
) -> None:
    policy = policy_of(("ministry", draw("w").signers, nobody()))
    authority = Authority(nobody(), None)
    assert Rounds(database).round(policy, authority) == 0
    (standing,) = House(database, tmp_path).standing(policy)
    assert (standing.size, standing.lag, standing.trouble) == (0, 0, None)


def test_a_witness_that_is_down_holds_up_nobody(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner, absent = house.witness("redcross"), draw("ministry.example/w")
    with served(partner) as url:
        down = nobody()
        policy = policy_of(
            ("ministry", absent.signers, down), ("redcross", partner.signers, url)
        )
        assert house.rounds.round(policy, None) == 1
        standing = {one.url: one for one in house.standing(policy)}
        assert standing[url].trouble is None
        assert "cannot be reached" in str(standing[down].trouble)
        assert not standing[down].contradicts
        assert standing[down].troubled_since is not None
        assert standing[down].lag == house.happen(0)
        house.happen()
        assert house.rounds.round(policy, None) == 1, "the other one goes on"
    for wait in DELAYS:
        later(monkeypatch, seconds=wait.total_seconds() * 3)
        assert house.rounds.round(policy, None) == 0


def test_a_witness_that_comes_back_is_asked_from_where_it_stood(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    partner = house.witness("ministry")
    with served(partner) as url:
        policy = policy_of(("ministry", partner.signers, url))
        house.rounds.round(policy, None)
    house.happen(6)
    house.rounds.round(policy, None)
    assert house.standing(policy)[0].lag == 6
    assert house.rounds.round(policy, None) == 0, "it is left alone for a second"
    with served(partner) as url:
        moved = policy_of(("ministry", partner.signers, url))
        assert house.rounds.round(moved, None) == 1
        (standing,) = house.standing(moved)
        assert (standing.lag, standing.trouble) == (0, None)
    later(monkeypatch, minutes=1)
    assert house.rounds.round(policy, None) == 0, "nothing is left to be asked"


def test_a_log_that_lost_events_is_told_so(house: House) -> None:
    """The witness holds a longer history than the database that was restored."""
    partner = house.witness("ministry")
    grown = ALog()
    text_ = grown.checkpoint(500).text
    note = Note(text_, tuple(one.sign(text_) for one in house.signers)).render()
    partner.cosign(b"old 0\n\n" + note)
    with served(partner) as url:
        policy = policy_of(("ministry", partner.signers, url))
        assert house.rounds.round(policy, None) == 0
        (standing,) = house.standing(policy)
        assert "has cosigned 500 events" in str(standing.trouble)
        assert standing.contradicts


def test_another_history_of_this_log_is_told(house: House) -> None:
    partner = house.witness("ministry")
    size = house.happen(0)
    forged = ALog().checkpoint(size).text
    lines = tuple(one.sign(forged) for one in house.signers)
    partner.cosign(b"old 0\n\n" + Note(forged, lines).render())
    with served(partner) as url:
        policy = policy_of(("ministry", partner.signers, url))
        house.rounds.round(policy, None)
        (standing,) = house.standing(policy)
        assert f"another history of {size} events" in str(standing.trouble)
        assert standing.contradicts
        house.happen(2)
        Rounds(house.database).round(policy, None)
        (standing,) = house.standing(policy)
        assert "does not go on from" in str(standing.trouble)
        assert standing.contradicts
    assert len(partner.memory.forks()) == 2


@pytest.mark.parametrize(
    ("status", "kind", "body", "reason"),
    [
        (403, "text/plain", b"", "does not trust the key"),
        (404, "text/plain", b"", "does not know this log"),
        (422, "text/plain", b"", "does not go on"),
        (500, "text/plain", b"", "HTTP status '500'"),
        (302, "text/plain", b"", "HTTP status '302'"),
        (409, "text/x.tlog.size", b"", "without a size"),
        (409, "text/x.tlog.size", b"nonsense\n", "without a size"),
        (409, "text/html", b"1\n", "'409' as 'text/html'"),
        (200, "text/plain", b"", "did not cosign with the key"),
        (200, "text/plain", b"\xff\xff", "does not hold"),
        (200, "text/plain", "\N{EM DASH} a b\n".encode(), "does not hold"),
    ],
)
def test_whatever_a_witness_answers_is_one_sentence(
    house: House, status: int, kind: str, body: bytes, reason: str
) -> None:
    with answering(lambda *_: (status, kind, body)) as url:
        policy = policy_of(("ministry", draw("ministry.example/w").signers, url))
        assert house.rounds.round(policy, None) == 0
        (standing,) = house.standing(policy)
    assert reason in str(standing.trouble)
    assert len(house.note().signatures) == 2, "nothing is kept"


def test_a_witness_that_names_another_size_each_time_is_left(house: House) -> None:
    sizes = iter(range(1, 100))
    with answering(
        lambda *_: (409, "text/x.tlog.size", f"{next(sizes)}\n".encode())
    ) as url:
        policy = policy_of(("ministry", draw("ministry.example/w").signers, url))
        house.rounds.round(policy, None)
        assert "another size at each request" in str(house.standing(policy)[0].trouble)


def spoilt(line: Signature) -> Signature:
    return Signature(
        line.name, line.key_id, line.blob[:-1] + bytes([line.blob[-1] ^ 1])
    )


@pytest.mark.parametrize("how", ["false", "for another text", "ahead", "timeless"])
def test_a_cosignature_that_does_not_hold_is_not_kept(house: House, how: str) -> None:
    signers = draw("ministry.example/w").signers
    now = int(clock.now().timestamp())
    told = house.note().text
    at = {"ahead": now + 3600, "timeless": 0}.get(how, now)
    text_ = ALog().checkpoint(9).text if how == "for another text" else told
    lines = [one.sign(text_, at) for one in signers]
    if how == "false":
        lines[1] = spoilt(lines[1])
    body = "".join(one.line for one in lines).encode()
    with answering(lambda *_: (200, "text/plain", body)) as url:
        policy = policy_of(("ministry", signers, url))
        assert house.rounds.round(policy, None) == 0
        assert "does not hold" in str(house.standing(policy)[0].trouble)
    assert len(house.note().signatures) == 2


def test_lines_of_keys_that_the_policy_does_not_name_are_passed_over(
    house: House,
) -> None:
    partner = house.witness("ministry")
    with served(partner) as url:
        policy = policy_of(("ministry", partner.signers[:1], url))
        assert house.rounds.round(policy, None) == 1
    assert len(house.note().signatures) == 3


@pytest.mark.parametrize("table", ["audit_cosignature", "audit_timestamp"])
@pytest.mark.parametrize("statement", ["UPDATE {} SET at = at", "DELETE FROM {}"])
def test_an_anchor_is_neither_changed_nor_deleted(
    house: House, tmp_path: Path, table: str, statement: str
) -> None:
    with two_partners(house) as (policy, _):
        house.rounds.round(policy, None)
    office = an_office(tmp_path / "tsa")
    with office.open() as url:
        stamp_now(house.database, Authority(url, office.root))
    with house.database.engine.connect() as connection, pytest.raises(DBAPIError):
        connection.execute(text(statement.format(table)))


def test_the_newest_checkpoint_is_stamped_once_a_day(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office = an_office(tmp_path / "tsa")
    nobody_asked = parse(b"quorum none\n")
    with office.open() as url:
        authority = Authority(url, office.root)
        told = [house.rounds.round(nobody_asked, authority) for _ in range(2)]
        house.happen()
        told.append(house.rounds.round(nobody_asked, authority))
        later(monkeypatch, hours=23)
        house.happen()
        told.append(house.rounds.round(nobody_asked, authority))
        later(monkeypatch, hours=25)
        told.append(house.rounds.round(nobody_asked, authority))
        house.happen()
        told += [house.rounds.round(nobody_asked, authority) for _ in range(2)]
        house.happen()
        told.append(house.rounds.round(nobody_asked, authority))
        stamp_now(house.database, authority)
    assert told == [1, 0, 0, 0, 0, 1, 0, 0]
    with house.database.reading() as session:
        newest = log.newest(session)
        assert newest is not None
        (kept,) = queries.timestamps(session, newest.id)
        assert kept.authority == f"CN={NAME}"
        found = check(kept.token, newest.note, roots(authority))
        assert (found.at, found.authority) == (kept.at, kept.authority)
        bound = queries.stamped_since(session, 1)
        assert bound is not None
        assert bound.size < newest.size


def test_an_authority_in_trouble_is_told_and_asked_again_later(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    office, other = an_office(tmp_path / "tsa"), an_office(tmp_path / "other")
    nobody_asked = parse(b"quorum none\n")
    with office.open() as url:
        wrong = Authority(url, other.root)
        assert house.rounds.round(nobody_asked, wrong) == 0
        with house.database.reading() as session:
            told = queries.trouble(session, url)
            assert told is not None
            assert "below the root certificate" in told.sentence
        right = Authority(url, office.root)
        assert house.rounds.round(nobody_asked, right) == 0, "not at once"
        later(monkeypatch, minutes=2)
        assert house.rounds.round(nobody_asked, right) == 1
        with house.database.reading() as session:
            assert queries.trouble(session, url) is None


def test_only_one_process_carries(house: House) -> None:
    with two_partners(house) as (policy, _), house.database.alone("anchors") as held:
        assert held
        assert Rounds(house.database).round(policy, None) == 0
    with two_partners(house) as (policy, _):
        assert Rounds(house.database).round(policy, None) == 2
