"""The custody certificate: what the events say, as a document for people. Pure.

PDF/A-1b, so that it opens alike in thirty years: every font inside, the colour space
named, no transparency, no script. The same records give the same bytes. It names no
donor and no remains: codes alone, and the people who signed or held.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from zoneinfo import ZoneInfo

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    KeepTogether,
    PageTemplate,
    Paragraph,
    Spacer,
    Table,
)

from lims.evidence.archive import archived
from lims.evidence.paper import (
    BODY,
    CENTRED,
    FOOT,
    HEADING,
    INK,
    LINE,
    LIST,
    MARGIN,
    MONO,
    SMALL,
    TEXT,
    TIGHT,
    TITLE,
    Checkpoint,
    checkpoint_block,
    clean,
    faint,
    fonts,
    mono,
    numbered,
    p,
)

__all__ = ["Certificate", "Chain", "Checkpoint", "Line", "Subject", "render"]


@dataclass(frozen=True)
class Subject:
    """One item that the certificate is about."""

    code: str
    what: str


@dataclass(frozen=True)
class Line:
    """One event, as it is told to people."""

    at: datetime
    what: str
    who: str
    item: str
    way: tuple[str, str] | None
    facts: tuple[tuple[str, str], ...]
    signed: bool
    entry: int
    """Its place in the log, from 0."""


@dataclass(frozen=True)
class Chain:
    """One item's events in this document."""

    item: str
    first: int
    last: int
    whole: bool


@dataclass(frozen=True)
class Certificate:
    uid: str
    laboratory: str
    asker: str
    made: datetime
    zone: ZoneInfo
    asked: str
    subjects: Sequence[Subject]
    lines: Sequence[Line]
    chains: Sequence[Chain]
    digest: str
    checkpoint: Checkpoint
    anchors: Sequence[str]
    not_proven: Sequence[str]


def render(certificate: Certificate) -> bytes:
    fonts()
    out = BytesIO()
    title = f"Custody certificate {certificate.uid}"
    document = BaseDocTemplate(
        out,
        pagesize=A4,
        leftMargin=MARGIN,
        rightMargin=MARGIN,
        topMargin=16 * mm,
        bottomMargin=FOOT,
        title=title,
        author=certificate.laboratory,
        lang="en",
        invariant=1,
        initialFontName=TEXT,
    )
    frame = Frame(MARGIN, FOOT, document.width, document.height, 0, 0, 0, 0, id="whole")
    document.addPageTemplates(PageTemplate("page", [frame]))
    document.build(_story(certificate, document.width), canvasmaker=numbered(title))
    return archived(out.getvalue(), certificate.made)


# ---- the story


def _story(certificate: Certificate, width: float) -> list[Flowable]:
    return [
        *_head(certificate, width),
        p("Custody, event by event", HEADING),
        _events(certificate, width),
        *_state(certificate, width),
        *_limits(certificate),
        Spacer(1, 5 * mm),
        p(
            f"— End of certificate {certificate.uid} · "
            f"{len(certificate.lines)} events —",
            CENTRED,
        ),
    ]


def _head(certificate: Certificate, width: float) -> list[Flowable]:
    rows = [
        ("Issued by", p(certificate.laboratory)),
        ("Issued", p(f"{certificate.made.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC")),
        ("Certificate", mono(certificate.uid)),
        ("Asked for", p(certificate.asked)),
        ("Asked by", p(certificate.asker)),
        *(
            ("About" if not at else "", _subject(one))
            for at, one in enumerate(certificate.subjects)
        ),
    ]
    table = Table(
        [[p(name, SMALL), value] for name, value in rows],
        colWidths=[28 * mm, width - 28 * mm],
    )
    table.setStyle(TIGHT)
    return [p("Custody certificate", TITLE), table, Spacer(1, 3 * mm)]


def _subject(one: Subject) -> Paragraph:
    code = f'<font name="{MONO}">{clean(one.code)}</font>'
    return Paragraph(f"{code} &nbsp; {clean(one.what)}", BODY)


def _events(certificate: Certificate, width: float) -> Table:
    """Columns for what a court asks: when, what, who, and from where to where."""
    head = [
        p(one, SMALL)
        for one in (
            "When (UTC)"
            if certificate.zone.key == "UTC"
            else f"When: UTC, then {certificate.zone.key}",
            "What was done",
            "By",
            "From, to and facts",
            "Entry",
        )
    ]
    rows = [head, *(_event(one, certificate.zone) for one in certificate.lines)]
    widths = [35 * mm, 38 * mm, 32 * mm, width - 119 * mm, 14 * mm]
    table = Table(rows, colWidths=widths, repeatRows=1, splitInRow=1)
    table.setStyle(
        [
            *TIGHT,
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, INK),
            ("LINEBELOW", (0, 1), (-1, -1), 0.25, LINE),
        ]
    )
    return table


def _event(line: Line, zone: ZoneInfo) -> list[Flowable]:
    what = f"{clean(line.what)}<br/>{faint(line.item)}"
    if line.signed:
        what += f"<br/>{faint('signed electronically')}"
    told = []
    if line.way:
        told.append(f"{clean(line.way[0])} → {clean(line.way[1])}")
    told += [f"{faint(f'{name}:')} {clean(value)}" for name, value in line.facts]
    return [
        _moment(line.at, zone),
        Paragraph(what, BODY),
        p(line.who or "the program itself"),
        Paragraph("<br/>".join(told) or "–", BODY),
        p(str(line.entry)),
    ]


def _state(certificate: Certificate, width: float) -> list[Flowable]:
    chains = [
        f"{one.item}: events {one.first} to {one.last}, "
        + ("whole" if one.whole else "NOT WHOLE")
        for one in certificate.chains
    ]
    broken = sum(not one.whole for one in certificate.chains)
    summary = (
        f"{len(chains)} chains were walked; each event names the hash of the one "
        f"before it. {'All are whole.' if not broken else f'{broken} are not whole.'}"
    )
    return [
        CondPageBreak(40 * mm),
        p("State of the record", HEADING),
        p(summary),
        *(p(one, LIST) for one in chains),
        Spacer(1, 3 * mm),
        KeepTogether(
            [
                checkpoint_block(certificate.checkpoint, width, certificate.digest),
                Spacer(1, 2 * mm),
                *(p(one, LIST) for one in certificate.anchors),
            ]
        ),
    ]


def _limits(certificate: Certificate) -> list[Flowable]:
    return [
        KeepTogether(
            [
                p("What this does not prove", HEADING),
                *(p(one, LIST) for one in certificate.not_proven),
                Spacer(1, 2 * mm),
                p(
                    "This document is a reading of the events in the evidence bundle "
                    "of the same number. What counts are those events: check them with "
                    "verify.py, which lies in the bundle, and compare the log's state "
                    "and the digest printed above with those that it prints."
                ),
            ]
        )
    ]


def _moment(moment: datetime, zone: ZoneInfo) -> Paragraph:
    """The exact UTC, and below it the laboratory's own clock where it differs."""
    utc, local = moment.astimezone(UTC), moment.astimezone(zone)
    here = "" if zone.key == "UTC" else f"<br/>{faint(f'{local:%d %b %H:%M %z}')}"
    return Paragraph(f"{utc:%Y-%m-%d %H:%M:%S}{here}", BODY)
