"""What is planned goes out as the instrument's own plate record, and comes back."""

from collections.abc import Mapping
from decimal import Decimal
import re

from hypothesis import given
from hypothesis import strategies as st
import pytest

from instruments import Source, parse
from instruments.errors import BadTable, InstrumentError
from instruments.plate_record import (
    Format,
    Kind,
    PlateRecord,
    RecordWell,
    written,
)
from instruments.plate_records import all_formats
from instruments.quantities import QuantityExport

NEEDED = {
    "3130": {"group": "HID_1", "protocol": "HIDFragment36_POP4"},
    "3500": {"assay": "GF_29", "naming": "HID_names", "group": "HID_group"},
}
"""What only the instrument's own software knows."""
PLATE = PlateRecord(
    "P30MMXKDSR",
    (
        RecordWell("A01", "LADDER-P30MMXKDSR-A01", Kind.LADDER),
        RecordWell("B01", "S3F0K9T2QA", Kind.SAMPLE),
        RecordWell("C01", "NEG-P30MMXKDSR-C01", Kind.NEGATIVE),
        RecordWell("D01", "POS-P30MMXKDSR-D01", Kind.POSITIVE),
        RecordWell("H12", "STD-1", Kind.STANDARD, Decimal("50.000")),
    ),
)
formats = pytest.mark.parametrize("form", all_formats(), ids=lambda form: form.name)


def _told(
    form: Format, record: PlateRecord = PLATE, given: Mapping[str, str] | None = None
) -> bytes:
    return written(form, record, {**NEEDED.get(form.name, {}), **(given or {})})


def _named(name: str) -> Format:
    return next(form for form in all_formats() if form.name == name)


@formats
def test_every_name_comes_back_unchanged_with_its_well_and_its_role(
    form: Format,
) -> None:
    kept = tuple(well for well in PLATE.wells if well.kind in form.kinds)
    assert form.read(_told(form)) == PlateRecord(PLATE.plate, kept)
    assert Kind.SAMPLE in {well.kind for well in kept}


@formats
@given(
    wells=st.lists(
        st.builds(
            RecordWell,
            st.from_regex(r"[A-H](0[1-9]|1[0-2])", fullmatch=True),
            st.from_regex(r"[A-Za-z0-9_-]{1,50}", fullmatch=True),
            st.sampled_from([Kind.SAMPLE, Kind.POSITIVE, Kind.NEGATIVE]),
            st.none(),
        ),
        min_size=1,
        max_size=96,
        unique_by=(lambda well: well.position, lambda well: well.name),
    )
)
def test_any_plate_comes_back(form: Format, wells: list[RecordWell]) -> None:
    plate = PlateRecord("P30MMXKDSR", tuple(wells))
    assert form.read(_told(form, plate)) == plate


@formats
@pytest.mark.parametrize(
    ("well", "says"),
    [
        (RecordWell("B01", "S3F0 9T2QA", Kind.SAMPLE), "found 'S3F0 9T2QA'"),
        (RecordWell("B01", "x" * 51, Kind.SAMPLE), "at most 50 letters"),
        (RecordWell("B13", "S1", Kind.SAMPLE), "found 'B13', expected a well"),
        (RecordWell("A01", "S2", Kind.SAMPLE), "'Well': Found 'A01'"),
        (RecordWell("A02", "S1", Kind.SAMPLE), "'Sample Name': Found 'S1'"),
    ],
)
def test_what_the_instrument_would_refuse_is_never_written(
    form: Format, well: RecordWell, says: str
) -> None:
    plate = PlateRecord("P1", (RecordWell("A01", "S1", Kind.SAMPLE), well))
    with pytest.raises(InstrumentError) as caught:
        _told(form, plate)
    assert says.casefold() in str(caught.value).casefold()


@formats
def test_an_empty_plate_is_never_written(form: Format) -> None:
    with pytest.raises(InstrumentError, match="nothing to tell of"):
        _told(form, PlateRecord("P1", ()))


@formats
def test_a_needed_setting_that_is_empty_is_named(form: Format) -> None:
    needed = next((one for one in form.settings if one.needed), None)
    if needed is None:
        assert form.name == "seqstudio"  # its list needs no word of the instrument's
        return
    with pytest.raises(InstrumentError, match=re.escape(needed.title)):
        _told(form, given={needed.name: " "})


@formats
@pytest.mark.parametrize("hostile", ["a\tb", "a\r\nA02", 'a"b', "a,b", "Δ", "a" * 81])
def test_a_setting_cannot_break_the_table(form: Format, hostile: str) -> None:
    with pytest.raises(InstrumentError, match="expected"):
        _told(form, given={form.settings[0].name: hostile})


@formats
def test_a_setting_that_does_not_exist_is_named(form: Format) -> None:
    with pytest.raises(InstrumentError, match="no setting 'colour'"):
        _told(form, given={"colour": "red"})


@formats
def test_a_record_that_does_not_give_the_plan_back_does_not_leave(form: Format) -> None:
    broken = Format(
        **{
            **{name: getattr(form, name) for name in Format.__dataclass_fields__},
            "read": lambda told: PlateRecord("P1", form.read(told).wells[1:]),
        }
    )
    with pytest.raises(BadTable, match="does not give the plan back"):
        _told(broken)


