"""Trace files of capillary instruments: `.fsa`, `.hid` and `.ab1`.

What the file tells of itself is judged by the traps that real files hold: a constant
`Sample` as the sample's name, dye names of the dye set and not of the kit, a size
standard of another colour than the dye, a ladder that says it is a sample.
"""

from array import array
from collections.abc import Iterable, Iterator
from itertools import chain
import re
import struct

from instruments import abif
from instruments.abif import Abif
from instruments.abif_values import Kind
from instruments.errors import Unreadable, quoted
from instruments.parsers import Parser
from instruments.records import Maturity
from instruments.roles import Role, role_of
from instruments.source import LARGEST, Source
from instruments.traces import Curve, Dye, Tags, TraceExport, TracePeak

RAW = {1: 1, 2: 2, 3: 3, 4: 4, 5: 105, 6: 106}
ANALYSED = {1: 9, 2: 10, 3: 11, 4: 12, 5: 205, 6: 206}
"""The number of the tag DATA that holds the trace of a dye."""

LETTERS = "BGYROP"
CURVES = (
    *((5, "voltage", "10 V"), (6, "current", "0.01 mA")),
    *((7, "power", "0.1 W"), (8, "temperature", "°C")),
)
"""Numbers of DATA with what they tell; units as the specification gives them."""

FLAGS = {
    20: "size standard",
    22: "off-scale",
    23: "by hand",
    24: "broad",
    25: "pull-up",
}
"""Columns of the 3500's table of peaks, whose cells are 0 or 1."""

IDENTITY = ("CTID", "CTNM", "RunN", "SMPL", "SpNm", "TUBE", "UDEF")
"""Tags whose text names something: signs of an untold code page matter there."""

MOST_PEAKS = 20_000
RISE, SHARE = 30, 0.15
"""RFU and part by which a peak may differ from the trace it was found in: a hand may
have set it beside its top."""

_RECORD = struct.Struct(">ihii4xi4xf66x")
"""A peak of the 3100's analysis: scan, height, begin, end, area, size."""

_WELL = re.compile(r"([A-P])0?([1-9]|1[0-9]|2[0-4])")
_EXPECTED = "the file as the instrument's software wrote it"


def claims(source: Source) -> bool:
    return source.content.startswith(abif.MAGIC)


def read(source: Source) -> TraceExport:
    if source.not_text and not (claims(source) and len(source.content) <= LARGEST):
        raise source.not_text
    file = abif.read(source.content)
    _check_instrument(file)
    sequencing = bool(file.text("FWO_"))
    dyes = tuple(_dyes(file, sequencing=sequencing))
    peaks = tuple(_peaks(file, dyes))
    model = file.text("MODL").strip()
    standard = 0 if sequencing else _standard_dye(file, dyes)
    return TraceExport(
        **PARSER.told(source),
        rows=len(dyes),
        sample=_sample(file),
        well=_well(file.text("TUBE")),
        instrument=file.text("HCFG", 3).strip() or model,
        machine=file.text("MCHN"),
        plate=file.text("CTID") or file.text("CTNM"),
        run=file.text("RunN"),
        role=file.text("STYP"),
        started=f"{file.line('RUND')} {file.line('RUNT')}".strip(),
        size_standard=file.text("StdF"),
        standard_dye=standard,
        dye_set=file.text("DySN"),
        dyes=dyes,
        peaks=peaks,
        curves=tuple(_curves(file)),
        bases=file.text("PBAS", 2) or file.text("PBAS", 1),
        off_scale=file.integers("OfSc"),
        tags=Tags(file, READ),
        warnings=(
            *_of_container(file),
            *_of_traces(file, dyes, peaks),
            *_of_metadata(file, dyes, standard),
        ),
    )


