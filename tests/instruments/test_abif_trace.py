"""Trace files: read by their tags, judged by their traps, or refused."""

from array import array
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
import pickle
import random
import struct

import pytest

from instruments import InstrumentError, Source, abif, genotypes, parse
from instruments.abif_shadows import MOST_SHADOWS
from instruments.errors import UnknownFile, Unreadable
from instruments.peak_check import Expected
from instruments.report import report
from instruments.second_opinion import Ask, answer
from instruments.traces import TraceExport
from tests.instruments.abif_made import (
    Made,
    Tags,
    c_text,
    chars,
    fsa,
    hid,
    longs,
    pascal,
    shorts,
)


def _read(made: Made) -> TraceExport:
    found = parse(Source("run.fsa", made.content()))
    assert isinstance(found, TraceExport)
    return found


def _with(made: Made, tags: Tags) -> Made:
    return replace(made, tags={**made.tags, **tags})


def test_the_traces_of_an_enciphered_file_are_read_from_its_open_copy() -> None:
    made = hid()
    found = _read(made)
    assert [dye.name for dye in found.dyes] == [
        "6-FAM",
        "VIC",
        "NED",
        "PET",
        "LIZ",
        "SID",
    ]
    assert "".join(dye.letter for dye in found.dyes) == "BGYROP"
    assert found.dyes[5].points == _shorts(made.tags["DATA", 106][2])
    assert found.dyes[0].points[120] == max(found.dyes[0].points) == 900
    assert found.standard_dye == 5
    assert (found.sample, found.well, found.instrument) == ("S0000001", "A01", "3500")
    assert found.started == "2026-10-05 09:30:15.00"
    assert not found.warnings


def test_the_second_shadow_is_taken_for_it_knows_the_version() -> None:
    assert _read(hid()).tags["SVER 1"] == "3500 Data Collection Version 1.0"


def test_the_peaks_of_the_instruments_software_are_read() -> None:
    peaks = _read(hid()).peaks
    assert [(peak.dye, peak.scan) for peak in peaks][:2] == [(1, 120), (2, 200)]
    assert str(peaks[0].size) == "30.00"
    assert peaks[0].height == 900


def test_what_was_too_high_for_sixteen_bits_is_set_in_again() -> None:
    made = hid()
    over: Tags = {("OvrI", 9): longs([120]), ("OvrV", 9): longs([94_596])}
    shadows = [{**one, **over} for one in made.shadows]
    assert _read(replace(made, shadows=shadows)).dyes[0].analysed[120] == 94_596


def test_an_enciphered_file_without_open_copies_says_so_and_is_no_error() -> None:
    found = _read(replace(hid(), shadows=()))
    assert not found.dyes
    assert found.sample == "S0000001"
    assert "Import the table of alleles instead." in found.warnings[0]


def test_an_altered_tag_is_named() -> None:
    made = hid()
    changed: Tags = {("SpNm", 1): pascal("S0000002")}
    found = _read(_with(made, changed))
    assert found.sample == "S0000002"
    (warning,) = found.warnings
    assert "'SpNm 1'" in warning
    assert "two directories" in warning


def test_an_altered_trace_no_longer_shows_the_peaks_found_in_it() -> None:
    made = hid()
    points = list(_shorts(made.tags["DATA", 10][2]))
    points[190:210] = [4] * 20
    shadows = [{**one, ("DATA", 10): shorts(points)} for one in made.shadows]
    (warning,) = _read(replace(made, shadows=shadows)).warnings
    assert "'DATA 10' does not show 1 of the peaks" in warning
    assert "scan 200" in warning


def test_a_longer_open_text_than_the_enciphered_one_is_named() -> None:
    made = hid()
    shadows = [{**one, ("HCFG", 3): c_text("3500xL and more")} for one in made.shadows]
    (warning,) = _read(replace(made, shadows=shadows)).warnings
    assert "'HCFG 3' in the open has another size" in warning


def test_sizes_by_the_wrong_standard_are_not_believed() -> None:
    (warning,) = _read(fsa()).warnings
    assert "'GS500LIZ'" in warning
    assert "'ROX'" in warning
    assert _read(fsa()).standard_dye == 4
    assert not _read(fsa(standard="ILS600")).warnings


def test_the_constant_sample_of_the_3500_is_no_name() -> None:
    made = hid()
    tags = {name: tag for name, tag in made.tags.items() if name[0] != "SpNm"}
    shadows = [{k: v for k, v in one.items() if k[0] != "SpNm"} for one in made.shadows]
    found = _read(replace(made, tags=tags, shadows=shadows))
    assert found.sample == ""
    assert "The file names no sample." in found.warnings
    older = _with(
        fsa(standard=""), {("SpNm", 1): pascal(""), ("SMPL", 1): pascal("+PC")}
    )
    assert _read(older).sample == "+PC"


def test_a_ladder_that_says_it_is_a_sample() -> None:
    made = _with(fsa("GF_ladder1", standard=""), {("STYP", 1): c_text("Sample")})
    (warning,) = _read(made).warnings
    assert "The plate record decides." in warning


