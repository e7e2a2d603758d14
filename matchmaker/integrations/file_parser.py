"""Reads one file that somebody sent, whole, in a process of its own: `python -I file_parser.py KIND < FILE`.

Writes "ok" and, of a picture, the picture drawn anew; or "no" and a word that says why not. Whatever a file
does here, it does to this process alone, which has little memory, little time, and may write nowhere. It
imports nothing of ours, so that it starts quickly and holds nothing that is worth reading.
"""

import io
import re
import resource
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any
from xml.parsers import expat

MEMORY = 512 * 1024 * 1024  # bytes of addresses
SECONDS = 10  # of processor time
MOST_PIXELS = 50_000_000
SIDE = 4096  # pixels that a picture keeps
MOST_PAGES = 500
MOST_OBJECTS = 300_000
MOST_STREAM = 128 * 1024 * 1024  # bytes of one stream of a PDF, unpacked
MOST_STREAMS = 1024 * 1024 * 1024  # and of all its streams
MOST_UNPACKED = 256 * 1024 * 1024  # bytes of all parts of slides
MOST_PARTS = 5_000
RATIO, FREE = 200, 1024 * 1024  # a part above a megabyte is packed 200 to 1 at most
MOST_DEPTH = 200


class Refused(Exception):  # noqa: N818  a verdict, no failure of ours
    """Why the file is not taken: damaged, locked, active or large."""


def refuse_if(condition: object, why: str) -> None:
    """Refuse the file for this reason if the condition holds."""
    if condition:
        raise Refused(why)


# --- Pictures ----------------------------------------------------------------------------------------------


def picture(content: bytes, form: str) -> bytes:
    """Return the picture drawn anew: its dots and nothing else that was in the file."""
    from PIL import Image, ImageOps  # only this kind of file pays for the import

    Image.MAX_IMAGE_PIXELS = None  # counted here
    opened = Image.open(io.BytesIO(content), formats=[form])
    refuse_if(opened.width * opened.height > MOST_PIXELS, "large")
    opened.draft("RGB", (SIDE, SIDE))  # a large photograph is read smaller at once
    opened.load()
    image: Image.Image = ImageOps.exif_transpose(opened)
    image.thumbnail((SIDE, SIDE))
    has_alpha = form == "PNG" and (image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info)
    is_grey = image.mode in ("1", "L")
    image = image.convert("RGBA" if has_alpha else "L" if is_grey else "RGB")
    clean = Image.frombytes(image.mode, image.size, image.tobytes())
    drawn = io.BytesIO()
    clean.save(drawn, form, **({"quality": 88} if form == "JPEG" else {}))
    return drawn.getvalue()


# --- PDF ---------------------------------------------------------------------------------------------------

# Keys under which a PDF does something, carries a file, or is another form in disguise.
ACTIVE_KEYS = {"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent", "/Launch"}
ACTIVE_VALUES = {
    "/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/GoToE", "/GoToR", "/Rendition", "/Movie",
    "/Sound", "/RichMedia", "/RichMediaExecute", "/EmbeddedFile", "/FileAttachment", "/Screen", "/3D",
    "/Trans3D", "/SetOCGState3D",
}  # fmt: skip
END = re.compile(rb"%%EOF[\s\x00]*\Z")


def pdf(content: bytes) -> bytes:
    """Look at every object of a PDF; return nothing, because the file stays as it is."""
    import pikepdf  # only this kind of file pays for the import

    refuse_if(not END.search(content), "damaged")
    try:
        opened = pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    refuse_if(opened.is_encrypted, "locked")
    refuse_if(len(opened.objects) > MOST_OBJECTS, "large")
    refuse_if(not 0 < len(opened.pages) <= MOST_PAGES, "damaged")
    unpacked = 0
    for found in opened.objects:
        look_through(found, pikepdf)
        if isinstance(found, pikepdf.Stream):
            unpacked += decoded_size(found, pikepdf)
        refuse_if(unpacked > MOST_STREAMS, "large")
    look_through(opened.trailer, pikepdf)
    refuse_if(opened.check_pdf_syntax(), "damaged")
    return b""


def look_through(found: Any, pikepdf: Any) -> None:
    """Refuse what acts or carries a file, in an object and all that stands directly in it."""
    todo, seen = [(found, 0)], 0
    while todo:
        value, depth = todo.pop()
        seen += 1
        refuse_if(depth > MOST_DEPTH or seen > MOST_OBJECTS, "large")
        if isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            refuse_if(is_active(value, pikepdf), "active")
            children = [child for _key, child in value.items()]
        elif isinstance(value, pikepdf.Array):
            children = list(value)
        else:
            continue
        todo += [(child, depth + 1) for child in children if not getattr(child, "is_indirect", False)]


def is_active(value: Any, pikepdf: Any) -> bool:
    """Return whether a dictionary does something or carries a file."""
    named = {
        str(value[key]) for key in ("/S", "/Type", "/Subtype") if isinstance(value.get(key), pikepdf.Name)
    }
    return bool(ACTIVE_KEYS & set(value.keys()) or ACTIVE_VALUES & named)


