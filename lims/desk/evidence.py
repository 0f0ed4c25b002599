"""Which query answers which requirement. The worker runs them, beside the pages."""

from sqlalchemy.orm import Session

from lims.access import Actor
from lims.desk import of_custody, of_persons, of_record, of_results, queries
from lims.desk.asked import Asked, Query
from lims.desk.requirements import REQUIREMENTS
from lims.desk.tally import Tally
from lims.people import queries as people
from lims.store import Store

QUERIES: dict[int, Query] = {
    1: of_record.codes,
    2: of_record.descent,
    3: of_custody.receipts,
    4: of_custody.hand_overs,
    5: of_custody.gaps,
    7: of_custody.used_up,
    8: of_custody.disposed,
    9: of_custody.seals,
    10: of_persons.sampled,
    12: of_results.four_people,
    13: of_custody.in_time,
    14: of_custody.corrections,
    15: of_custody.reasons,
    16: of_results.originals,
    17: of_record.handed_over,
    18: of_results.readable_anew,
    19: of_results.kept,
    21: of_results.quantified,
    22: of_results.blanks,
    23: of_results.controls,
    24: of_results.ladders,
    25: of_results.clean_controls,
    28: of_results.screened,
    30: of_record.zones,
    32: of_results.of_one_sample,
    33: of_results.with_calls,
    34: of_results.versions,
    35: of_results.from_files,
    37: of_results.other_reviewer,
    39: of_custody.gaps_of_released,
    40: of_results.settled,
    41: of_results.twice_read,
    42: of_results.as_signed,
    43: of_persons.authorised,
    44: of_persons.dated,
    46: of_persons.submitted,
    47: of_results.replaced,
    49: of_record.forms,
    50: of_record.second_factors,
    51: of_record.incidents,
    52: of_results.accounted,
    54: of_record.whole,
    55: of_record.copies,
    56: of_custody.order,
    57: of_record.known_people,
    58: of_record.signatures,
    59: of_record.verified,
    60: of_custody.held,
    61: of_results.run_on,
    63: of_record.followed_up,
    65: of_persons.grounds,
    66: of_persons.consents,
    67: of_persons.allowed,
    68: of_custody.withdrawn,
    70: of_persons.apart,
    72: of_persons.collected,
}
ANSWERED = tuple(one for one in REQUIREMENTS if one.number in QUERIES)
UNANSWERED = tuple(one for one in REQUIREMENTS if one.number not in QUERIES)


def run(session: Session, uid: str, store: Store) -> tuple[Actor, Tally]:
    """Who asked for this run, and what its query finds. Nothing is written."""
    check = queries.check(session, uid)
    actor = people.actor_of(session, check.asked_by)
    return actor, QUERIES[check.number](Asked(session, store))