def test_signs_beyond_ascii_in_a_name_are_told() -> None:
    found = _read(fsa("Zoë", standard=""))
    assert found.sample == "Zoë"
    assert "'SpNm 1'" in found.warnings[0]


def test_a_sequencing_run_names_its_dyes_by_their_bases() -> None:
    called: Tags = {
        ("FWO_", 1): chars("GATC"),
        ("PBAS", 1): chars("ACGTN"),
        ("PLOC", 1): shorts([1, 2, 3, 4, 5]),
    }
    found = _read(_with(fsa(standard=""), called))
    assert "".join(dye.letter for dye in found.dyes) == "GATC"
    assert found.bases == "ACGTN"
    assert found.standard_dye == 0


def test_every_tag_is_told_or_counted_as_unread() -> None:
    long: Tags = {("APrX", 1): chars("<x>" * 900), ("SdCs", 1): (1024, 5, b"abcde")}
    made = _with(fsa(standard=""), long)
    found = _read(made)
    assert found.tags.unread == {"APrX 1": 2700, "SdCs 1": 5}
    assert found.unread == 2
    assert found.tags["CTID 1"] == "PL0000001"
    traces = {f"DATA {number}" for number in (1, 2, 3, 4)}
    told = found.tags.keys() | found.tags.unread.keys() | traces
    assert told == {f"{name} {number}" for name, number in made.tags}


def test_a_trace_tells_no_genotypes() -> None:
    with pytest.raises(UnknownFile, match="it is a trace, read by ABIF trace"):
        genotypes(Source("run.fsa", fsa().content()))


def test_the_report_of_a_trace() -> None:
    found = report(Source("run.hid", hid().content()))["traces"]
    assert isinstance(found, dict)
    assert found["points"] == 600
    assert (found["sample"], found["size_standard"]) == ("S0000001", "GS600LIZ")
    assert len(found["peaks"]) == 7
    assert len(found["dyes"]) == 6


class TestRefused:
    def _refused(self, content: bytes, told: str) -> None:
        with pytest.raises(Unreadable, match=told):
            parse(Source("run.fsa", content))

    def test_a_header_without_its_directory(self) -> None:
        content = bytearray(fsa().content())
        content[6:10] = b"\0e\0\0"
        self._refused(bytes(content), "names no directory")

    @pytest.mark.parametrize("lacking", [{"RUND"}, {"MODL", "HCFG"}, {"DATA"}])
    def test_what_no_instrument_leaves_out(self, lacking: set[str]) -> None:
        made = fsa()
        tags = {name: tag for name, tag in made.tags.items() if name[0] not in lacking}
        self._refused(replace(made, tags=tags).content(), "is no instrument's")

    def test_a_date_that_is_a_text(self) -> None:
        made = _with(fsa(), {("RUND", 1): c_text("2025-08-20T16:20:47")})
        self._refused(made.content(), "as a date")

    def test_a_cut_file(self) -> None:
        content = fsa().content()
        self._refused(content[:-40], "it was cut")
        self._refused(content[:20], "it was cut")

    def test_a_tag_outside_the_file(self) -> None:
        content = bytearray(fsa().content())
        (place,) = struct.unpack_from(">I", content, 26)
        struct.pack_into(">I", content, place + 20, 1 << 30)
        first = min(fsa().tags)[0]
        self._refused(bytes(content), f"'{first} 1' of this trace file")

    def test_tags_that_overlap(self) -> None:
        """Ten thousand tags that all are the same megabyte would fill the memory."""
        body = b"\0" * 1_000_000
        entry = struct.pack(">4sIHHIII4x", b"DATA", 1, 2, 1, len(body), len(body), 128)
        place = 128 + len(body)
        head = (b"ABIF", 101, b"tdir", 1, 1023, 28, 9_000, 28 * 9_000, place)
        start = struct.pack(">4sH4sIHHIII4x", *head).ljust(128, b"\0")
        self._refused(start + body + entry * 9_000, "overlap")

    def test_too_many_tags(self) -> None:
        content = bytearray(fsa().content())
        struct.pack_into(">I", content, 18, 10_001)
        self._refused(bytes(content), "10001 tags")

    def test_a_trace_without_end(self) -> None:
        points = shorts([0] * (abif.MOST_POINTS + 1))
        self._refused(_with(fsa(), {("DATA", 1): points}).content(), "200001 points")


def test_words_that_look_like_a_directory_are_none() -> None:
    entry = struct.pack(">4sIHHIII4x", b"DATA", 1, 4, 2, 1, 2, 0)
    false = {("APrX", 1): (2, 1, (entry + b"DATA" * 9) * 20_000)}
    made = _with(fsa(standard=""), false)
    assert not _read(made).warnings
    assert not abif.read(made.content()).shadows


