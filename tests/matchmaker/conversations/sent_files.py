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

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
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


def slides(change=None, **zipping):
    parts = {
        "[Content_Types].xml": (
            '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/'
            f'2006/content-types"><Override PartName="/ppt/presentation.xml" ContentType="{MAIN}"/></Types>'
        ).encode(),
        "_rels/.rels": relationships(f"{RELS}/officeDocument", "ppt/presentation.xml"),
        "ppt/presentation.xml": b'<p:presentation xmlns:p="x"><p:sldIdLst/></p:presentation>',
        "ppt/slides/slide1.xml": '<p:sld xmlns:p="x"><a>灌溉 آبپاشی</a></p:sld>'.encode(),
        "ppt/slides/_rels/slide1.xml.rels": relationships(
            f"{RELS}/hyperlink", "https://indusgrow.example/", external=True
        ),
        "ppt/embeddings/Microsoft_Excel_Sheet1.xlsx": b"PK\x03\x04 a sheet behind a chart",
    }
    if change:
        change(parts)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **zipping}) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def relationships(kind, target, *, external=False):
    mode = ' TargetMode="External"' if external else ""
    inner = f'<Relationship Id="r1" Type="{kind}" Target="{target}"{mode}/>'
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


def hostile():
    """Files that must not be taken, each with a name that tells what is wrong with it."""
    return {**dict(cut()), **dict(pdfs()), **dict(presentations()), **dict(pictures()), **dict(disguised())}


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


def root(key, value):
    return lambda made: made.Root.__setitem__(key, value)


def on_page(key, value):
    return lambda made: made.pages[0].obj.__setitem__(key, value)


def bomb(filters):
    packed = zlib.compress(b"\0" * 140_000_000, 1)
    for _layer in range(filters - 1):
        packed = zlib.compress(packed, 9)
    names = Array([Name.FlateDecode] * filters)
    return lambda made: made.pages[0].obj.__setitem__("/Contents", pikepdf.Stream(made, packed, Filter=names))


def deep(levels):
    found = Array([])
    for _level in range(levels):
        found = Array([found])
    return found


def pdfs():
    script = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    hidden = Dictionary(Subtype=Name.Link, A=Dictionary(Next=Array([script])))
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    yield "opens-a-script.pdf", pdf(root("/OpenAction", script))
    yield "names-a-script.pdf", pdf(root("/Names", Dictionary(JavaScript=Dictionary(Names=Array([])))))
    yield "launches.pdf", pdf(root("/OpenAction", Dictionary(S=Name.Launch, F=String("cmd.exe"))))
    yield "script-on-a-page.pdf", pdf(on_page("/AA", Dictionary(O=script)))
    yield "script-deep-inside.pdf", pdf(on_page("/Annots", Array([hidden])))
    yield "submits.pdf", pdf(on_page("/AA", Dictionary(O=Dictionary(S=Name.SubmitForm))))
    yield "goes-elsewhere.pdf", pdf(root("/OpenAction", Dictionary(S=Name.GoToR, F=String(r"\\x\y"))))
    yield "carries-a-file.pdf", pdf(lambda made: made.attachments.__setitem__("x.exe", b"MZ"))
    yield "film.pdf", pdf(on_page("/Annots", Array([Dictionary(Subtype=Name.RichMedia)])))
    yield "form-in-disguise.pdf", pdf(root("/AcroForm", Dictionary(XFA=String("x"))))
    yield "script-in-a-stream.pdf", pdf(root("/OpenAction", script), **packed)
    yield "loop-of-pages.pdf", pdf(lambda made: made.Root.Pages.Kids.append(made.Root.Pages))
    yield "locked.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    yield "locked-for-owners.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    yield "bomb.pdf", pdf(bomb(1), compress_streams=False)
    yield "bomb-in-a-bomb.pdf", pdf(bomb(2), compress_streams=False)
    yield "deep.pdf", pdf(root("/Deep", deep(400)))
    yield "no-pages.pdf", pdf(lambda made: made.pages.__delitem__(0))
    yield "begins-late.pdf", b"GIF89a" + pdf()
    yield "a-page-follows.pdf", pdf() + b"<script>alert(1)</script>"
    yield "an-archive-follows.pdf", pdf() + slides()
    yield "nothing-but-a-head.pdf", b"%PDF-1.7\n%%EOF\n"


