"""Files for tests: genuine ones of every kind, and hostile ones made from them."""

import io
import random
import struct
import zipfile
import zlib

import pikepdf
import typst
from pikepdf import Array, Dictionary, Name, String
from PIL import Image

OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = f"{OFFICE}presentationml.presentation.main+xml"
EVIL = "qanatevil"  # stands in whatever a reader of the file must never get
RELS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


def picture(form, mode="RGB", size=(48, 32), **told):
    image = Image.effect_noise(size, 60).convert(mode)
    out = io.BytesIO()
    image.save(out, form, **told)
    return out.getvalue()


def photograph(word):
    """A JPEG that tells where it was taken, lying on its side."""
    exif = Image.Exif()
    exif[0x010E], exif[0x0112] = word, 6
    return picture("JPEG", exif=exif, comment=word.encode())


def png_with_text(word):
    from PIL.PngImagePlugin import PngInfo

    told = PngInfo()
    told.add_text("Comment", word)
    return picture("PNG", pnginfo=told)


def pdf(change=None, **saving):
    made = pikepdf.new()
    made.add_blank_page()
    page = made.pages[0]
    page.Contents = made.make_stream(b"BT /F1 12 Tf (Hello) Tj ET\n" * 20)
    if change:
        change(made)
    out = io.BytesIO()
    made.save(out, **saving)
    return out.getvalue()


RELS_OF = "ppt/slides/_rels/slide1.xml.rels"
SLIDE = "ppt/slides/slide1.xml"
NAMES = f'xmlns:p="p" xmlns:c="c" xmlns:r="{RELS}"'
TYPES = {
    "ppt/presentation.xml": MAIN,
    SLIDE: f"{OFFICE}presentationml.slide+xml",
    "ppt/charts/chart1.xml": f"{OFFICE}drawingml.chart+xml",
}


def slides(change=None, **zipping):
    """A slide with a picture, a link and a chart, behind which there is a sheet."""
    picture_of_it = picture("PNG", size=(4, 4))
    parts = {
        "[Content_Types].xml": types(TYPES),
        "_rels/.rels": relationships(
            (f"{RELS}/officeDocument", "ppt/presentation.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "core.xml",
            ),
        ),
        "core.xml": f"<a>{EVIL}</a>".encode(),
        "ppt/presentation.xml": f'<p:presentation {NAMES}><p:sldId r:id="r1"/></p:presentation>'.encode(),
        "ppt/_rels/presentation.xml.rels": relationships((f"{RELS}/slide", "slides/slide1.xml")),
        SLIDE: f'<p:sld {NAMES}><a r:id="r1">灌溉 آبپاشی</a><b r:embed="r2"/><c r:id="r3"/></p:sld>'.encode(),
        RELS_OF: relationships(*LINKED),
        "ppt/media/image1.png": picture_of_it,
        "ppt/charts/chart1.xml": (
            f'<c:chart {NAMES}><c:v>7</c:v><c:externalData r:id="r1"><c:a/></c:externalData></c:chart>'
        ).encode(),
        "ppt/charts/_rels/chart1.xml.rels": relationships((f"{RELS}/package", "../embeddings/sheet.xlsx")),
        "ppt/embeddings/sheet.xlsx": f"PK\x03\x04 a sheet behind a chart {EVIL}".encode(),
    }
    if change:
        change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **zipping}) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


LINKED = (
    (f"{RELS}/hyperlink", "https://indusgrow.example/", True),
    (f"{RELS}/image", "../media/image1.png"),
    (f"{RELS}/chart", "/ppt/charts/chart1.xml"),
)


def types(kinds):
    """The list of what each part calls itself."""
    lines = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    usual = {"rels": "application/vnd.openxmlformats-package.relationships+xml", "xml": "application/xml"}
    usual |= {"png": "image/png", "svg": "image/svg+xml", "xlsx": f"{OFFICE}spreadsheetml.sheet"}
    lines += "".join(f'<Default Extension="{end}" ContentType="{kind}"/>' for end, kind in usual.items())
    space = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<?xml version="1.0" encoding="UTF-8"?><Types xmlns="{space}">{lines}</Types>'.encode()


def relationships(*lines):
    """The relations of a part: kind, target, and whether it lies outside."""
    inner = "".join(
        f'<Relationship Id="r{at}" Type="{kind}" Target="{target}" '
        + ('TargetMode="External"/>' if outside else "/>")
        for at, (kind, target, *outside) in enumerate(lines, start=1)
    )
    return f'<Relationships xmlns="http://x/relationships">{inner}</Relationships>'.encode()


