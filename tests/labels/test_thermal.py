"""Jobs for label printers: what is sent is what was drawn, and reads as its code."""

from base64 import b64decode
from io import BytesIO
import json
from pathlib import Path
import subprocess
import sys

from PIL import Image, ImageChops
import pytest

from labels import brother, raster, thermal
from labels.content import Label
from labels.errors import DoesNotFit, DoesNotReadBack, LabelError
from labels.stock import ROLLS, STOCKS, Stock, Wearer, roll
from labels.symbol import Symbol, encode
from labels.symbology import Symbology
from labels.thermal import Language
from tests.labels.some import codes, label, labels
from tests.programs import absent, program

TUBE = STOCKS["roll-tube"]
PACKAGE = Path(sys.prefix) / "node_modules" / "zpl-renderer-js"
SHOWN = Path(__file__).parent / "zpl_shown.cjs"
SPOKEN = [
    *((stock, Language.ZPL) for stock in ROLLS),
    *((stock, Language.EPL) for stock in ROLLS),
    (STOCKS["roll-62"], Language.BROTHER),
    (STOCKS["roll-kit"], Language.BROTHER),
]


def _named(given: object) -> str:
    return given.name if isinstance(given, Stock) else str(given)


@pytest.mark.parametrize(("stock", "language"), SPOKEN, ids=_named)
def test_every_label_of_a_job_reads_back(stock: Stock, language: Language) -> None:
    many = labels(12)
    job = thermal.proven(many, stock, language)
    assert job == thermal.render(many, stock, language)


@pytest.mark.parametrize("language", [Language.ZPL, Language.EPL])
def test_what_is_sent_is_what_was_drawn(language: Language) -> None:
    many = labels(3)
    job = thermal.proven(many, TUBE, language)
    for one, sent in zip(many, thermal.pictures(job, TUBE, language), strict=True):
        assert sent.tobytes() == raster.picture(one, TUBE).tobytes()


def test_a_brother_tape_holds_the_picture_in_its_middle() -> None:
    stock = STOCKS["roll-62"]
    job = thermal.proven(labels(1), stock, Language.BROTHER)
    (sent,) = thermal.pictures(job, stock, Language.BROTHER)
    assert sent.tobytes() == raster.picture(labels(1)[0], stock).tobytes()
    assert job.startswith(bytes(200) + b"\x1b@\x1bia\x01\x1biz")
    assert job.endswith(b"\x1a")


def test_a_brother_job_cuts_and_counts_its_labels() -> None:
    stock = STOCKS["roll-62"]
    job = thermal.proven(labels(3), stock, Language.BROTHER)
    rows = stock.dots(stock.size[1])
    assert job.count(b"\x1biz\x86\x0a\x3e\x00" + rows.to_bytes(4, "little")) == 3


@pytest.mark.parametrize("stock", ROLLS, ids=_named)
def test_another_program_shows_the_same_dots(stock: Stock) -> None:
    """Pixel for pixel, Greek and Arabic included, by a renderer of other people."""
    node = program("node")
    if not PACKAGE.is_dir():
        absent("npm's zpl-renderer-js is not in the environment: run make .venv/.dev")
    small = stock.wearer in {Wearer.CAP, Wearer.PLATE}
    words = () if small else ("Ανθρώπινα λείψανα", "رفات بشرية – لا ترمِ")
    one = label(codes(1)[0], *words)
    drawn = raster.picture(one, stock).convert("L")
    measures = [str(side / 12) for side in drawn.size]
    answer = subprocess.run(
        [node, SHOWN, PACKAGE, *measures, "12"],
        input=thermal.proven([one], stock, Language.ZPL),
        capture_output=True,
        check=True,
    )
    shown = Image.open(BytesIO(b64decode(answer.stdout))).convert("L")
    other = shown.crop((0, 0, *drawn.size))
    assert ImageChops.difference(drawn, other).getbbox() is None


