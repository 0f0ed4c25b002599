"""Sheet definitions of others: measured as they say, and hostile ones refused."""

import pytest

from labels import sheet_files
from labels.errors import LabelError
from labels.sheet_files import SheetFile

FILE = """<?xml version="1.0"?>
<Glabels-templates xmlns="http://glabels.org/xmlns/3.0/">
  <Paper-size id="Small" width="100mm" height="150mm"/>
  <Template brand="Avery" part="L4732" size="A4" _description="Mini labels">
    <Label-rectangle id="0" width="35.6mm" height="16.9mm" round="1mm">
      <Markup-margin size="1mm"/>
      <Layout nx="5" ny="16" x0="11mm" y0="13mm" dx="38.1mm" dy="16.9mm"/>
    </Label-rectangle>
  </Template>
  <Template brand="Dots" part="1" size="Small">
    <Label-round id="0" radius="0.25in">
      <Layout nx="1" ny="2" x0="36" y0="1cm" dx="0" dy="20mm"/>
    </Label-round>
  </Template>
</Glabels-templates>
"""
ONE = FILE.replace(
    FILE[FILE.index('  <Template brand="Dots"') : FILE.index("</Glabels")], ""
)


def test_sheets_are_measured_in_millimetres() -> None:
    avery, dots = sheet_files.read(FILE.encode())
    assert avery == SheetFile(
        "Avery L4732", (210.0, 297.0), (11, 13), (35.6, 16.9), (2.5, 0), 5, 16
    )
    assert dots == SheetFile(
        "Dots 1", (100, 150), (12.7, 10), (12.7, 12.7), (0, 7.3), 1, 2, round=True
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (
            ('<?xml version="1.0"?>', '<!DOCTYPE x SYSTEM "file:///etc/passwd">'),
            "document type",
        ),
        (
            (
                '<?xml version="1.0"?>',
                '<!DOCTYPE x [<!ENTITY a "b"><!ENTITY c "&a;&a;">]>',
            ),
            "document type",
        ),
        (('width="35.6mm"', 'width="wide"'), "has the width 'wide'"),
        (('width="35.6mm"', 'width="-5mm"'), "has the width '-5mm'"),
        (('width="35.6mm"', 'width="1e99mm"'), "expected is a length"),
        (('nx="5"', 'nx="0x5"'), "1 to 999"),
        (('nx="5"', 'nx="99999"'), "1 to 999"),
        (('size="A4"', 'size="B7"'), "The paper 'B7' is not known"),
        (("</Template>", ""), "no XML"),
        (("<Layout", "<Layout/><Layout"), "2 grids"),
    ],
)
def test_what_is_odd_or_hostile_is_refused(change: tuple[str, str], told: str) -> None:
    with pytest.raises(LabelError, match=told):
        sheet_files.read(ONE.replace(*change).encode())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"<a/>",
        b"\xff\xfe<",
        b"<?xml version='1.0' encoding='utf-7'?><a/>",
    ],
)
def test_what_is_no_definition_is_refused(content: bytes) -> None:
    with pytest.raises(LabelError):
        sheet_files.read(content)


def test_a_sheet_that_cannot_be_read_does_not_hide_the_others() -> None:
    (dots,) = sheet_files.read(FILE.replace('nx="5"', 'nx="many"').encode())
    assert dots.title == "Dots 1"


def test_a_file_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(LabelError, match="more elements"):
        sheet_files.read(b"<a>" * 50)
    monkeypatch.setattr(sheet_files, "MOST_BYTES", 10)
    with pytest.raises(LabelError, match="more than 10 bytes"):
        sheet_files.read(FILE.encode())


@pytest.mark.parametrize("cut", range(0, len(ONE), 97))
def test_a_file_that_is_cut_short_is_refused_and_never_crashes(cut: int) -> None:
    with pytest.raises(LabelError):
        sheet_files.read(ONE[:cut].encode())
