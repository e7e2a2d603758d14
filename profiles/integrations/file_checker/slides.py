"""A presentation keeps its slides and what draws them: no macros, objects, sheets, sounds or films."""

import io
import re
import zipfile
from collections.abc import Callable
from urllib.parse import unquote
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from PIL import Image

from profiles.integrations.file_checker.budget import WEB, Refused, budget, refuse_if, words

MOST_PARTS = 5_000
MOST_PIXELS = 50_000_000  # of one picture
Image.MAX_IMAGE_PIXELS = None  # counted here
OFFICE = "application/vnd.openxmlformats-officedocument."
MAIN = f"{OFFICE}presentationml.presentation.main+xml"
TYPES, ROOT_RELS = "[Content_Types].xml", "_rels/.rels"
RELS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"
XML_TYPES = {MAIN, f"{OFFICE}theme+xml", f"{OFFICE}themeOverride+xml"}
XML_TYPES |= {
    f"{OFFICE}presentationml.{name}+xml"
    for name in words(
        "slide slideLayout slideMaster notesSlide notesMaster handoutMaster presProps viewProps tableStyles "
        "tags"
    )
}
XML_TYPES |= {
    f"{OFFICE}drawingml.{name}+xml"
    for name in words("chart chartshapes diagramData diagramLayout diagramStyle diagramColors")
}
XML_TYPES |= {
    f"application/vnd.ms-office.{name}+xml"
    for name in words("drawingml.diagramDrawing chartstyle chartcolorstyle chartex")
}
# The first bytes of what is not XML, after so many others.
MEDIA_TYPES: dict[str, tuple[int, tuple[bytes, ...]]] = {
    "image/png": (0, (b"\x89PNG\r\n\x1a\n",)),
    "image/jpeg": (0, (b"\xff\xd8\xff",)),
    "image/jpg": (0, (b"\xff\xd8\xff",)),
    "image/gif": (0, (b"GIF87a", b"GIF89a")),
    "image/bmp": (0, (b"BM",)),
    "image/tiff": (0, (b"II*\0", b"MM\0*")),
    "image/x-emf": (40, (b" EMF",)),
    "application/x-fontdata": (34, (b"LP",)),
}
DRAWN_BY_DOTS = set(MEDIA_TYPES) - {"image/x-emf", "application/x-fontdata"}
SVG = "image/svg+xml"
RELATIONS = words(
    "officeDocument slide slideLayout slideMaster notesSlide notesMaster handoutMaster theme themeOverride "
    "image hyperlink presProps viewProps tableStyles tags font chart chartUserShapes chartStyle "
    "chartColorStyle chartEx diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing"
)
RELATION_TYPE = re.compile(
    r"http://(?:schemas\.openxmlformats\.org|purl\.oclc\.org/ooxml|schemas\.microsoft\.com/office)/[\w/]+"
)
BEHIND = "externalData"  # refers to the sheets behind a chart, which are left out
NAME = re.compile(r"(?:[^/\\\x00-\x1f:]+/)*[^/\\\x00-\x1f:]+")
ACTIONS = re.compile(r"(?:ppaction://(?:hlinkshowjump\?jump=\w+|hlinksldjump|noaction))?", re.IGNORECASE)
# How a drawing in SVG runs or fetches something.
DRAWN = re.compile(r"(?:#|data:image/(?:png|jpeg|gif);base64,)[^\\]*")
FETCHES = re.compile(r"url\(\s*['\"]?(?!#)|@import|expression\(", re.IGNORECASE)


class Relation:
    """One line of a part's relations: to another part of the file, or a link to the web."""

    def __init__(self, attributes: dict[str, str], folder: str) -> None:
        self.id, kind = attributes.get("Id", ""), attributes.get("Type", "")
        self.type, self.kind = kind, kind.rpartition("/")[2]
        self.is_outside = attributes.get("TargetMode", "Internal") != "Internal"
        self.target = attributes.get("Target", "")
        self.part = "" if self.is_outside else resolved(self.target, folder)

    def is_kept(self) -> bool:
        """Return whether it is of a known kind and leads where such a one may lead."""
        if not RELATION_TYPE.fullmatch(self.type) or self.kind not in RELATIONS:
            return False
        return self.kind == "hyperlink" and bool(WEB.fullmatch(self.target)) if self.is_outside else True