def decoded_size(stream: Any, pikepdf: Any) -> int:
    """Return how many bytes a packed stream holds; refuse one that holds more than MOST_STREAM."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    refuse_if(len(names) > 4, "large")
    data = stream.read_raw_bytes()
    for name in names:
        if name not in ("/FlateDecode", "/Fl"):
            break
        data = zlib.decompressobj().decompress(data, MOST_STREAM + 1)
        refuse_if(len(data) > MOST_STREAM, "large")
    return len(data)


# --- Slides ------------------------------------------------------------------------------------------------

MAIN = "application/vnd.openxmlformats-officedocument.presentationml.presentation.main+xml"
NAME = re.compile(r"(?:[^/\\\x00-\x1f:]+/)*[^/\\\x00-\x1f:]+/?")
# Parts that run something. Sheets behind a chart are plain files without macros.
ACTIVE_PART = re.compile(
    r"vbaproject|vbadata|activex|oleobject|\.exe$|\.js$|\.vbs$|\.(?:doc|xls|ppt)m$", re.I
)
EMBEDDED = re.compile(r"(?:^|/)embeddings/(?!.*\.xlsx$)", re.I)
WEB = re.compile(r"(?:https?://|mailto:)", re.I)
ACTIONS = re.compile(r"ppaction://(?:program|macro|ole|media|file)", re.I)


def slides(content: bytes) -> bytes:
    """Read every part of a presentation; return nothing, because the file stays as it is."""
    refuse_if(content[-22:-18] != b"PK\x05\x06", "damaged")  # nothing follows the end of the archive
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = archive.infolist()
        check_parts(parts)
        for part in parts:
            data = archive.read(part)  # compares the checksum
            refuse_if(len(data) != part.file_size, "damaged")
            check_part(part.filename.lower(), data)
        check_types(archive.read("[Content_Types].xml"))
    return b""


def check_parts(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse an archive that is too large unpacked, locked, or has names that lead elsewhere."""
    names = [part.filename for part in parts]
    refuse_if(len(parts) > MOST_PARTS or sum(part.file_size for part in parts) > MOST_UNPACKED, "large")
    refuse_if(len({name.lower() for name in names}) != len(names), "damaged")
    refuse_if({"[Content_Types].xml", "ppt/presentation.xml"} - set(names), "damaged")
    for part in parts:
        refuse_if(part.flag_bits & 0x41, "locked")
        refuse_if(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), "damaged")
        refuse_if(part.file_size > max(FREE, RATIO * part.compress_size), "large")
        refuse_if(not NAME.fullmatch(part.filename) or ".." in part.filename.split("/"), "damaged")


def check_part(name: str, data: bytes) -> None:
    """Refuse a part that runs something, leads outside, or is not the text that its name says."""
    refuse_if(ACTIVE_PART.search(name) or EMBEDDED.search(name), "active")
    if not name.endswith((".xml", ".rels", ".vml")):
        return
    for tag, attributes in elements(data):
        if name.endswith(".rels") and tag.endswith("Relationship"):
            check_relationship(attributes)
        refuse_if(any(ACTIONS.search(value) for value in attributes.values()), "active")


def check_relationship(attributes: dict[str, str]) -> None:
    """Refuse what is fetched from elsewhere; a link that somebody has to click is none of that."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    is_link = attributes.get("Type", "").endswith("/hyperlink")
    refuse_if(not (is_link and WEB.match(attributes.get("Target", ""))), "active")


def check_types(data: bytes) -> None:
    """Refuse what calls itself anything but slides without macros."""
    kinds = [attributes.get("ContentType", "") for _tag, attributes in elements(data)]
    refuse_if(any("macro" in kind.lower() or "vba" in kind.lower() for kind in kinds), "active")
    refuse_if(MAIN not in kinds, "damaged")


def elements(data: bytes) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every element of a text in XML with its attributes; refuse one that declares entities."""
    found: list[tuple[str, dict[str, str]]] = []
    depth = 0

    def begin(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        refuse_if(depth > MOST_DEPTH, "large")
        found.append((tag, attributes))

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def declared(*_words: object) -> None:
        raise Refused("active")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = begin, end
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = declared
    parser.Parse(data, True)
    yield from found


# --- The process -------------------------------------------------------------------------------------------

KINDS: dict[str, Callable[[bytes], bytes]] = {
    "pdf": pdf,
    "pptx": slides,
    "png": partial(picture, form="PNG"),
    "jpeg": partial(picture, form="JPEG"),
}


def confine() -> None:
    """Take memory, time and the right to write from this process."""
    for what, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        with suppress(ValueError):  # macOS knows no limit of addresses
            resource.setrlimit(what, (most, most))


def verdict_on(kind: str, content: bytes) -> bytes:
    """Return the verdict on a file as it is written out."""
    try:
        return b"ok\n" + KINDS[kind](content)
    except Refused as why:
        return f"no\n{why}".encode()
    except MemoryError:
        return b"no\nlarge"
    except Exception:  # whatever a library says of a file that it cannot read
        return b"no\ndamaged"


if __name__ == "__main__":
    confine()
    sys.stdout.buffer.write(verdict_on(sys.argv[1], sys.stdin.buffer.read()))