@formats
@pytest.mark.parametrize(
    "told", [b"", b"\xff\xfe", b"Well\tSample Name\r\n", b"\r\n" * 9]
)
def test_what_is_no_plate_record_is_refused_in_a_sentence(
    form: Format, told: bytes
) -> None:
    with pytest.raises(InstrumentError) as caught:
        form.read(told)
    assert str(caught.value)


@formats
def test_a_record_cut_anywhere_is_refused_or_is_shorter(form: Format) -> None:
    whole = _told(form)
    names = {well.name for well in form.read(whole).wells}
    for end in range(0, len(whole), max(1, len(whole) // 50)):
        try:
            wells = form.read(whole[:end]).wells
        except InstrumentError:
            continue
        assert {well.name for well in wells[:-1]} <= names


def test_the_3130_gets_a_tab_at_the_end_of_every_line() -> None:
    lines = _told(_named("3130")).decode().split("\r\n")
    assert lines.pop() == ""
    assert all(line.endswith("\t") for line in lines)
    header, first = lines[4].split("\t"), lines[5].split("\t")
    cells = dict(zip(header, first, strict=True))
    assert cells["Sample Name"] == "LADDER-P30MMXKDSR-A01"
    assert cells["Sample Type"] == "Allelic Ladder"
    assert (cells["Priority"], cells["Results Group 1"]) == ("100", "HID_1")
    assert cells["Instrument Protocol 1"] == "HIDFragment36_POP4"


def test_the_3500_gets_its_version_line_its_plate_and_its_wells() -> None:
    lines = _told(_named("3500")).decode().split("\r\n")
    assert lines[0] == "3500 Plate Layout File Version 1.0"
    assert lines[3].split("\t")[:5] == ["P30MMXKDSR", "HID", "36", "POP4", "96"]
    cells = dict(zip(lines[5].split("\t"), lines[7].split("\t"), strict=True))
    assert cells["Well"] == "B01"
    assert cells["Assay"] == "GF_29"
    assert cells["Sample Type"] == "Sample"


def test_a_sample_sheet_gives_each_well_its_own_pair_of_indices() -> None:
    wells = [
        RecordWell(f"{row}{column:02d}", f"S-{row}{column}", Kind.SAMPLE)
        for row in "ABCDEFGH"
        for column in range(1, 13)
    ]
    told = _told(_named("illumina"), PlateRecord("P1", tuple(wells))).decode()
    header, *rows = told.split("[Data]\r\n")[1].splitlines()
    cells = [dict(zip(header.split(","), row.split(","), strict=True)) for row in rows]
    assert len({(one["index"], one["index2"]) for one in cells}) == len(wells)
    second = next(one for one in cells if one["Sample_Well"] == "B01")
    assert (second["I7_Index_ID"], second["index"]) == ("R701", "ATCACG")
    assert (second["I5_Index_ID"], second["index2"]) == ("A502", "TGCTAAGT")


@pytest.mark.parametrize("name", ["7500", "quantstudio"])
def test_each_well_of_a_set_up_has_a_line_for_each_target(name: str) -> None:
    lines = _told(_named(name)).decode().split("[Sample Setup]\r\n")[1].splitlines()
    cells = [
        dict(zip(lines[0].split("\t"), one.split("\t"), strict=True))
        for one in lines[1:]
    ]
    targets = [
        one["Target Name"] for one in cells if one["Sample Name"] == "S3F0K9T2QA"
    ]
    assert targets == ["T.IPC", "T.Large Autosomal", "T.Small Autosomal", "T.Y"]
    standard = {
        one["Target Name"]: one["Quantity"]
        for one in cells
        if one["Task"] == "STANDARD"
    }
    assert standard == {
        "T.IPC": "", "T.Large Autosomal": "50.000", "T.Small Autosomal": "50.000",
        "T.Y": "50.000",
    }  # fmt: skip
    assert {one["Task"] for one in cells if one["Sample Name"].startswith("NEG")} == {
        "NTC"
    }


def test_a_set_up_that_names_two_samples_in_one_well_is_refused() -> None:
    form = _named("quantstudio")
    told = _told(form).replace(b"S3F0K9T2QA", b"S0000000XX", 1)
    with pytest.raises(BadTable, match="'B1', expected 'S0000000XX'"):
        form.read(told)


def test_what_the_instrument_writes_back_is_read_under_the_same_names() -> None:
    """The results of a QuantStudio repeat the set-up's wells and names."""
    head, rows = _told(_named("quantstudio")).decode().split("[Sample Setup]\r\n")
    header, *lines = rows.splitlines()
    measured = [f"{header}\tCT", *(f"{line}\tUndetermined" for line in lines)]
    export = head + "\r\n".join(("[Results]", *measured))
    found = parse(Source("run.txt", export.encode()))
    assert isinstance(found, QuantityExport)
    assert {(one.sample, one.well) for one in found.quantities} == {
        (well.name, f"{well.position[0]}{int(well.position[1:])}")
        for well in PLATE.wells
        if well.kind in _named("quantstudio").kinds
    }