def resolved(target: str, folder: str) -> str:
    """Return the name of the part that a relation in `folder` leads to."""
    steps: list[str] = [] if target.startswith("/") else folder.split("/") if folder else []
    for step in unquote(target.partition("#")[0]).strip("/").split("/"):
        if step == "..":
            refuse_if(not steps, "damaged")
            steps.pop()
        elif step != ".":
            steps.append(step)
    return "/".join(steps)


class Scan:
    """One walk through a text in XML: what it refers to, and where it has what is left out."""

    def __init__(
        self,
        data: bytes,
        on_element: Callable[[str, dict[str, str]], None] | None = None,
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        self.referred: set[str] = set()  # the relations that it names
        self.cuts: list[tuple[int, int]] = []  # where an element begins, and where its end does
        self.depth, self.cut = 0, (-1, -1)
        self.on_element = on_element
        self.parser = parser = expat.ParserCreate("utf-8", "}")
        parser.buffer_text = True
        parser.StartElementHandler, parser.EndElementHandler = self.begin, self.end
        parser.CharacterDataHandler = on_text
        parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = self.declared
        parser.ProcessingInstructionHandler = self.declared
        parser.Parse(data, True)

    def begin(self, tag: str, attributes: dict[str, str]) -> None:
        """Take an element with its attributes."""
        self.depth += 1
        budget.count_element(self.depth)
        if self.cut[1] < 0 and tag.endswith("}" + BEHIND):
            self.cut = self.parser.CurrentByteIndex, self.depth
        for name, value in attributes.items():
            if name.rpartition("}")[0].endswith("/relationships") and self.cut[1] < 0:
                self.referred.add(value)
            if "ppaction:" in value.lower():
                refuse_if(not ACTIONS.fullmatch(value), "active")
        if self.on_element:
            self.on_element(tag.rpartition("}")[2], attributes)

    def end(self, _tag: str) -> None:
        """End an element; note where it stands if it is left out."""
        if self.depth == self.cut[1]:
            self.cuts.append((self.cut[0], self.parser.CurrentByteIndex))
            self.cut = -1, -1
        self.depth -= 1

    def declared(self, *_words: object) -> None:
        """Refuse a text that declares anything."""
        raise Refused("active")


def without_sheets(data: bytes) -> tuple[bytes, set[str]]:
    """Return a text without what refers to the sheets behind a chart, and the relations that it names."""
    scan = Scan(data)
    for begins, ends in reversed(scan.cuts):
        last = max(data.index(b">", begins), data.find(b">", ends) if data[ends : ends + 2] == b"</" else 0)
        data = data[:begins] + data[last + 1 :]
    if scan.cuts:  # read once more: what a cut leaves is checked too
        scan = Scan(data)
        refuse_if(scan.cuts, "damaged")
    return data, scan.referred


class Slides:
    """A presentation, read part by part from its root, and what is kept of it."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self.archive = archive
        self.names = {info.filename.casefold(): info for info in archive.infolist()}
        self.kinds: dict[str, str] = {}  # by name of the part, or by its ending
        self.kept: dict[str, bytes] = {}
        self.types: dict[str, str] = {}

    def read(self, name: str) -> bytes:
        """Return a part, unpacked within the budget."""
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
        """Learn what each part calls itself."""

        def take(tag: str, attributes: dict[str, str]) -> None:
            kind = attributes.get("ContentType", "")
            if tag == "Default":
                self.kinds["." + attributes.get("Extension", "").casefold()] = kind
            elif tag == "Override":
                self.kinds[attributes.get("PartName", "").casefold()] = kind

        Scan(self.read(TYPES), take)

    def kind_of(self, name: str) -> str:
        """Return what a part calls itself."""
        ending = "." + name.rpartition(".")[2].casefold()
        return self.kinds.get("/" + name.casefold()) or self.kinds.get(ending, "")

    def relations_of(self, name: str) -> list[Relation]:
        """Return the relations of a part, or of the whole file."""
        folder, _slash, base = name.rpartition("/")
        path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
        found: list[Relation] = []
        if path.casefold() in self.names:

            def take(tag: str, attributes: dict[str, str]) -> None:
                if tag == "Relationship":
                    found.append(Relation(attributes, folder))

            Scan(self.read(path), take)
        return found

    def keep(self, name: str, referred: set[str]) -> list[str]:
        """Keep the relations of a part; return the parts they lead to.

        One that is not allowed is left out where nothing refers to it, otherwise the file is refused.
        """
        kept = []
        for relation in self.relations_of(name):
            if relation.is_kept():
                kept.append(relation)
            else:
                refuse_if(relation.id in referred, "active")
        lines = [
            f"<Relationship Id={quoteattr(one.id)} Type={quoteattr(one.type)} "
            + (f'Target={quoteattr(one.target)} TargetMode="External"/>' if one.is_outside else
               f"Target={quoteattr('/' + one.part)}/>")
            for one in kept
        ]  # fmt: skip
        if lines:
            folder, _slash, base = name.rpartition("/")
            path = f"{folder}/_rels/{base}.rels" if folder else f"_rels/{base}.rels"
            space = "http://schemas.openxmlformats.org/package/2006/relationships"
            self.kept[path] = f'<Relationships xmlns="{space}">{"".join(lines)}</Relationships>'.encode()
        return [one.part for one in kept if not one.is_outside]

    def take(self, name: str) -> list[str]:
        """Keep a part if it is what it calls itself; return the parts it leads to."""
        refuse_if(not NAME.fullmatch(name), "damaged")
        kind, data = self.kind_of(name), self.read(name)
        self.types[name] = kind
        if kind in XML_TYPES:
            self.kept[name], referred = without_sheets(data)
            return self.keep(name, referred)
        if kind == SVG:
            Scan(data, check_drawing, check_style)
        else:
            at, starts = MEDIA_TYPES.get(kind, (0, ()))
            refuse_if(not (starts and data[at:].startswith(starts)), "active")
            if kind in DRAWN_BY_DOTS:
                width, height = Image.open(io.BytesIO(data)).size  # reads the beginning only
                refuse_if(width * height > MOST_PIXELS, "large")
        self.kept[name] = data
        return []

    def written(self) -> bytes:
        """Return the kept parts as a new file."""
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
                is_packed = MEDIA_TYPES.get(self.types.get(name, "")) is not None
                how = zipfile.ZIP_STORED if is_packed else zipfile.ZIP_DEFLATED
                archive.writestr(zipfile.ZipInfo(name), data, compress_type=how)
        return out.getvalue()


def check_drawing(tag: str, attributes: dict[str, str]) -> None:
    """Refuse a drawing in SVG that runs or fetches something."""
    refuse_if(tag.lower() in ("script", "foreignobject", "handler", "listener"), "active")
    for name, value in attributes.items():
        short = name.rpartition("}")[2].lower()
        refuse_if(short.startswith("on") or FETCHES.search(value), "active")
        refuse_if(short in ("href", "src") and not DRAWN.fullmatch(value), "active")


def check_style(text: str) -> None:
    """Refuse a style in a drawing that fetches something, or hides that it does."""
    refuse_if(FETCHES.search(text) or "\\" in text, "active")


def slides(content: bytes) -> bytes:
    """Return a presentation of its slides and what draws them: no macros, no objects, no sheets."""
    refuse_if(content[-22:-18] != b"PK\x05\x06", "damaged")  # nothing follows the end of the archive
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        refuse_if(len(archive.infolist()) > MOST_PARTS, "large")
        found = Slides(archive)
        refuse_if(len(found.names) != len(archive.infolist()), "damaged")
        found.read_types()
        todo = found.keep("", set())
        refuse_if(len(todo) != 1 or found.kind_of(todo[0]) != MAIN, "damaged")
        while todo:
            name = todo.pop()
            if name not in found.types:
                todo += found.take(name)
    return found.written()
