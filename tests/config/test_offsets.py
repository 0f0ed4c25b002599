"""Where software names alleles otherwise is a table that a laboratory can read."""

from pathlib import Path

from config.offsets import read_offsets
from lims.results.offsets import offset


def test_each_offset_names_how_it_is_known() -> None:
    found = list(map(offset, read_offsets()))
    assert {(one.software, one.marker, one.add) for one in found} == {
        ("UAS 1.", "DYS612", 6),
        ("lusSTR", "DYS612", 6),
    }
    assert all(len(one.source) > 40 for one in found)


def test_an_empty_table_is_none(tmp_path: Path) -> None:
    path = tmp_path / "offsets.toml"
    path.write_text("# none\n", encoding="utf-8")
    assert read_offsets(path) == ()
