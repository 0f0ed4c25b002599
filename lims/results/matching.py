"""The rows of an export, each brought to the well that it is about (domain rule C3).

Names are matched exactly as they were sent to the instrument, never nearly. A fault
that lets a row speak of no well, or a well of no row, makes the whole file wait; a
fault inside a matched well makes that well wait alone.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
import re
from typing import Any

from instruments.records import GenotypeExport, MarkerReading
from instruments.sequences import SequencedGenotypes
from lims.batches.kits import Kit
from lims.batches.markers import (
    canonical,
    canonical_allele,
    is_quality_sensor,
    is_typed_beside,
)
from lims.batches.plate import POSITIONS, WellRole
from lims.batches.wells import WellView
from lims.codes import Kind, is_code
from lims.results.calls import Call, Calls, WellCalls
from lims.results.faults import Fault
from lims.results.offsets import FLAG, Offset, of_software

_CODE = re.compile(
    rf"(?<![0-9A-Z]){Kind.PLATE}[0-9A-Z]{{3}}-?[0-9A-Z]{{4}}-?[0-9A-Z]{{2}}(?![0-9A-Z])"
)
LONGEST_SOURCE = 200
_WELL = re.compile(r"([A-Ha-h])0?([1-9]|1[0-2])")


@dataclass(frozen=True)
class Injected:
    """One injection of one well: what was called at each marker."""

    well: WellView
    source: str
    calls: Calls
    flags: Mapping[str, Mapping[str, str]]

    @property
    def as_well(self) -> WellCalls:
        well = self.well
        return WellCalls(well.position, well.role, well.name, self.calls)


@dataclass(frozen=True)
class Match:
    injections: tuple[Injected, ...] = ()
    account: tuple[tuple[int, str, str], ...] = ()
    """Every data row: its line, what became of it, and the well or the reason."""
    faults: tuple[Fault, ...] = ()
    """For these the whole file waits."""
    held: Mapping[str, tuple[Fault, ...]] = field(default_factory=dict)
    """Position to the faults for which that well waits alone."""


def plate_codes(export: GenotypeExport, name: str) -> frozenset[str]:
    """The codes of plates that the runs, sample files and names of a file tell."""
    told = {name}
    for reading in export.readings:
        told |= {reading.run, reading.source, reading.sample}
    return codes_in(told)


def codes_in(texts: Iterable[str]) -> frozenset[str]:
    """The codes of plates that stand in these texts."""
    found = (
        code.replace("-", "") for text in texts for code in _CODE.findall(text.upper())
    )
    return frozenset(code for code in found if is_code(code))


def match(
    export: GenotypeExport,
    wells: Sequence[WellView],
    kit: Kit,
    kits: Iterable[Kit],
    offsets: Iterable[Offset] = (),
) -> Match:
    """Every row to one well of the plate, every well to its rows, one kit in all."""
    return _Matching(export, wells, kit, tuple(kits), offsets).result()


class _Matching:
    """One file against one plate."""

    def __init__(
        self,
        export: GenotypeExport,
        wells: Sequence[WellView],
        kit: Kit,
        kits: tuple[Kit, ...],
        offsets: Iterable[Offset],
    ) -> None:
        self._export = export
        self._sequenced = isinstance(export, SequencedGenotypes)
        software = getattr(export, "software", "")
        self._offsets = of_software(offsets, software)
        self._wells = {well.name: well for well in wells}
        self._kit = kit
        self._kits = kits
        self._held: dict[str, list[Fault]] = {}
        self._account: list[tuple[int, str, str]] = []
        self._faults: list[Fault] = []

    def result(self) -> Match:
        self._check_panels()
        self._check_markers()
        injections = [self._injected(*group) for group in self._groups()]
        self._take_refused()
        matched = [one for one in injections if one is not None]
        self._check_missing(matched)
        self._check_whole(matched)
        return Match(
            tuple(matched),
            tuple(sorted(self._account)),
            tuple(self._faults),
            {well: tuple(faults) for well, faults in self._held.items()},
        )

    @cached_property
    def _last(self) -> int:
        """The last line of the file that was read."""
        return max((reading.line for reading in self._export.readings), default=0)

    @cached_property
    def _markers(self) -> dict[str, str | None]:
        """Each marker name of the file, and its one name here; None if set aside."""
        names = {reading.marker for reading in self._export.readings}
        aside = self._aside
        return {name: None if name in aside else canonical(name) for name in names}

    @cached_property
    def _aside(self) -> dict[str, str]:
        """The markers that no profile holds, and why."""
        names = {reading.marker for reading in self._export.readings}
        beside = [name for name in names if self._sequenced and is_typed_beside(name)]
        sensors = filter(is_quality_sensor, names)
        return {
            **dict.fromkeys(beside, "typed beside the profile"),
            **dict.fromkeys(sensors, "quality sensor"),
        }

    def _check_panels(self) -> None:
        first: dict[str, int] = {}
        for reading in self._export.readings:
            if reading.panel:
                first.setdefault(reading.panel, reading.line)
        for panel, line in first.items():
            known = [kit.name for kit in self._kits if kit.is_called(panel)]
            if known and self._kit.name not in known:
                expected = f"a panel of {self._kit.name}"
                self._faults.append(Fault("", line, "Panel", panel, expected))

    def _check_markers(self) -> None:
        kit = self._kit
        first: dict[str, int] = {}
        for reading in self._export.readings:
            first.setdefault(reading.marker, reading.line)
        for name, line in first.items():
            if self._markers[name] not in kit.by_name and name not in self._aside:
                expected = f"a marker of {kit.name}"
                self._faults.append(Fault("", line, "Marker", name, expected))
        there = set(self._markers.values())
        if lacking := [name for name in kit.by_name if name not in there]:
            told = f"The file lacks {', '.join(lacking)} of {kit.name}."
            self._faults.append(Fault(told))

    def _groups(self) -> Iterator[tuple[WellView, str, list[MarkerReading]]]:
        """The readings of each injection: one name, one well, one sample file."""
        groups: dict[tuple[str, str, str], list[MarkerReading]] = {}
        for one in self._export.readings:
            groups.setdefault((one.sample, one.well, one.source), []).append(one)
        for (name, position, source), readings in groups.items():
            well = self._well(name, position, readings[0].line)
            if len(source) > LONGEST_SOURCE:
                expected = f"a name of at most {LONGEST_SOURCE} characters"
                line = readings[0].line
                self._faults.append(Fault("", line, "Sample File", source, expected))
            elif well is None:
                reason = "no well of this plate"
                self._account += [(one.line, "unmatched", reason) for one in readings]
            else:
                yield well, source, readings

    def _well(self, name: str, position: str, line: int) -> WellView | None:
        well = self._wells.get(name)
        if well is None:
            expected = "a name of the plate's worklist"
            self._faults.append(Fault("", line, "Sample Name", name, expected))
            return None
        if position and normal(position) != well.position:
            fault = Fault("", line, "Well", position, f"'{well.position}'")
            self._faults.append(fault)
            return None
        return well

    def _injected(
        self, well: WellView, source: str, readings: list[MarkerReading]
    ) -> Injected | None:
        own = [one for one in readings if self._markers[one.marker] is not None]
        times = Counter(self._markers[one.marker] for one in own)
        doubled = {name for name, count in times.items() if count > 1}
        if doubled and len(doubled) == len(times):
            told = f"Well {well.position} stands in the file twice."
            self._faults.append(Fault(told, own[-1].line))
        for one in own:
            if self._markers[one.marker] in doubled:
                self._hold(well, Fault("The marker stands here twice.", one.line))
        self._check_lacking(well, readings[-1].line, times.keys())
        self._tell(well, readings)
        calls, flags = self._calls(own)
        return Injected(well, source, calls, flags)

    def _check_lacking(
        self, well: WellView, end: int, there: Collection[str | None]
    ) -> None:
        """Software writes a row for each marker; a file that ends before was cut."""
        lacking = [name for name in self._kit.by_name if name not in there]
        if lacking and end == self._last:
            told = f"The file ends in well {well.position}, before {lacking[0]}."
            self._faults.append(Fault(told, end, expected="a file that is not cut"))
        else:
            for name in lacking:
                self._hold(well, Fault(f"The row of {name} is missing."))

    def _calls(
        self, readings: list[MarkerReading]
    ) -> tuple[Calls, dict[str, dict[str, str]]]:
        calls: dict[str, tuple[Call, ...]] = {}
        flags: dict[str, dict[str, str]] = {}
        for one in readings:
            marker = str(self._markers[one.marker])
            calls[marker] = tuple(
                Call(
                    self._named(marker, canonical_allele(marker, peak.allele)),
                    None if peak.height is None else round(peak.height),
                )
                for peak in one.peaks
            )
            told = dict(one.flags)
            if marker in self._offsets and one.alleles:
                told[FLAG] = " ".join(one.alleles)
            if told:
                flags[marker] = told
        return calls, flags

    def _named(self, marker: str, allele: str) -> str:
        """Under the name by which other software and methods call it."""
        offset = self._offsets.get(marker)
        return offset.named(allele) if offset else allele

    def _tell(self, well: WellView, readings: list[MarkerReading]) -> None:
        for one in readings:
            if self._markers[one.marker] is None:
                reason = self._aside.get(one.marker, "")
                self._account.append((one.line, "set aside", reason))
            else:
                self._account.append((one.line, "read", well.position))

    def _take_refused(self) -> None:
        """A row that cannot be read holds its well, if it still tells which it is."""
        for row in self._export.refused:
            fault = Fault.of_row(row)
            well = self._wells.get(row.sample)
            if well is None or (row.well and normal(row.well) != well.position):
                self._faults.append(fault)
            else:
                self._hold(well, fault)
            self._account.append((row.line, "refused", fault.public))
        for line, sample in self._export.further:
            place = self._wells[sample].position if sample in self._wells else ""
            fate = ("read", place) if place else ("unmatched", "no well of this plate")
            self._account.append((line, *fate))

    def _hold(self, well: WellView, fault: Fault) -> None:
        self._held.setdefault(well.position, []).append(fault)

    def _check_missing(self, injections: Iterable[Injected]) -> None:
        there = {one.well.position for one in injections}
        for well in self._wells.values():
            # No ladder runs on a sequencer.
            ladder = self._sequenced and well.role is WellRole.LADDER
            if well.position not in there and not ladder:
                told = f"Well {well.position}, '{well.name}', is not in the file."
                self._faults.append(Fault(told))

    def _check_whole(self, injections: Sequence[Injected]) -> None:
        """A sequencer's report is of one sample; a plate is taken in as a whole."""
        if self._sequenced and len(injections) == 1 < len(self._wells):
            told = "This is the report of one sample, and the plate has more."
            expected = "the reports of the whole run in one .zip archive"
            self._faults.insert(0, Fault(told, expected=expected))


def normal(position: str) -> str:
    """A1 and A01 are one well; what is no well stays as it is."""
    found = _WELL.fullmatch(position.strip())
    text = f"{found[1].upper()}{int(found[2]):02d}" if found else position
    return text if text in POSITIONS else position


def as_kept(calls: Calls) -> dict[str, list[list[Any]]]:
    """Calls as the injection's row keeps them: [[allele, height], ...] by marker."""
    return {
        marker: [[call.allele, call.height] for call in found]
        for marker, found in calls.items()
    }


def as_calls(kept: Mapping[str, Sequence[Sequence[Any]]]) -> Calls:
    """The same, read back."""
    return {
        marker: tuple(Call(allele, height) for allele, height in found)
        for marker, found in kept.items()
    }
