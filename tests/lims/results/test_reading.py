"""Files are read in a process with limits, and only records come out of it."""

from collections.abc import Callable
from decimal import Decimal
import os
from pathlib import Path
import pickle
import subprocess
import sys

import pytest

from instruments import InstrumentError, Source, parse
from instruments.peak_check import Expected
from instruments.second_opinion import Ask
from lims.results import child, reading

TABLE = Source(
    "table.txt", b"Sample Name\tMarker\tAllele 1\tHeight 1\nS1\tTH01\t9.3\t800\n"
)


def test_what_comes_out_is_what_the_parser_read() -> None:
    assert reading.read(TABLE) == parse(TABLE)


@pytest.mark.parametrize(
    ("top", "row"),
    [
        ("Sample Name\tMarker\tAllele 1\n", "S1\tTH01\t9.3\n"),
        ("", "TH01:6\t4 bases\tAATG\t12\t3\n"),
    ],
)
def test_who_waits_hears_how_many_rows_of_how_many_were_read(
    top: str, row: str
) -> None:
    words: list[tuple[int, int]] = []

    def tell(read: int, of: int) -> None:
        words.append((read, of))

    content = (top + row * 2_500).encode()
    export = reading.read(Source("long.txt", content, tell=tell))
    assert export == parse(Source("long.txt", content))
    assert export.rows == 2_500
    assert words[-1] == (2_500, 2_500)
    assert words == sorted(words)
    assert (1_000, 2_500) in words


def test_a_fault_comes_out_with_its_line_and_its_value() -> None:
    source = Source("x.txt", b"Nobody knows this\n1\n")
    with pytest.raises(InstrumentError) as told:
        reading.read(source)
    assert (told.value.line, told.value.value) == (1, "Nobody knows this")


def test_what_is_no_text_is_refused_without_a_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    with pytest.raises(InstrumentError, match="zip"):
        reading.read(Source("x.txt", b"PK\x03\x04rest"))


def test_no_process_is_begun_for_a_second_opinion_on_what_is_no_trace(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    with pytest.raises(InstrumentError, match="zip"):
        reading.second_opinion(
            Source("x.fsa", b"PK\x03\x04rest"), Ask("GlobalFiler", Expected())
        )


Ended = subprocess.CompletedProcess[bytes]


def dies(*_: object, **__: object) -> Ended:
    raise subprocess.CalledProcessError(-9, "child")


def hangs(*_: object, **__: object) -> Ended:
    raise subprocess.TimeoutExpired("child", 30)


def says_something_else(*_: object, **__: object) -> Ended:
    return subprocess.CompletedProcess([], 0, pickle.dumps(Decimal(1)))


@pytest.mark.parametrize("end", [dies, hangs, says_something_else])
def test_a_file_that_exceeds_its_limits_costs_one_sentence(
    monkeypatch: pytest.MonkeyPatch, end: Callable[..., Ended]
) -> None:
    monkeypatch.setattr(subprocess, "run", end)
    with pytest.raises(InstrumentError, match="time and memory"):
        reading.read(TABLE)


def test_nothing_but_records_is_made_of_what_the_process_says(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Evil:
        def __reduce__(self) -> tuple[Callable[[str], int], tuple[str]]:
            return os.system, ("echo no",)

    def speak(*_: object, **__: object) -> Ended:
        return subprocess.CompletedProcess([], 0, pickle.dumps(Evil()))

    monkeypatch.setattr(subprocess, "run", speak)
    with pytest.raises(pickle.UnpicklingError, match="no record of a file"):
        reading.read(TABLE)


@pytest.mark.parametrize(
    "greedy",
    [
        f"bytearray({child.MEMORY} * 2)",
        "open('written', 'wb', buffering=0).write(b'x')",
    ],
)
def test_the_process_can_neither_take_all_memory_nor_write_a_file(
    tmp_path: Path, greedy: str
) -> None:
    code = (
        "from lims.results import child; import os, sys\n"
        f"os.chdir({str(tmp_path)!r}); child.parse = lambda _: {greedy}\n"
        "child.main()"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code],
        input=pickle.dumps(("x", b"y")),
        capture_output=True,
        cwd=Path(__file__).parents[3],
        check=False,
    )
    assert answer.returncode != 0
    assert all(not path.stat().st_size for path in tmp_path.iterdir())


def test_the_process_does_not_see_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seen: dict[str, object] = {}

    def note(*_: object, **named: object) -> Ended:
        seen.update(named)
        return subprocess.CompletedProcess([], 0, pickle.dumps(parse(TABLE)))

    monkeypatch.setenv("LIMS_DATABASE_URL", "postgresql://with:a-password@somewhere")
    monkeypatch.setattr(subprocess, "run", note)
    reading.read(TABLE)
    assert seen["env"] == {}


def test_the_process_imports_the_parsers_alone() -> None:
    code = "import lims.results.child, sys; print(' '.join(sys.modules))"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
        check=True,
    )
    for heavy in ("sqlalchemy", "flask", "lims.db", "socket"):
        assert heavy not in answer.stdout.split()
