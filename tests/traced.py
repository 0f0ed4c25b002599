"""A sample that was injected twice, each time beside a ladder and a control."""

from sqlalchemy import select

from lims.batches.plate import WellRole
from lims.batches.wells import WellView
from lims.laboratory import Laboratory
from lims.results.tables import Injection
from tests import plates, traces
from tests.scenes import Scene, a_scene

UNCALLED = "5"
"""An allele of D16S539 that the first trace shows and nobody called."""


def injected_twice(laboratory: Laboratory, stretch: float = 1.0) -> list[str]:
    """The uids of both injections. The first shows a peak too many, and no FGA."""
    with laboratory.database.transaction() as session:
        codes = plates.extracts(session, 2)
    return [_injected(laboratory, codes, stretch, odd=odd) for odd in (True, False)]


def _injected(
    laboratory: Laboratory, codes: list[str], stretch: float, *, odd: bool
) -> str:
    scene = a_scene(laboratory.database, laboratory.store, codes)
    scene.give(scene.table)
    ladder, positive = (scene.named(r) for r in (WellRole.LADDER, WellRole.POSITIVE))
    well = scene.named()
    calls = _calls(scene, well)
    if odd:
        calls |= {"D16S539": [*calls["D16S539"], UNCALLED], "FGA": []}
    files = {
        ladder: traces.ladder(ladder, stretch),
        positive: traces.injected(positive, _calls(scene, positive), stretch),
        well: traces.injected(well, calls, stretch),
    }
    for of, content in files.items():
        scene.give(content, f"{scene.plate}_{of.position}.hid")
    scene.look()
    with laboratory.database.reading() as session:
        wanted = select(Injection.uid).where(Injection.well_id == well.id)
        return session.scalars(wanted).one()


def _calls(scene: Scene, well: WellView) -> dict[str, list[str]]:
    rows = [one for one in scene.table if one.name == well.name]
    return {one.marker: [allele for allele, _ in one.cells] for one in rows}
