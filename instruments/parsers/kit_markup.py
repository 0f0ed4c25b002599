"""Kits as XML: panels of GeneMarker, ladder specifications of OSIRIS."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from instruments.errors import BadTable
from instruments.kits import pairs
from instruments.markup import Element, root_of, tree_of
from instruments.parsers import Parser
from instruments.records import (
    Bin,
    KitExport,
    KitMarker,
    KitPanel,
    Maturity,
    RefusedRow,
    UnreadLine,
)
from instruments.source import Source

VENDOR = "<Vendor>GeneMarker"
OSIRIS, GENEMARKER = "KitData", "Panel"
OSIRIS_REPEAT = Decimal(4)
"""What OSIRIS takes where a locus tells no other."""

BIN = ("Label", "Size", "Left_Binning", "Right_Binning")


def claims(source: Source) -> bool:
    root = root_of(source)
    return root == OSIRIS or (root == GENEMARKER and VENDOR in source.head)


def read(source: Source) -> KitExport:
    tree = tree_of(source)
    kit = _Kit()
    panels = (
        [kit.of_genemarker(tree)] if tree.tag == GENEMARKER else kit.of_osiris(tree)
    )
    return KitExport(
        **PARSER.told(source),
        rows=sum(len(panel.markers) for panel in panels) + len(kit.refused),
        panels=tuple(panels),
        refused=tuple(kit.refused),
        unread_lines=tuple(
            UnreadLine(leaf.line, leaf.told())
            for leaf in tree.leaves()
            if id(leaf) not in kit.read
        ),
    )


class _Kit:
    """Reads panels, and remembers which elements were read."""

    def __init__(self) -> None:
        self.read: set[int] = set()
        self.refused: list[RefusedRow] = []
        self._dyes: dict[str, str] = {}

    def of_genemarker(self, panel: Element) -> KitPanel:
        markers = tuple(self._markers(panel.all("Loci", "Locus"), self._genemarker))
        if not markers and not self.refused:
            raise BadTable("The panel has no markers.", expected="Loci and Locus")
        return KitPanel(self._text(panel, "PanelName"), markers)

    def of_osiris(self, data: Element) -> list[KitPanel]:
        """Without loci, the file tells of size standards alone: kept as unread."""
        panels = []
        for one in data.all("Kits", "Set"):
            self._dyes = {
                self._text(channel, "KitChannelNumber"): self._text(channel, "DyeName")
                for channel in one.all("FsaChannelMap", "Channel")
            }
            if markers := tuple(self._markers(one.all("Locus"), self._osiris)):
                panels.append(KitPanel(self._text(one, "Name"), markers))
        return panels

    def _markers(
        self, loci: list[Element], how: Callable[[Element], KitMarker]
    ) -> Iterator[KitMarker]:
        for locus in loci:
            try:
                yield how(locus)
            except ValueError as error:
                expected = "a marker with its alleles, and numbers of base pairs"
                row = RefusedRow(locus.line, "", str(error), expected)
                self.refused.append(row)

    def _genemarker(self, locus: Element) -> KitMarker:
        bins = []
        for allele in locus.all("Allele"):
            self.read.add(id(allele))
            label, *numbers = (allele.given.get(name, "") for name in BIN)
            if not label:
                raise ValueError(allele.told())
            size, left, right = map(pairs, numbers)
            bins.append(Bin(label, size, left, right))
        return KitMarker(
            line=locus.line,
            name=self._named(locus, "MarkerTitle"),
            dye=self._text(locus, "DyeIndex"),
            low=pairs(self._text(locus, "LowerBoundary")),
            high=pairs(self._text(locus, "UpperBoundary")),
            repeat=pairs(self._text(locus, "n_NucleotideRepeats")),
            bins=tuple(bins),
        )

    def _osiris(self, locus: Element) -> KitMarker:
        channel = self._text(locus, "Channel")
        repeat = self._text(locus, "CoreRepeatNumber")
        return KitMarker(
            line=locus.line,
            name=self._named(locus, "Name"),
            dye=self._dyes.get(channel, channel),
            low=pairs(self._text(locus, "MinBP")),
            high=pairs(self._text(locus, "MaxBP")),
            repeat=pairs(repeat) if repeat else OSIRIS_REPEAT,
            bins=tuple(
                Bin(self._named(allele, "Name"), pairs(self._text(allele, "BP")))
                for allele in locus.all("LadderAlleles", "Allele")
            ),
        )

    def _named(self, element: Element, tag: str) -> str:
        name = self._text(element, tag)
        if not name:
            raise ValueError(element.tag)
        return name

    def _text(self, element: Element, tag: str) -> str:
        found = element.all(tag)[:1]
        self.read.update(map(id, found))
        return found[0].text if found else ""


PARSER = Parser("Kit as XML", "1", Maturity.VERIFIED, claims, read)
