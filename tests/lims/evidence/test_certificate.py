"""A certificate that a court can read, an archive can keep, and anybody can check."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from pathlib import Path
import subprocess
from zoneinfo import ZoneInfo

from PIL import Image, ImageCms
import pytest
from zxingcpp import read_barcodes

from lims.errors import RuleBroken
from lims.evidence import verify
from lims.evidence.certificate import (
    Certificate,
    Chain,
    Checkpoint,
    Line,
    Subject,
    render,
)
from lims.evidence.colour import srgb
from lims.evidence.seal import CERTIFICATE, KEY, seal
from tests.lims.evidence import bundles
from tests.programs import jars, program

NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)
NOTE = bundles.log().note(bundles.LATE).decode().splitlines()
LINES = [
    Line(
        bundles.BEGIN + timedelta(minutes=7 * at),
        ("Received at the laboratory", "Handed over", "First reading signed")[at % 3],
        "Ana Ferri (U-0012)",
        f"sample {at + 1}",
        ("U-0012", "U-0044") if at % 3 == 1 else None,
        (("seal", "AX 4412"), ("condition", "sealed, dry")),
        at % 3 == 2,
        100 + at,
    )
    for at in range(40)
]
CERTIFIED = Certificate(
    uid="3f2a9c0de1b24a77",
    laboratory="Laboratorio di identificazione, Αθήνα",
    asker="A. Auditor, Accreditation body",
    made=NOW,
    zone=ZoneInfo("Europe/Rome"),
    asked="S7K2-M9QX-AT, with all that it was taken from",
    subjects=[Subject("S7K2-M9QX-AT", "bone, powder"), Subject("P-11", "plate")],
    lines=LINES,
    chains=[Chain("sample S7K2-M9QX-AT", 1, 12, whole=True)],
    digest="5621c9585954a46b2570c30da5181564dd71c3cc327676124b84041aba9314d0",
    checkpoint=Checkpoint(
        bundles.log().text(bundles.LATE),
        NOTE[4],
        verify.Key.parse(bundles.LOG.verifier.vkey).fingerprint,
    ),
    anchors=["Cosigned by ministry.example/w at 2026-11-24 08:00:01 UTC."],
    not_proven=verify.NOT_PROVEN,
)


@pytest.fixture(scope="module")
def pdf() -> bytes:
    return render(CERTIFIED)


def text_of(document: bytes, folder: Path) -> str:
    path = folder / "c.pdf"
    path.write_bytes(document)
    told = subprocess.run(
        [program("pdftotext"), "-layout", path, "-"],
        check=True,
        capture_output=True,
        text=True,
    )
    return told.stdout


def test_it_tells_who_did_what_when_and_where(pdf: bytes, tmp_path: Path) -> None:
    told = text_of(pdf, tmp_path)
    for expected in (
        "Laboratorio di identificazione, Αθήνα",
        "S7K2-M9QX-AT",
        "2026-11-02 08:07:00",
        "02 Nov 09:07 +0100",
        "Ana Ferri (U-0012)",
        "U-0012 → U-0044",
        "seal: AX 4412",
        "signed electronically",
        "1 chains were walked",
        "What this does not prove",
        "page 1 of 4",
        "End of certificate 3f2a9c0de1b24a77 · 40 events",
    ):
        assert expected in told, expected


def test_the_same_records_give_the_same_bytes(pdf: bytes) -> None:
    assert render(CERTIFIED) == pdf


def test_a_chain_that_is_not_whole_is_told(tmp_path: Path) -> None:
    broken = replace(CERTIFIED, chains=[Chain("sample 4", 1, 9, whole=False)])
    told = text_of(render(broken), tmp_path)
    assert "NOT WHOLE" in told
    assert "All are whole" not in told


def test_an_event_of_more_than_a_page_is_printed_too(tmp_path: Path) -> None:
    wells = "A01 sample, " * 3000
    long = replace(LINES[0], facts=(("wells", wells),))
    told = text_of(render(replace(CERTIFIED, lines=[long])), tmp_path)
    assert told.count("A01") == 3000


def test_a_sign_that_the_typeface_lacks_is_marked_and_markup_is_text(
    tmp_path: Path,
) -> None:
    odd = replace(CERTIFIED, asked="<b>骨</b> & more")
    assert "<b>\N{REPLACEMENT CHARACTER}</b> & more" in text_of(render(odd), tmp_path)


def test_its_symbol_is_the_log_s_state_and_signature(
    pdf: bytes, tmp_path: Path
) -> None:
    """What a phone reads there is enough to check the log's signature."""
    path = tmp_path / "c.pdf"
    path.write_bytes(pdf)
    program("pdftoppm")
    subprocess.run(["pdftoppm", "-r", "200", "-png", path, tmp_path / "p"], check=True)
    found = [
        one.text
        for page in sorted(tmp_path.glob("p*.png"))
        for one in read_barcodes(Image.open(page))
    ]
    assert found == [f"{CERTIFIED.checkpoint.text}\n{CERTIFIED.checkpoint.line}"]
    note = verify.Note("paper", f"{found[0]}\n".encode())
    key = verify.Key.parse(bundles.LOG.verifier.vkey)
    assert verify.ed25519(key.public, note.text.encode(), note.by(key)[0])


