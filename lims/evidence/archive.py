"""A PDF made fit for the archive: PDF/A-1b (ISO 19005-1). Pure.

What reportlab leaves out is added: the colour space's profile, and the description in
XMP, word for word equal to the document's own. The XMP is written by hand because the
checker that we test with refuses a legal spelling of it.
"""

from datetime import UTC, datetime
from io import BytesIO
from xml.sax.saxutils import escape

from pikepdf import (
    Array,
    Dictionary,
    Name,
    ObjectStreamMode,
    Pdf,
    String,
)

from lims.evidence.colour import NAME, srgb

PRODUCER = "Nomen"
XMP = """<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF \
xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" \
xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title><rdf:Alt><rdf:li \
xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title><dc:creator><rdf:Seq><rdf:li>\
{author}</rdf:li></rdf:Seq></dc:creator></rdf:Description><rdf:Description \
rdf:about="" \
xmlns:xmp="http://ns.adobe.com/xap/1.0/"><xmp:CreateDate>{moment}</xmp:CreateDate>\
<xmp:ModifyDate>{moment}</xmp:ModifyDate></rdf:Description><rdf:Description \
rdf:about="" xmlns:pdf="http://ns.adobe.com/pdf/1.3/"><pdf:Producer>{producer}\
</pdf:Producer></rdf:Description><rdf:Description rdf:about="" \
xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>1</pdfaid:part>\
<pdfaid:conformance>B</pdfaid:conformance></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


def archived(drawn: bytes, made: datetime) -> bytes:
    """The same document as PDF/A-1b, dated."""
    made = made.astimezone(UTC).replace(microsecond=0)
    out = BytesIO()
    with Pdf.open(BytesIO(drawn)) as pdf:
        title, author = str(pdf.docinfo["/Title"]), str(pdf.docinfo["/Author"])
        stamp = String(f"D:{made:%Y%m%d%H%M%S}+00'00'")
        pdf.trailer.Info = pdf.make_indirect(
            Dictionary(
                Title=title,
                Author=author,
                Producer=PRODUCER,
                CreationDate=stamp,
                ModDate=stamp,
            )
        )
        profile = pdf.make_stream(srgb(), N=3)
        pdf.Root.OutputIntents = Array(
            [
                Dictionary(
                    Type=Name.OutputIntent,
                    S=Name.GTS_PDFA1,
                    OutputConditionIdentifier=NAME,
                    Info=NAME,
                    RegistryName="http://www.color.org",
                    DestOutputProfile=pdf.make_indirect(profile),
                )
            ]
        )
        told = XMP.format(
            title=escape(title),
            author=escape(author),
            moment=made.isoformat(),
            producer=PRODUCER,
        )
        described = pdf.make_stream(told.encode(), Type=Name.Metadata, Subtype=Name.XML)
        pdf.Root.Metadata = pdf.make_indirect(described)
        pdf.save(
            out,
            deterministic_id=True,
            force_version="1.4",
            object_stream_mode=ObjectStreamMode.disable,
        )
    return out.getvalue()
