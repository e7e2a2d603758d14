"""Presentations, documents and workbooks keep what people read: no macros, objects, formulas or films."""

import io
import re
import zipfile
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from PIL import Image

from profiles.integrations.file_checker import office_kinds
from profiles.integrations.file_checker.budget import WEB, Refused, budget, refuse_if, words

MOST_PARTS = 5_000
MOST_PIXELS = 50_000_000  # of one picture
Image.MAX_IMAGE_PIXELS = None  # counted here
TYPES = "[Content_Types].xml"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
RELATION_TYPE = re.compile(
    r"http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml|schemas\.microsoft\.com/office)/[\w/]+"
)
NAME = re.compile(r"(?:[^/\\\x00-\x1f:]+/)*[^/\\\x00-\x1f:]+")
ACTIONS = re.compile(r"(?:ppaction://(?:hlinkshowjump\?jump=\w+|hlinksldjump|noaction))?", re.IGNORECASE)
# How a drawing in SVG runs or fetches something.
DRAWN = re.compile(r"(?:#|data:image/(?:png|jpeg|gif);base64,)[^\\]*")
# What the code of a field in a document may begin with: nothing that reads another file or runs a program.
FIELDS = words(
    "PAGE NUMPAGES SECTION SECTIONPAGES PAGEREF NOTEREF REF TOC TC TOA TA INDEX XE SEQ STYLEREF LISTNUM DATE "
    "TIME CREATEDATE SAVEDATE PRINTDATE EDITTIME AUTHOR LASTSAVEDBY TITLE SUBJECT KEYWORDS FILENAME FILESIZE "
    "NUMWORDS NUMCHARS DOCPROPERTY SYMBOL EQ ADVANCE FORMTEXT FORMCHECKBOX FORMDROPDOWN CITATION "
    "BIBLIOGRAPHY ADDIN"
)
LINK = re.compile(rf'HYPERLINK(?:\s+"{WEB.pattern}")?(?:\s+\\[lot]\s+"[^"\\]*"|\s+\\[mn])*', re.IGNORECASE)
ELSEWHERE = re.compile(r"[\[\]|\\]|//")  # in a reference: a workbook, a program or a machine elsewhere
FETCHES = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)


class Relation:
    def __init__(self, attributes: dict[str, str], folder: str) -> None:
        self.id, kind = attributes.get("Id", ""), attributes.get("Type", "")
        self.type, self.kind = kind, kind.rpartition("/")[2]
        self.is_outside = attributes.get("TargetMode", "Internal") != "Internal"
        self.target = attributes.get("Target", "")
        self.is_here = self.kind == "hyperlink" and self.target.startswith("#")  # a cell of this workbook
        self.part = "" if self.is_outside or self.is_here else resolved(self.target, folder)

    def is_kept(self, known: set[str]) -> bool:
        if not RELATION_TYPE.fullmatch(self.type) or self.kind not in known:
            return False
        if self.is_here:
            return not ELSEWHERE.search(self.target)
        return self.kind == "hyperlink" and bool(WEB.fullmatch(self.target)) if self.is_outside else True


def relationship(relation: Relation) -> str:
    """Return the element that leads to another part of the document, or out of it."""
    target, mode = f"/{relation.part}", ""
    if relation.is_here:
        target = relation.target
    elif relation.is_outside:
        target, mode = relation.target, ' TargetMode="External"'
    identity = f"Id={quoteattr(relation.id)} Type={quoteattr(relation.type)}"
    return f"<Relationship {identity} Target={quoteattr(target)}{mode}/>"


def resolved(target: str, folder: str) -> str:
    steps: list[str] = []
    if folder and not target.startswith("/"):
        steps = folder.split("/")
    for step in unquote(target.partition("#")[0]).strip("/").split("/"):
        if step == "..":
            refuse_if(not steps, "damaged")
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


