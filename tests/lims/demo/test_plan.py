from lims.batches.plate import WellRole, neighbours
from lims.batches.turns import Turn, found_at
from lims.demo.analyzer import Analyzer, Filled
from lims.demo.bones import Typing
from lims.demo.plan import Mishap, PlatePlan, PlateReach, Progress, Reach, Tube, plan
from lims.samples.tables import Stream
from tests.kits import GLOBALFILER
from tests.lims.demo.demo_people import (
    CODE,
    SEED,
    filled,
    run_of,
    the_people,
    the_plan,
)


def _plate(mishap: Mishap) -> PlatePlan:
    (found,) = (one for one in the_plan().plates if one.mishap is mishap)
    return found


def _alleles(typing: Typing) -> set[tuple[str, str]]:
    return {(name, peak.allele) for name, peaks in typing.items() for peak in peaks}


def test_the_same_seed_makes_the_same_plan() -> None:
    assert plan(the_people(), SEED) == the_plan()


def test_every_sample_travels_in_one_bag() -> None:
    bags = [bag for one in the_plan().consignments for bag in one.bags]
    made = the_people()
    samples = sorted(made.source)
    assert sorted(bag.sample for bag in bags) == samples
    assert len({bag.code for bag in bags}) == len({bag.seal for bag in bags}) == 373


def test_bone_and_reference_never_share_a_consignment_or_a_plate() -> None:
    bones = {bone.key for bone in the_people().bones}
    for one in the_plan().consignments:
        assert {bag.sample in bones for bag in one.bags} == {one.stream is Stream.BONE}
    for plate in the_plan().plates:
        assert {tube.sample in bones for tube in plate.tubes} == {
            plate.stream is Stream.BONE
        }


def test_only_what_is_accessioned_and_consented_goes_on_a_plate() -> None:
    made = the_plan()
    accessioned = {
        bag.sample
        for one in made.consignments
        if one.reach is Reach.ACCESSIONED
        for bag in one.bags
    }
    plated = {tube.sample for plate in made.plates for tube in plate.tubes}
    assert plated <= accessioned - {made.without_consent}


def test_every_plate_has_room_for_its_controls() -> None:
    for plate in the_plan().plates:
        assert filled(plate)


def test_something_is_left_to_do_at_each_step() -> None:
    made = the_plan()
    assert {one.reach for one in made.consignments} == set(Reach)
    assert {one.reach for one in made.plates} == set(PlateReach)
    assert set(made.progress.values()) == set(Progress)


def test_one_reference_is_without_consent_and_was_received() -> None:
    made = the_plan()
    (consignment,) = (
        one
        for one in made.consignments
        if made.without_consent in {bag.sample for bag in one.bags}
    )
    assert consignment.stream is Stream.REFERENCE
    assert consignment.reach is Reach.ACCESSIONED


def test_the_blank_caught_alleles_of_the_tube_beside_it() -> None:
    plate = _plate(Mishap.CONTAMINATED_BLANK)
    run, wells = run_of(plate), filled(plate)
    shown = {one.position: _alleles(one.typing) for one in run.injected}
    (blank,) = (one for one in wells if one.role is WellRole.EXTRACTION_BLANK)
    beside = {
        one.position
        for one in wells
        if one.role is WellRole.SAMPLE and one.position in neighbours(blank.position)
    }
    assert len(shown[blank.position]) >= 5
    assert any(shown[blank.position] <= shown[position] for position in beside)


def test_the_blanks_of_all_other_plates_are_clean() -> None:
    for plate in the_plan().plates:
        if plate.mishap in {Mishap.CONTAMINATED_BLANK, Mishap.TURNED_PLATE}:
            continue
        run, wells = run_of(plate), filled(plate)
        shown = {one.position: one.typing for one in run.injected}
        for one in wells:
            if one.role in {WellRole.EXTRACTION_BLANK, WellRole.NEGATIVE}:
                assert not _alleles(shown[one.position])


def test_two_neighbouring_tubes_were_swapped_and_their_re_extracts_were_not() -> None:
    made = the_plan()
    x, y = made.swapped
    assert (made.content(Tube(x)), made.content(Tube(y))) == (y, x)
    assert (made.content(Tube(x, 2)), made.content(Tube(y, 2))) == (x, y)
    first = next(p for p in made.plates if Tube(x) in p.tubes)
    again = _plate(Mishap.SWAPPED_TUBES)
    assert abs(first.tubes.index(Tube(x)) - first.tubes.index(Tube(y))) == 1
    assert {Tube(x, 2), Tube(y, 2)} <= set(again.tubes)
    people = the_people()
    assert people.source[x] != people.source[y]


def test_five_to_ten_per_cent_of_the_bones_are_extracted_again() -> None:
    again = sum(t.extract > 1 for p in the_plan().plates for t in p.tubes)
    assert 0.05 <= again / 87 <= 0.10


def test_the_turned_plate_shows_each_content_at_the_opposite_well() -> None:
    plate = _plate(Mishap.TURNED_PLATE)
    run, wells = run_of(plate), filled(plate)
    shown = {one.position: one.typing for one in run.injected}
    positive = next(one for one in wells if one.role is WellRole.POSITIVE)
    opposite = found_at(Turn.TURNED, positive.position)
    expected = {
        (name, allele)
        for name, alleles in GLOBALFILER.positive.genotype.items()
        for allele in alleles
    }
    assert opposite is not None
    assert _alleles(shown[opposite]) == expected
    assert _alleles(shown[positive.position]) != expected


def test_peaks_do_not_depend_on_the_place_of_a_tube() -> None:
    plate = the_plan().plates[0]
    wells = filled(plate)
    analyzer = Analyzer(the_people(), the_plan(), SEED)
    moved = [
        Filled(there.position, one.name, one.role, one.tube)
        for one, there in zip(wells, reversed(wells), strict=True)
    ]
    runs = [analyzer.run(CODE, plate, GLOBALFILER, w) for w in (wells, moved)]
    by_name = [{one.name: one.typing for one in run.injected} for run in runs]
    assert by_name[0] == by_name[1]
