"""The scanner's driver against scripts, against noise, and on a real serial line."""

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
import random
import threading

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from instruments.drivers.barcode_scanner import (
    LONGEST,
    Damaged,
    Frame,
    Heard,
    Scan,
    checksum,
    listen,
    understood,
)
from instruments.errors import LinkLost
from instruments.links import Change, ScriptedLink, SerialLink
from tests.instruments.cable import Cable

CODE = "S7K2M9QXAT"
LOST = LinkLost("pulled out")
NOISE = bytes(sign for sign in range(256) if sign not in b"\r\n")


def _heard(*script: bytes | LinkLost, frame: Frame = Frame.PLAIN) -> list[Heard]:
    return list(listen(ScriptedLink(*script), frame, pause=lambda _: None))


def _framed(text: str) -> bytes:
    data = text.encode()
    return b"\x02" + data + checksum(data) + b"\x03\r\n"


def _texts(heard: list[Heard]) -> list[str]:
    return [one.text for one in heard if isinstance(one, Scan)]


class TestFrames:
    @pytest.mark.parametrize("end", [b"\r", b"\n", b"\r\n"])
    def test_any_line_end_ends_a_scan(self, end: bytes) -> None:
        assert _texts(_heard(CODE.encode() + end + b"P1" + end)) == [CODE, "P1"]

    def test_a_scan_may_come_byte_by_byte(self) -> None:
        sent = f"]d1{CODE}\r\n".encode()
        assert _texts(_heard(*(bytes([byte]) for byte in sent))) == [CODE]

    def test_a_scan_may_stand_between_stx_and_etx(self) -> None:
        assert _texts(_heard(b"\x02" + CODE.encode() + b"\x03\r")) == [CODE]

    @pytest.mark.parametrize(
        "raw",
        [b"\x02AB", b"AB\x03", b"A\x02B\x03", b"\x02A\x02B\x03", b"\x03AB\x02"],
    )
    def test_a_frame_with_half_its_marks_is_refused(self, raw: bytes) -> None:
        assert isinstance(understood(raw, Frame.PLAIN), Damaged)

    @pytest.mark.parametrize("raw", [b"S7\x00K", b"S7\xe9K", b"S7\x1bK", b"\x02\x03"])
    def test_signs_that_no_label_has_are_refused(self, raw: bytes) -> None:
        assert isinstance(understood(raw, Frame.PLAIN), Damaged)

    def test_a_scan_without_an_end_is_refused_after_a_silence(self) -> None:
        first, second = _heard(b"S7K2", b"", b"M9QXAT\r")
        assert isinstance(first, Damaged)
        assert first.raw == b"S7K2"
        assert isinstance(second, Scan)
        assert second.text == "M9QXAT"

    def test_a_scan_without_an_end_is_refused_when_the_line_is_closed(self) -> None:
        (only,) = _heard(b"S7K2")
        assert isinstance(only, Damaged)

    def test_a_flood_without_an_end_is_refused_and_forgotten(self) -> None:
        first, second = _heard(b"A" * (LONGEST + 1), b"B\r")
        assert isinstance(first, Damaged)
        assert isinstance(second, Scan)


class TestIdentifiers:
    @pytest.mark.parametrize(
        ("aim", "symbology"),
        [
            ("]d1", "Data Matrix"),
            ("]d2", "Data Matrix"),
            ("]C0", "Code 128"),
            ("]C1", "Code 128"),
            ("]Q1", "QR"),
            ("]A0", "Code 39"),
            ("]X0", "other"),
            ("]y9", "other"),
        ],
    )
    def test_the_identifier_is_kept_and_taken_off(
        self, aim: str, symbology: str
    ) -> None:
        raw = f"{aim}{CODE}".encode()
        assert understood(raw, Frame.PLAIN) == Scan(symbology, aim, CODE, raw)

    @pytest.mark.parametrize("text", ["]", "]d", "]-1ABC", "A]d1B", "]1dAB"])
    def test_what_only_looks_like_an_identifier_stays(self, text: str) -> None:
        raw = text.encode()
        assert understood(raw, Frame.PLAIN) == Scan("", "", text, raw)

    def test_an_identifier_without_data_is_refused(self) -> None:
        assert isinstance(understood(b"]d1", Frame.PLAIN), Damaged)

    def test_the_separator_of_gs1_symbols_is_kept(self) -> None:
        scan = understood(b"]d201034\x1d10AB", Frame.PLAIN)
        assert isinstance(scan, Scan)
        assert scan.text == "01034\x1d10AB"