def _check_instrument(file: Abif) -> None:
    """An instrument tells when it ran and what it is; a called read has its bases."""
    model = file.has("MODL") or file.has("HCFG")
    called = file.has("FWO_") and file.has("PBAS") and file.has("PLOC")
    if not file.has("DATA") or not (called or (_is_dated(file) and model)):
        raise Unreadable(
            "This file has the form of a trace file and is no instrument's: it lacks "
            "the trace, the date of the run as a date, or the instrument's model.",
            expected=_EXPECTED,
        )


def _is_dated(file: Abif) -> bool:
    run = file.tag("RUND")
    return run is not None and run.kind == Kind.DATE


def _sample(file: Abif) -> str:
    """The sample's name. The 3500 writes `Sample` into the tag that the 3100 uses."""
    named, older = file.text("SpNm"), file.text("SMPL")
    return named or ("" if older == "Sample" else older)


def _well(told: str) -> str:
    found = _WELL.fullmatch(told.strip().upper())
    return f"{found[1]}{int(found[2]):02}" if found else told.strip()


def _dyes(file: Abif, *, sequencing: bool) -> Iterator[Dye]:
    letters = file.text("FWO_") if sequencing else LETTERS
    for number, data in RAW.items():
        tag = file.tag("DATA", data)
        if tag is None:
            continue
        if tag.elements > abif.MOST_POINTS:
            raise Unreadable(
                f"A trace of this file is said to have {tag.elements} points.",
                expected=f"at most {abif.MOST_POINTS}",
            )
        points = file.numbers_of(tag)
        if not points:
            continue  # a tag of this name that holds no numbers is no trace
        yield Dye(
            number,
            file.text("DyeN", number).strip(),
            letters[number - 1 : number],
            points,
            _analysed(file, ANALYSED[number]),
        )


def _analysed(file: Abif, number: int) -> "array[int]":
    """The analysed trace, with what was too high for its sixteen bits set in again."""
    tag = file.tag("DATA", number)
    if tag is None or tag.elements > abif.MOST_POINTS:
        return array("h")
    points = file.numbers_of(tag)
    places = file.integers("OvrI", number)
    if not places:
        return points
    values = file.integers("OvrV", number)
    points = array("i", points)
    if min(places) < 0 or max(places) >= len(points):
        within = range(len(points))
        pairs = zip(places, values, strict=False)
        told = [(place, value) for place, value in pairs if place in within]
    else:
        told = list(zip(places, values, strict=False))
    for place, value in told:
        points[place] = value
    return points


def _standard_dye(file: Abif, dyes: tuple[Dye, ...]) -> int:
    """The dye that is marked; else the fifth of five or six, and the fourth of four."""
    numbers = [dye.number for dye in dyes]
    marked = [one for one in numbers if file.text("DyeB", one).strip() == "S"]
    if len(marked) == 1:
        return marked[0]
    return next((one for one in (5, 4) if one in numbers), 0)


def _curves(file: Abif) -> Iterator[Curve]:
    for number, name, unit in CURVES:
        tag = file.tag("DATA", number)
        if tag is not None and tag.elements <= abif.MOST_POINTS:
            points = file.numbers_of(tag)
            if points:
                yield Curve(name, unit, points)


def _peaks(file: Abif, dyes: tuple[Dye, ...]) -> Iterable[TracePeak]:
    if file.tag("Peak"):
        return _peak_table(file)
    return chain.from_iterable(_peak_records(file, dye.number) for dye in dyes)


def _peak_table(file: Abif) -> Iterator[TracePeak]:
    """The 3500's peaks: a column for each fact, a cell for each peak."""
    whole = [file.integers("Peak", column) for column in (1, 2, 7, 3, 4, 10)]
    sizes = file.numbers("Peak", 12)
    flags = {
        name: file.text("Peak", column).split(",") for column, name in FLAGS.items()
    }
    rows = list(zip(*whole, sizes, strict=False))[:MOST_PEAKS]
    for at, (dye, scan, height, begin, end, area, size) in enumerate(rows):
        raised = tuple(
            name
            for name, cells in flags.items()
            if at < len(cells) and cells[at] == "1"
        )
        yield TracePeak(dye, scan, height, begin, end, area, size, raised)