class Scan:
    def __init__(self, data: bytes, cuts: frozenset[str] = office_kinds.BEHIND) -> None:
        self.referred: set[str] = set()  # the relations that it names
        self.cuts: list[tuple[int, int]] = []  # where an element begins, and where its end does
        self.depth, self.cut, self.cutting = 0, (-1, -1), cuts
        self.parser = parser = expat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.begin, self.end
        parser.CharacterDataHandler = self.text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self.declared
        parser.ProcessingInstructionHandler = self.declared
        parser.Parse(data, True)

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        budget.count_element(self.depth)
        tag = tag.rpartition("}")[2]
        if self.cut[1] < 0 and tag in self.cutting:
            self.cut = self.parser.CurrentByteIndex, self.depth
        if self.cut[1] >= 0:
            return
        for name, value in attributes.items():
            space, _brace, short = name.rpartition("}")
            if space.endswith("/relationships"):
                self.referred.add(value)
            if "ppaction:" in value.lower():
                refuse_if(not ACTIONS.fullmatch(value), "active")
            # Old drawings name their pictures and links themselves, and a place may lie in another file.
            refuse_if(short in ("src", "althref") and value, "active")
            refuse_if(short == "href" and not (value.startswith("#") or WEB.fullmatch(value)), "active")
            refuse_if(short in ("location", "docLocation") and ELSEWHERE.search(value), "active")
        self.element(tag, attributes)

    def end(self, tag: str) -> None:
        if self.depth == self.cut[1]:
            self.cuts.append((self.cut[0], self.parser.CurrentByteIndex))
            self.cut = -1, -1
        elif self.cut[1] < 0:
            self.ended(tag.rpartition("}")[2])
        self.depth -= 1

    def text(self, text: str) -> None:
        if self.cut[1] < 0:
            self.said(text)

    def element(self, tag: str, attributes: dict[str, str]) -> None: ...

    def said(self, text: str) -> None: ...

    def ended(self, tag: str) -> None: ...

    def declared(self, *_words: object) -> None:
        raise Refused("active")


class Lines(Scan):
    def __init__(self, data: bytes) -> None:
        self.found: list[tuple[str, dict[str, str]]] = []
        super().__init__(data)

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        self.found.append((tag, attributes))


class Fields(Scan):
    def __init__(self, data: bytes, cuts: frozenset[str] = office_kinds.BEHIND) -> None:
        self.codes: list[str | None] = []  # of the fields that are open; None in their results
        self.tag = ""
        super().__init__(data, cuts)
        refuse_if(any(self.codes), "active")

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        values = {name.rpartition("}")[2]: value for name, value in attributes.items()}
        if tag == "fldSimple":
            check_field(values.get("instr", ""))
            refuse_if(self.codes and self.codes[-1] is not None, "active")
        if tag != "fldChar":
            return
        step = values.get("fldCharType")
        if step == "begin":
            refuse_if(self.codes and self.codes[-1] is not None, "active")
            self.codes.append("")
        elif self.codes:
            code = self.codes.pop()
            if code is not None:
                check_field(code)
            if step == "separate":
                self.codes.append(None)

    def said(self, text: str) -> None:
        if self.tag in ("instrText", "delInstrText"):
            refuse_if(not self.codes or self.codes[-1] is None, "active")
            self.codes[-1] = f"{self.codes[-1]}{text}"
        elif self.tag == "t" and self.codes and self.codes[-1] is not None:
            refuse_if(text.strip(), "active")

    def ended(self, tag: str) -> None:
        self.tag = ""


def check_field(code: str) -> None:
    code = code.strip()
    is_known = not code or code.split()[0].upper() in FIELDS or LINK.fullmatch(code)
    adds_up = re.fullmatch(r"=[\w\s(),.+*/-]*(?:\\[#*][^\\]*)*", code)  # cells of a table
    refuse_if(not (is_known or adds_up), "active")