class TestChecksum:
    def test_is_the_published_one(self) -> None:
        assert checksum(b"123456789") == b"29B1"

    def test_a_frame_that_agrees_is_a_scan(self) -> None:
        (scan,) = _heard(_framed(f"]d1{CODE}"), frame=Frame.CRC)
        assert isinstance(scan, Scan)
        assert (scan.symbology, scan.text) == ("Data Matrix", CODE)

    def test_a_frame_without_checksum_is_refused(self) -> None:
        heard = _heard(b"\x02" + CODE.encode() + b"\x03\r", b"AB\r", frame=Frame.CRC)
        assert [type(one) for one in heard] == [Damaged, Damaged]

    @settings(deadline=None)
    @given(st.integers(0, 17), st.integers(1, 255))
    def test_no_change_of_one_byte_is_accepted(self, place: int, change: int) -> None:
        good = bytearray(_framed(f"]d1{CODE}"))
        good[place] ^= change
        for one in _heard(bytes(good), frame=Frame.CRC):
            assert isinstance(one, Damaged)

    def test_of_frames_with_noise_the_whole_ones_are_read_and_no_other(self) -> None:
        chance = random.Random(30)
        sent, stream = _noisy(chance, frames=3000, damaged=0.3)
        pieces = iter(lambda: bytes(islice(stream, chance.randint(1, 40))), b"")
        heard = _heard(*pieces, frame=Frame.CRC)
        assert _texts(heard) == sent
        assert sum(isinstance(one, Damaged) for one in heard) > 0.25 * 3000


def _noisy(
    chance: random.Random, frames: int, damaged: float
) -> tuple[list[str], Iterator[int]]:
    """The texts of whole frames, and all bytes on the line."""
    whole, stream = [], bytearray()
    for number in range(frames):
        text = f"]d1S{number:08}K"
        frame = bytearray(_framed(text))
        if chance.random() < damaged:
            _damage(chance, frame)
        else:
            whole.append(text.removeprefix("]d1"))
        stream += frame
    return whole, iter(bytes(stream))


def _damage(chance: random.Random, frame: bytearray) -> None:
    """Flip bits, lose bytes or add some, but add no line end: that would be a frame."""
    whole = bytes(frame)
    while frame == whole:
        for _ in range(chance.randint(1, 6)):
            place = chance.randrange(len(frame) - 2)
            match chance.randrange(3):
                case 0:
                    frame[place] ^= 1 << chance.randrange(8)
                case 1:
                    del frame[place]
                case _:
                    frame.insert(place, chance.choice(NOISE))


class TestUnplugged:
    def test_two_halves_of_two_scans_never_become_one(self) -> None:
        heard = _heard(b"S7K2", LOST, b"M9QXAT\r")
        assert _texts(heard) == ["M9QXAT"]
        assert isinstance(heard[0], Damaged)
        assert heard[1:3] == [Change.LOST, Change.BACK]

    def test_the_pause_doubles_up_to_half_a_second_and_starts_anew(self) -> None:
        waits: list[float] = []
        link = ScriptedLink(*[LOST] * 8, b"A\r", LOST, b"B\r")
        heard = list(listen(link, pause=waits.append))
        assert waits == [0.05, 0.1, 0.2, 0.4, 0.5, 0.5, 0.5, 0.5, 0.05]
        assert _texts(heard) == ["A", "B"]

    def test_the_loss_is_told_once(self) -> None:
        heard = _heard(LOST, LOST, LOST, b"A\r")
        assert heard[:2] == [Change.LOST, Change.BACK]


class TestOnALine:
    def test_scans_are_heard_before_and_after_the_plug_was_pulled(
        self, cable: Cable
    ) -> None:
        with closing(_opened(cable)) as link:
            heard = listen(link)
            cable.send(b"]d1S00000001A\r\n")
            assert _texts([next(heard)]) == ["S00000001A"]
            cable.pull()
            assert next(heard) is Change.LOST
            cable.plug()
            assert next(heard) is Change.BACK
            cable.send(b"]C0S00000002B\r\n")
            assert _texts([next(heard)]) == ["S00000002B"]

    def test_noise_on_the_line_never_becomes_a_scan(self, cable: Cable) -> None:
        sent, stream = _noisy(random.Random(7), frames=300, damaged=0.3)
        end = "S99999999Z"
        texts: list[str] = []
        with closing(_opened(cable)) as link:
            noise = bytes(stream) + _framed(end)
            sender = threading.Thread(target=cable.send, args=[noise])
            sender.start()
            for one in listen(link, Frame.CRC):
                texts += _texts([one])
                if texts[-1:] == [end]:
                    break
            sender.join()
        assert set(texts) <= {*sent, end}
        assert len(texts) > 0.9 * len(sent)


def _opened(cable: Cable) -> SerialLink:
    """A line that listens: what came before it does is forgotten by the terminal."""
    link = SerialLink(str(cable.host), silence=0.5)
    link.read()
    return link