def genuine():
    """Files as people have them: of several programs, colours, sizes and languages."""
    document = '#set text(lang: "zh")\n= Deck\n灌溉 آبپاشی\n#pagebreak()\n#link("https://x.example")[x]'
    set_by_typst = typst.compile(document.encode())
    assert isinstance(set_by_typst, bytes)
    link = Dictionary(S=Name.URI, URI=String("https://x.example"))
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, A=link, Rect=Array([0, 0, 9, 9]))
    return {
        "typst.pdf": set_by_typst,
        "plain.pdf": pdf(),
        "packed.pdf": pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate, compress_streams=True),
        "linear.pdf": pdf(linearize=True),
        "linked.pdf": pdf(lambda made: made.pages[0].obj.__setitem__("/Annots", Array([note]))),
        "pictures.pdf": picture("PDF"),
        "slides.pptx": slides(),
        "stored.pptx": slides(compression=zipfile.ZIP_STORED),
        "rgb.png": picture("PNG"),
        "alpha.png": picture("PNG", "RGBA"),
        "grey.png": picture("PNG", "L"),
        "palette.png": picture("PNG", "P"),
        "one-bit.png": picture("PNG", "1"),
        "large.png": picture("PNG", size=(1600, 1200)),
        "photograph.jpg": photograph("Lahore"),
        "grey.jpeg": picture("JPEG", "L"),
        "print.jpg": picture("JPEG", "CMYK"),
        "progressive.jpg": picture("JPEG", progressive=True, size=(5000, 400)),
    }


def cut():
    """Genuine files that end too early, or whose middle is overwritten."""
    chance = random.Random(7)  # noqa: S311  the same files every time
    whole = {"a.pdf": pdf(), "a.pptx": slides(), "a.png": picture("PNG"), "a.jpg": picture("JPEG")}
    for name, content in whole.items():
        for share in (0.02, 0.3, 0.6, 0.9):
            yield f"cut-{share}-{name}", content[: int(len(content) * share)]
    for name in ("a.pptx", "a.png"):
        for number in range(4):
            spoiled = bytearray(whole[name])
            at = chance.randrange(40, len(spoiled) // 2)
            spoiled[at : at + 12] = chance.randbytes(12)
            yield f"spoiled-{number}-{name}", bytes(spoiled)


def chunk(kind, content):
    """One piece of a PNG."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width, height, dots, *between, bits=1):
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(between) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")


def huge_png():
    return png(60_000, 60_000, zlib.compress(b"\0" * 1_000_000))


def pictures():
    start = b"\x89PNG\r\n\x1a\n"
    yield "huge.png", huge_png()
    yield "nothing.png", start + chunk(b"IEND", b"")
    yield "head-alone.png", start
    yield "head-alone.jpg", b"\xff\xd8\xff\xe0"
    yield "page-in-a-head.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>\xff\xd9"
    yield "tells-where.jpg", photograph(EVIL)
    yield "with-a-word.png", png_with_text(EVIL)
    yield "an-archive-follows.jpg", picture("JPEG") + slides()
    yield "a-script-follows.png", picture("PNG") + f"<script>{EVIL}</script>".encode()
    yield "film.png", picture("PNG", save_all=True, append_images=[Image.new("RGB", (48, 32))] * 3)
    yield "tiff.png", picture("TIFF")
    yield "webp.jpg", picture("WEBP")


def disguised():
    """Other kinds under a good name, and good kinds under another's."""
    yield "program.pdf", b"MZ" + b"\0" * 200
    yield "page.png", b"<!doctype html><script>alert(1)</script>"
    yield "drawing.png", b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    yield "film.jpg", picture("GIF", "P")
    yield "old-slides.pptx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
    yield "empty.pdf", b""
    yield "picture.pdf", picture("PNG")
    yield "document.png", pdf()
    yield "photo.exe", picture("JPEG")
    yield "slides.zip", slides()
    yield "no-ending", picture("PNG")
    yield "double.png.exe", picture("PNG")


def locked():
    return pdf(encryption=pikepdf.Encryption(owner="a", user="b"))


def drawing(made, content, **more):
    """A drawing to be used by a page."""
    box = Array([0, 0, 100, 100])
    drawn = pikepdf.Stream(made, content, Type=Name.XObject, Subtype=Name.Form, BBox=box, **more)
    return made.make_indirect(drawn)


def filled_form():
    """A form with a field that is filled in: a black square."""

    def change(made):
        look = Dictionary(N=drawing(made, b"0 0 100 100 re f"))
        box = Array([100, 100, 200, 200])
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Widget, FT=Name.Tx, Rect=box, F=4, AP=look, T=String("a")
        )
        found = made.make_indirect(note)
        made.pages[0].obj.Annots = Array([found])
        made.Root.AcroForm = Dictionary(Fields=Array([found]))

    return pdf(change)


def layered():
    """A page with a layer that is switched off."""

    def change(made):
        layer = made.make_indirect(Dictionary(Type=Name.OCG, Name=String("Urdu")))
        made.Root.OCProperties = Dictionary(OCGs=Array([layer]), D=Dictionary(OFF=Array([layer])))
        hidden = drawing(made, b"0 0 100 100 re f", OC=layer)
        page = made.pages[0].obj
        page.Resources = Dictionary(XObject=Dictionary(X1=hidden))
        page.Contents = made.make_stream(b"/X1 Do")

    return pdf(change)


def picture_of(presentation):
    with zipfile.ZipFile(io.BytesIO(presentation)) as archive:
        return archive.read("ppt/media/image1.png")