def test_the_archive_copy_is_pdf_a(pdf: bytes, tmp_path: Path) -> None:
    """Judged by PDFBox, whose authors are not ours."""
    path = tmp_path / "c.pdf"
    path.write_bytes(pdf)
    assert "is a valid PDF/A-1b file" in preflight(path)
    path.write_bytes(pdf.replace(b"/OutputIntents", b"/OutputIntentz"))
    assert "is not a valid PDF/A-1b file" in preflight(path)


def preflight(path: Path) -> str:
    names = ("preflight", "xmpbox", "pdfbox2", "fontbox2", "commons-logging")
    path_of_classes = jars(*names, "javax.activation", "jaxb-api")
    main = "org.apache.pdfbox.preflight.Validator_A1b"
    answer = subprocess.run(
        [program("java"), "-cp", path_of_classes, main, path],
        check=False,
        capture_output=True,
        text=True,
    )
    return answer.stdout


def test_the_signed_copy_is_valid_for_a_program_that_is_not_ours(
    pdf: bytes, tmp_path: Path
) -> None:
    signed = seal(pdf, tmp_path / "keys", laboratory=CERTIFIED.laboratory, now=NOW)
    assert signed.startswith(pdf)
    told = pdfsig(signed, tmp_path)
    assert "Signature is Valid" in told
    assert "Total document signed" in told
    at = signed.index(b"/OutputIntents")
    changed = signed[:at] + b"/OutputIntentz" + signed[at + 14 :]
    assert "Signature is Valid" not in pdfsig(changed, tmp_path)


def pdfsig(document: bytes, folder: Path) -> str:
    path = folder / "signed.pdf"
    path.write_bytes(document)
    answer = subprocess.run(
        [program("pdfsig"), path], check=False, capture_output=True, text=True
    )
    return answer.stdout


def test_the_signing_key_is_made_once_and_is_its_owner_s_alone(
    pdf: bytes, tmp_path: Path
) -> None:
    keys = tmp_path / "keys"
    seal(pdf, keys, laboratory="Laboratory", now=NOW)
    made = (keys / KEY).read_bytes()
    assert (keys / KEY).stat().st_mode & 0o777 == 0o600
    assert (keys / CERTIFICATE).exists()
    seal(pdf, keys, laboratory="Laboratory", now=NOW)
    assert (keys / KEY).read_bytes() == made
    (keys / KEY).chmod(0o640)
    with pytest.raises(RuleBroken, match="can be read by others"):
        seal(pdf, keys, laboratory="Laboratory", now=NOW)


def test_its_colours_are_those_of_the_standard() -> None:
    """Through our profile and a library's own sRGB, every colour stays itself."""
    ours = ImageCms.ImageCmsProfile(BytesIO(srgb()))
    theirs = ImageCms.createProfile("sRGB")
    way = ImageCms.buildTransform(ours, theirs, "RGB", "RGB")
    for colour in ((0, 0, 0), (255, 255, 255), (28, 37, 48), (200, 30, 90)):
        through = ImageCms.applyTransform(Image.new("RGB", (1, 1), colour), way)
        assert through is not None
        seen = through.getpixel((0, 0))
        assert isinstance(seen, tuple)
        assert max(abs(a - b) for a, b in zip(seen, colour, strict=True)) <= 1