def presentations():
    def part(name, content):
        return lambda parts: parts.__setitem__(name, content)

    rels = "ppt/slides/_rels/slide1.xml.rels"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p:sld>&b;</p:sld>'
    outside = b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><p:sld/>'
    yield "macros.pptx", slides(part("ppt/vbaProject.bin", b"x"))
    yield (
        "called-macros.pptx",
        slides(
            part(
                "[Content_Types].xml", b'<T><O ContentType="application/vnd.ms-powerpoint.macroEnabled"/></T>'
            )
        ),
    )
    yield "control.pptx", slides(part("ppt/activeX/activeX1.xml", b"<a/>"))
    yield "object.pptx", slides(part("ppt/embeddings/oleObject1.bin", b"x"))
    yield "embedded-macros.pptx", slides(part("ppt/embeddings/sheet.xlsm", b"x"))
    yield (
        "linked-picture.pptx",
        slides(part(rels, relationships(f"{RELS}/image", "http://x.example/1.png", external=True))),
    )
    yield (
        "linked-file.pptx",
        slides(part(rels, relationships(f"{RELS}/hyperlink", "file:///etc/passwd", external=True))),
    )
    yield (
        "script-link.pptx",
        slides(part(rels, relationships(f"{RELS}/hyperlink", "javascript:alert(1)", external=True))),
    )
    yield (
        "template.pptx",
        slides(part(rels, relationships(f"{RELS}/attachedTemplate", "https://x.example/t", external=True))),
    )
    yield "runs.pptx", slides(part("ppt/slides/slide1.xml", b'<a action="ppaction://program"/>'))
    yield "laughs.pptx", slides(part("ppt/slides/slide1.xml", bomb))
    yield "reads-a-file.pptx", slides(part("ppt/slides/slide1.xml", outside))
    yield "no-xml.pptx", slides(part("ppt/slides/slide1.xml", b"<a><b></a>"))
    yield "deep.pptx", slides(part("ppt/slides/slide1.xml", b"<a>" * 300 + b"</a>" * 300))
    yield "climbs.pptx", slides(part("../../etc/cron.d/x", b"x"))
    yield "from-the-root.pptx", slides(part("/etc/passwd", b"x"))
    yield "bomb.pptx", slides(part("ppt/media/image1.png", b"\0" * 20_000_000))
    yield "many.pptx", slides(lambda parts: parts.update({f"a/{n}": b"" for n in range(5001)}))
    yield "a-document.pptx", slides(lambda parts: parts.pop("ppt/presentation.xml"))
    yield "another-kind.pptx", slides(part("[Content_Types].xml", b"<Types/>"))
    yield "other-packing.pptx", slides(compression=zipfile.ZIP_LZMA)
    yield "a-page-follows.pptx", slides() + b"<script>alert(1)</script>"
    yield "twice.pptx", slides(part("PPT/presentation.xml", b"<x/>"))


def pictures():
    def chunk(kind, content):
        check = struct.pack(">I", zlib.crc32(kind + content))
        return struct.pack(">I", len(content)) + kind + content + check

    head = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    dots = zlib.compress(b"\0" * 1_000_000)
    start = b"\x89PNG\r\n\x1a\n"
    yield "huge.png", start + chunk(b"IHDR", head) + chunk(b"IDAT", dots) + chunk(b"IEND", b"")
    yield "nothing.png", start + chunk(b"IEND", b"")
    yield "head-alone.png", start
    yield "head-alone.jpg", b"\xff\xd8\xff\xe0"
    yield "page-in-a-head.jpg", b"\xff\xd8\xff\xe0<script>alert(1)</script>\xff\xd9"


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