class Figures(Scan):
    tag = ""

    def element(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag

    def said(self, text: str) -> None:
        refuse_if(self.tag == "f" and ELSEWHERE.search(text), "active")


class Drawing(Scan):
    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        budget.count_element(self.depth)
        name = tag.rpartition("}")[2].lower()
        refuse_if(name in ("script", "foreignobject", "handler", "listener"), "active")
        for key, value in attributes.items():
            short = key.rpartition("}")[2].lower()
            refuse_if(short.startswith("on") or FETCHES.search(value), "active")
            refuse_if(short in ("href", "src") and not DRAWN.fullmatch(value), "active")

    def said(self, text: str) -> None:
        refuse_if(FETCHES.search(text) or "\\" in text, "active")


def is_end_tag(data: bytes, begins: int, ends: int) -> bool:
    name = re.split(rb"[\s/>]", data[begins + 1 : begins + 200], maxsplit=1)[0]
    return bool(re.compile(rb"</" + re.escape(name) + rb"\s*>").match(data, ends))


def without(data: bytes, scan_type: type[Scan], cuts: frozenset[str]) -> tuple[bytes, set[str]]:
    """Return a text without what is left out, and the relations that it names."""
    scan = scan_type(data, cuts)
    if not scan.cuts:
        return data, scan.referred
    pieces, at = [], 0
    for begins, ends in scan.cuts:
        pieces.append(data[at:begins])
        at = 1 + data.index(b">", ends) if is_end_tag(data, begins, ends) else ends
    data = b"".join([*pieces, data[at:]])
    scan = scan_type(data, cuts)  # read once more: what a cut leaves is checked too
    refuse_if(scan.cuts, "damaged")
    return data, scan.referred


class Package:
    def __init__(self, archive: zipfile.ZipFile, ending: str) -> None:
        self.archive, self.ending, self.kind = archive, ending, office_kinds.KINDS[ending]
        self.names = {info.filename.casefold(): info for info in archive.infolist()}
        self.kinds: dict[str, str] = {}  # by name of the part, or by its ending
        self.kept: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def read(self, name: str) -> bytes:
        info = self.names.get(name.casefold())
        if info is None:
            raise Refused("damaged")
        refuse_if(info.flag_bits & 0x41, "locked")
        refuse_if(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), "damaged")
        # The file may lie about the size of a part, so what is really there counts.
        with self.archive.open(info) as part:
            data = part.read(budget.left + 1)
        budget.spend(len(data))
        refuse_if(len(data) != info.file_size, "damaged")
        return data

    def read_types(self) -> None:
        for tag, attributes in Lines(self.read(TYPES)).found:
            kind = attributes.get("ContentType", "")
            if tag == "Default":
                self.kinds["." + attributes.get("Extension", "").casefold()] = kind
            elif tag == "Override":
                self.kinds[attributes.get("PartName", "").casefold()] = kind

    def kind_of(self, name: str) -> str:
        ending = "." + name.rpartition(".")[2].casefold()
        return self.kinds.get("/" + name.casefold()) or self.kinds.get(ending, "")

    def relations_of(self, name: str) -> list[Relation]:
        folder, _slash, base = name.rpartition("/")
        path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        if path.casefold() not in self.names:
            return []
        lines = Lines(self.read(path)).found
        return [Relation(attributes, folder) for tag, attributes in lines if tag == "Relationship"]

    def keep(self, name: str, referred: set[str]) -> list[str]:
        """Keep the relations of a part; return the parts they lead to."""
        parts = []
        for relation in self.relations_of(name):
            if relation.is_kept(office_kinds.DRAWN_RELATIONS | self.kind.relations):
                parts.append(relation)
            else:
                refuse_if(relation.id in referred, "active")
        lines = [relationship(part) for part in parts]
        if lines:
            folder, _slash, base = name.rpartition("/")
            path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
            space = "http://schemas.openxmlformats.org/package/2006/relationships"
            self.kept[path] = f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'.encode()
        return [one.part for one in parts if one.part]

    def take(self, name: str) -> list[str]:
        refuse_if(not NAME.fullmatch(name), "damaged")
        kind, data = self.kind_of(name), self.read(name)
        self.types[name] = kind
        if kind in office_kinds.DRAWN_TYPES | self.kind.types:
            scan: type[Scan] = Fields if self.ending == "docx" else Scan
            if self.ending == "xlsx" and kind == office_kinds.CHART:
                scan = Figures
            self.kept[name], referred = without(data, scan, self.kind.cuts_in(kind))
            return self.keep(name, referred)
        if kind == office_kinds.SVG:
            Drawing(data)
        else:
            at, starts = office_kinds.MEDIA_TYPES.get(kind, (0, ()))
            refuse_if(not (starts and data[at:].startswith(starts)), "active")
            if kind in office_kinds.DRAWN_BY_DOTS:
                width, height = Image.open(io.BytesIO(data)).size  # reads the beginning only
                refuse_if(width * height > MOST_PIXELS, "large")
        self.kept[name] = data
        return []

    def written(self) -> bytes:
        lines = [f'<Default Extension="rels" ContentType="{RELS_TYPE}"/>']
        lines += [
            f"<Override PartName={quoteattr('/' + name)} ContentType={quoteattr(kind)}/>"
            for name, kind in self.types.items()
        ]
        space = "http://schemas.openxmlformats.org/package/2006/content-types"
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(zipfile.ZipInfo(TYPES), f'<Types xmlns="{space}">{"".join(lines)}</Types>')
            for name, data in self.kept.items():
                is_packed = office_kinds.MEDIA_TYPES.get(self.types.get(name, "")) is not None
                how = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name), data, compress_type=how)
        return out.getvalue()


def office(content: bytes, ending: str) -> bytes:
    refuse_if(content[-22:-18] != b"PK\x05\x06", "damaged")  # nothing follows the end of the archive
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        refuse_if(len(archive.infolist()) > MOST_PARTS, "large")
        package = Package(archive, ending)
        refuse_if(len(package.names) != len(archive.infolist()), "damaged")
        package.read_types()
        todo = package.keep("", set())
        refuse_if(len(todo) != 1 or package.kind_of(todo[0]) != package.kind.main, "damaged")
        while todo:
            name = todo.pop()
            if name not in package.types:
                todo += package.take(name)
    return package.written()
