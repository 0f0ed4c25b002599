"""How profiles are made here: the kits and the rules' numbers. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lims.batches.kits import Kit
from lims.profiles.consensus import MAY_BE_MORE, Consensus, consensus
from lims.profiles.quality import quality_class, usable_loci
from lims.results.calls import Calls
from lims.results.rules import RuleSet


@dataclass(frozen=True)
class Method:
    kits: Mapping[str, Kit]
    rules: RuleSet


@dataclass(frozen=True)
class Built:
    """A consensus as it is stored."""

    loci: dict[str, Any]
    """Marker to alleles (text), status and the number of replicates."""
    quality: str


def build(replicates: Sequence[tuple[Calls, str]], method: Method) -> Built:
    """The consensus of all replicates, each with the name of its kit.

    Replicates of one kit are joined by rule E5; what two kits say of a marker is
    joined where one contains the other, and not reported where they exclude.
    """
    loci: dict[str, Any] = {}
    for name in sorted({name for _, name in replicates}):
        calls = [calls for calls, kit in replicates if kit == name]
        found = consensus(calls, method.kits[name], method.rules.e5)
        for marker, one in _stored(found, len(calls)).items():
            loci[marker] = _joined(loci[marker], one) if marker in loci else one
    best = max(
        (method.kits[name] for _, name in replicates),
        key=lambda kit: len(kit.autosomal),
    )
    typed = {marker: one["alleles"] for marker, one in loci.items()}
    usable = usable_loci(typed, best)
    return Built(loci, quality_class(usable, best, method.rules.e6).value)


def _stored(found: Consensus, replicates: int) -> dict[str, Any]:
    stored = {
        marker: {
            "alleles": [one for one in alleles if one != MAY_BE_MORE],
            "status": "partial" if MAY_BE_MORE in alleles else "typed",
            "replicates": replicates,
        }
        for marker, alleles in found.loci.items()
    }
    for marker in found.not_reported:
        stored[marker] = _silent(replicates)
    return stored


def _joined(one: dict[str, Any], other: dict[str, Any]) -> dict[str, Any]:
    replicates = one["replicates"] + other["replicates"]
    fewer, more = sorted((one, other), key=lambda each: len(each["alleles"]))
    if not set(fewer["alleles"]) <= set(more["alleles"]):
        return _silent(replicates)
    return more | {"replicates": replicates}


def _silent(replicates: int) -> dict[str, Any]:
    return {"alleles": [], "status": "no_result", "replicates": replicates}