def test_a_job_takes_little_room() -> None:
    """50 x 25 mm at 300 dots: 2.2 kB, where the dots alone are 22 kB."""
    assert len(thermal.proven(labels(1), STOCKS["roll-kit"], Language.ZPL)) < 3000


@pytest.mark.parametrize("language", [Language.ZPL, Language.EPL])
def test_a_label_with_another_labels_symbol_is_kept_back(
    language: Language, monkeypatch: pytest.MonkeyPatch
) -> None:
    right, wrong = codes(2)

    def swapped(_: str, symbology: Symbology) -> Symbol:
        return encode(wrong, symbology)

    monkeypatch.setattr(raster, "encode", swapped)
    with pytest.raises(DoesNotReadBack, match=f"'{right}' but reads as .* '{wrong}'"):
        thermal.proven([label(right)], TUBE, language)


@pytest.mark.parametrize("language", [Language.ZPL, Language.EPL])
def test_a_damaged_job_is_kept_back(language: Language) -> None:
    many = labels(2)
    job = thermal.render(many, TUBE, language)
    for damaged in (
        job[:-1],
        job[1:],
        job.replace(b"P", b"Q"),
        job + b"^XA^XZ",
    ):
        with pytest.raises(DoesNotReadBack):
            thermal.read_back(damaged, many, TUBE, language)


def test_a_changed_byte_of_a_picture_is_kept_back() -> None:
    """Where the language has a check; elsewhere the symbol's own mends or refuses."""
    job = thermal.render(labels(1), TUBE, Language.ZPL)
    at = job.index(b":Z64:") + 40
    changed = job[:at] + (b"A" if job[at : at + 1] != b"A" else b"B") + job[at + 1 :]
    with pytest.raises(DoesNotReadBack, match="damaged"):
        thermal.read_back(changed, labels(1), TUBE, Language.ZPL)


def test_a_missing_label_is_kept_back() -> None:
    many = labels(2)
    job = thermal.render(many[:1], TUBE, Language.ZPL)
    with pytest.raises(DoesNotReadBack, match="has 1 labels; 2 were expected"):
        thermal.read_back(job, many, TUBE, Language.ZPL)


def test_a_sheet_is_not_sent_to_a_label_printer() -> None:
    with pytest.raises(DoesNotFit, match="is a sheet; a label printer needs a roll"):
        thermal.proven(labels(1), STOCKS["tube"], Language.ZPL)


@pytest.mark.parametrize(
    ("size", "dpi", "told"),
    [((76, 38), 300, "wider than any tape"), ((25, 13), 203, "drawn at 203 dpi")],
)
def test_what_a_brother_printer_cannot_print_is_refused(
    size: tuple[float, float], dpi: int, told: str
) -> None:
    stock = roll("x", "X", size, TUBE.marks, Wearer.TUBE, dpi)
    with pytest.raises(DoesNotFit, match=told):
        thermal.proven(labels(1), stock, Language.BROTHER)


def test_tapes_leave_room_for_their_pins() -> None:
    for tape in brother.TAPES:
        assert tape.dots + tape.right <= brother.PINS


def test_a_job_of_nothing_is_refused() -> None:
    with pytest.raises(LabelError, match="nothing to print"):
        thermal.proven([], TUBE, Language.ZPL)


def test_the_same_labels_give_the_same_bytes_in_another_process() -> None:
    script = (
        "import hashlib, json; from labels import thermal; from labels.stock import *;"
        "from tests.labels.some import labels;"
        "jobs = [thermal.render(labels(9), STOCKS['roll-62'], one) "
        "for one in thermal.Language];"
        "print(json.dumps([job.hex() for job in jobs]))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True
    )
    other = [bytes.fromhex(job) for job in json.loads(answer.stdout)]
    assert other == [_job(language) for language in Language]


def _job(language: Language) -> bytes:
    many: list[Label] = labels(9)
    return thermal.render(many, STOCKS["roll-62"], language)
