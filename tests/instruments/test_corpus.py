"""What fuzzing found worth keeping is read or refused in a sentence, ever after."""

from pathlib import Path

import pytest

from instruments.parsers import forenseq_uas
from tests.instruments.fuzzing import CORPUS, TextBook, as_text, judge, seeds_of

FILES = sorted(CORPUS.glob("*/*"))


@pytest.fixture(autouse=True)
def _texts_for_workbooks(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "forenseq_uas" in request.node.name:
        monkeypatch.setattr(forenseq_uas, "Workbook", TextBook)
        monkeypatch.setattr(forenseq_uas, "names_in", lambda one: TextBook(one).names)


@pytest.mark.parametrize("path", FILES, ids=lambda p: f"{p.parent.name}/{p.name}")
def test_a_fuzzed_file_is_read_or_refused(path: Path) -> None:
    judge(path.parent.name, path.read_bytes())


def test_a_seed_of_forenseq_uas_is_a_text_that_is_read_whole() -> None:
    assert as_text("forenseq_uas")
    seeds = list(seeds_of("forenseq_uas"))
    assert len(seeds) == 3
    for seed in seeds:
        judge("forenseq_uas", seed)