def test_no_more_older_directories_are_read_than_a_file_may_have() -> None:
    tags = fsa(standard="").tags
    made = replace(fsa(standard=""), shadows=[tags] * 40)
    assert len(abif.read(made.content()).shadows) == MOST_SHADOWS


@pytest.mark.parametrize("made", [hid(), fsa()], ids=["hid", "fsa"])
def test_a_trace_with_changed_bytes_is_looked_at_or_refused(made: Made) -> None:
    whole = made.content()
    chance = random.Random(len(whole))
    (start,) = struct.unpack_from(">I", whole, 26)
    for turn in range(200):
        content = bytearray(whole)
        for _ in range(chance.randint(1, 8)):
            low = start if turn % 2 else 0
            content[chance.randrange(low, len(content))] = chance.randrange(256)
        with suppress(InstrumentError):
            found = parse(Source("run.fsa", bytes(content)))
            assert isinstance(found, TraceExport)
            answer(found, Ask("GlobalFiler", Expected()))


def test_an_export_goes_through_a_pickle() -> None:
    found = _read(hid())
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301 - our own bytes


def _shorts(value: bytes) -> "array[int]":
    found = array("h", value)
    found.byteswap()
    return found


@pytest.mark.shared
class TestRealFiles:
    def _all(self, shared: Path, kind: str) -> list[Path]:
        return sorted((shared / "instruments" / kind).iterdir())

    def test_each_is_read_whole(self, shared: Path) -> None:
        dyes = {}
        for kind in ("abif_fsa", "abif_hid", "abif_ab1"):
            for path in self._all(shared, kind):
                if path.name == "fake.ab1":
                    continue
                found = parse(Source.from_path(path))
                assert isinstance(found, TraceExport)
                dyes[path.name] = len(found.dyes)
                assert len({len(dye.points) for dye in found.dyes}) == 1, path.name
        assert len(dyes) == 26
        assert {dyes[name] for name in dyes if name.startswith("GF_")} == {6}
        assert {dyes[name] for name in dyes if name.startswith("PPF_")} == {5}

    @pytest.mark.parametrize(
        "name", ["abif_invalid/PT001_Child_001.fsa", "abif_ab1/fake.ab1"]
    )
    def test_what_no_instrument_wrote_is_refused(self, shared: Path, name: str) -> None:
        with pytest.raises(InstrumentError):
            parse(Source.from_path(shared / "instruments" / name))

    def test_no_directory_of_a_real_file_speaks_against_another(
        self, shared: Path
    ) -> None:
        for kind in ("abif_fsa", "abif_hid", "abif_ab1"):
            for path in self._all(shared, kind):
                if path.name != "fake.ab1":
                    file = abif.read(path.read_bytes())
                    assert not file.altered(), path.name
                    assert not file.recut(), path.name

    def test_a_sample_renamed_in_a_real_file_is_named(self, shared: Path) -> None:
        path = shared / "instruments/abif_hid/GF_1_FTA_A01_01.hid"
        content = bytearray(path.read_bytes())
        file = abif.read(bytes(content))
        start = struct.unpack_from(">I", content, 26)[0]
        place = start + 28 * list(file.main).index((b"TUBE", 1)) + 20
        content[place : place + 4] = b"\3B01"
        found = parse(Source(path.name, bytes(content)))
        assert any("'TUBE 1'" in warning for warning in found.warnings)

    def test_biopython_reads_the_same_of_what_both_read(self, shared: Path) -> None:
        bio = pytest.importorskip("Bio.SeqIO")
        for kind in ("abif_fsa", "abif_ab1"):
            for path in self._all(shared, kind):
                if path.name == "fake.ab1":
                    continue
                with path.open("rb") as stream:
                    told = bio.read(stream, "abi").annotations["abif_raw"]
                found = parse(Source.from_path(path))
                assert isinstance(found, TraceExport)
                for dye in found.dyes:
                    number = {5: 105}.get(dye.number, dye.number)
                    assert tuple(dye.points) == told[f"DATA{number}"], path.name
                if "SpNm1" in told and found.sample and told["SpNm1"]:
                    assert found.sample.encode("latin-1") == told["SpNm1"]

    def test_each_peak_of_a_hid_is_the_height_of_its_trace(self, shared: Path) -> None:
        same = {}
        for path in self._all(shared, "abif_hid"):
            found = parse(Source.from_path(path))
            assert isinstance(found, TraceExport)
            traces = {dye.number: dye.analysed for dye in found.dyes}
            own = sum(traces[one.dye][one.scan] == one.height for one in found.peaks)
            same[path.name] = (own, len(found.peaks))
        # In the ladder of PowerPlex Fusion four peaks stand beside their top.
        assert same == {
            "GF_1_FTA_A01_01.hid": (90, 90),
            "GF_2_FTA_B01_02.hid": (112, 112),
            "GF_ladder1_A11_01.hid": (433, 433),
            "PPF_1_FTA_A06_01.hid": (188, 188),
            "PPF_ladder1_A12_01.hid": (609, 613),
        }