def _peak_records(file: Abif, dye: int) -> Iterable[TracePeak]:
    """The peaks of the 3100's analysis: records of 96 bytes for each dye."""
    held = file.bytes_of("PEAK", dye)
    count = min(len(held) // _RECORD.size, MOST_PEAKS)
    rows = _RECORD.iter_unpack(held[: count * _RECORD.size])
    return [TracePeak(dye, *row) for row in rows]


READ = frozenset(
    {
        *(f"DATA {number}" for number in (*RAW.values(), *ANALYSED.values())),
        *(f"DATA {number}" for number, *_ in CURVES),
        *(f"Peak {column}" for column in (1, 2, 3, 4, 7, 10, 12, *FLAGS)),
        *(f"PEAK {dye}" for dye in RAW),
        *(f"{name} {one}" for name in ("OvrI", "OvrV") for one in ANALYSED.values()),
        *("PBAS 1", "PBAS 2", "OfSc 1"),
    }
)
"""Tags that are read and too long to be told in a line."""


def _of_container(file: Abif) -> Iterator[str]:
    """What speaks against the file as the instrument left it."""
    for tag in file.altered():
        yield (
            f"The tag '{tag}' tells different things in two directories of this file: "
            "it was changed after it was written first."
        )
    for tag in file.recut():
        yield (
            f"The tag '{tag}' in the open has another size than the enciphered one: it "
            "was changed after the instrument wrote it."
        )
    for name in IDENTITY:
        held = file.bytes_of(name)
        if not held.isascii() and not file.text(name).isascii():
            yield (
                f"The tag '{name} 1' holds signs beyond ASCII, of which the file tells "
                "no code page. They are read as Latin-1."
            )


def _of_traces(
    file: Abif, dyes: tuple[Dye, ...], peaks: tuple[TracePeak, ...]
) -> Iterator[str]:
    if not dyes:
        yield (
            "The traces of this file are enciphered and do not stand in the open. "
            "Import the table of alleles instead."
        )
    analysed = {dye.number: dye.analysed for dye in dyes}
    if not file.tag("Peak"):
        return
    for number, trace in analysed.items():
        differ = [
            peak.scan
            for peak in peaks
            if peak.dye == number
            and "by hand" not in peak.flags
            and trace
            and _differs(peak, trace)
        ]
        if differ:
            yield (
                f"The tag 'DATA {ANALYSED[number]}' does not show {len(differ)} of the "
                f"peaks that the instrument's software found in it, the first at scan "
                f"{differ[0]}: the trace or the peaks were changed."
            )


def _differs(peak: TracePeak, trace: "array[int]") -> bool:
    if not 0 <= peak.scan < len(trace):
        return True
    apart = abs(trace[peak.scan] - peak.height)
    return apart > RISE and apart > SHARE * abs(peak.height)


def _of_metadata(file: Abif, dyes: tuple[Dye, ...], standard: int) -> Iterator[str]:
    """Where two things that a file tells of itself do not fit each other."""
    sample, role = _sample(file), file.text("STYP")
    if not sample:
        yield "The file names no sample."
    if role_of(sample) is Role.LADDER and role and "ladder" not in role.casefold():
        yield (
            f"The name {quoted(sample)} is a ladder's, and the file calls it "
            f"{quoted(role)}. The plate record decides."
        )
    named = file.text("StdF").casefold()
    told = {dye.number: dye.name for dye in dyes}.get(standard, "")
    if "liz" in named and told and told.casefold() not in {"liz", "bn joda"}:
        yield (
            f"The size standard is told as {quoted(file.text('StdF'))}, and its dye as "
            f"{quoted(told)}: what the file says of it is not relied on."
        )
    if not _is_dated(file):
        yield "The file tells no date of the run."


PARSER = Parser("ABIF trace", "1", Maturity.VERIFIED, claims, read)
