"""A PDF keeps its pages, what draws them, and links to the web."""

import io
import re
from typing import Any

import pikepdf

from profiles.integrations.file_checker.budget import MOST_DEPTH, WEB, Refused, budget, refuse_if, words

MOST_PAGES = 500
MOST_OBJECTS = 300_000
MOST_STREAM = 128 * 1024 * 1024  # bytes of one stream, unpacked
MOST_DOTS = 150_000_000  # of one picture: a scan of one bit a dot
END = re.compile(rb"%%EOF[\s\x00]*\Z")
# What pages, fonts, pictures, patterns and layers are made of. Any other key is left out: actions, scripts,
# forms, attached files, metadata, threads, references to other documents.
KEPT = {
    "/" + name
    for name in words(
        # The document, its pages and its layers
        "Type Pages Kids Count Parent MediaBox CropBox Rotate UserUnit Contents Resources Group Lang "
        "OCProperties OCGs D ON OFF BaseState Name OC P VE "
        # Streams, forms and pictures
        "Length Filter DecodeParms Predictor Colors BitsPerComponent Columns EarlyChange K EndOfLine "
        "EncodedByteAlign Rows EndOfBlock BlackIs1 DamagedRowsBeforeError JBIG2Globals ColorTransform "
        "Subtype FormType BBox Matrix S CS I Width Height ColorSpace ImageMask Mask Decode Interpolate SMask "
        "SMaskInData Intent Matte "
        # Fonts
        "BaseFont FirstChar LastChar Widths FontDescriptor Encoding ToUnicode DescendantFonts CIDSystemInfo "
        "Registry Ordering Supplement DW W DW2 W2 CIDToGIDMap FontBBox FontMatrix BaseEncoding Differences "
        "CMapName UseCMap WMode FontName FontFamily FontStretch FontWeight Flags ItalicAngle Ascent Descent "
        "Leading CapHeight XHeight StemV StemH AvgWidth MaxWidth MissingWidth FontFile FontFile2 FontFile3 "
        "CharSet CIDSet Style Length1 Length2 Length3 "
        # How things are drawn: states, patterns, shadings, functions, colours
        "LW LC LJ ML RI OP op OPM BG BG2 UCR UCR2 TR TR2 FL SM SA BM G BC CA ca AIS TK PatternType PaintType "
        "TilingType XStep YStep Shading ShadingType Background AntiAlias Domain Coords Function Extend "
        "BitsPerCoordinate BitsPerFlag VerticesPerRow FunctionType Range C0 C1 N Functions Bounds Encode "
        "Size BitsPerSample Order Alternate WhitePoint BlackPoint Gamma Process Components "
        "Font XObject ExtGState Pattern Properties CharProcs Colorants"
    )
}
# In a page's resources these are maps, whose keys are names that the document gives itself; the last two are
# everywhere.
MAPS = {"/Font", "/XObject", "/ExtGState", "/ColorSpace", "/Pattern", "/Shading", "/Properties"}
ALWAYS_MAPS = {"/CharProcs", "/Colorants"}
PACKED = {"/FlateDecode", "/Fl"}
FILTERS = PACKED | {
    "/ASCII85Decode", "/A85", "/ASCIIHexDecode", "/AHx", "/RunLengthDecode", "/RL", "/LZWDecode", "/LZW",
    "/DCTDecode", "/DCT", "/JPXDecode", "/JBIG2Decode", "/CCITTFaxDecode", "/CCF",
}  # fmt: skip


def pdf(content: bytes) -> bytes:
    refuse_if(not END.search(content), "damaged")
    try:
        opened = pikepdf.open(io.BytesIO(content), attempt_recovery=False, suppress_warnings=True)
    except pikepdf.PasswordError as error:
        raise Refused("locked") from error
    refuse_if(opened.is_encrypted, "locked")
    refuse_if(len(opened.objects) > MOST_OBJECTS, "large")
    refuse_if(not opened.pages, "damaged")
    refuse_if(len(opened.pages) > MOST_PAGES, "long")
    check_streams(opened)
    opened.flatten_annotations("screen")  # what was filled in or stamped becomes part of the page
    links = [(page.obj, web_links(page.obj, opened)) for page in opened.pages]
    for key in set(opened.trailer.keys()) - {"/Root", "/Size"}:
        del opened.trailer[key]
    prune(opened.Root)
    for page, found in links:
        if found:
            page.Annots = pikepdf.Array(found)
    written = io.BytesIO()
    opened.save(
        written,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        fix_metadata_version=False,
    )
    return written.getvalue()


def check_streams(opened: Any) -> None:
    for found in opened.objects:
        if not isinstance(found, pikepdf.Stream):
            continue
        filters = found.get("/Filter")
        names: list[str] = []
        if isinstance(filters, pikepdf.Array):
            names = [str(name) for name in filters]
        elif filters is not None:
            names = [str(filters)]
        refuse_if(len(names) > 4, "large")
        refuse_if(set(names) - FILTERS, "damaged")
        data = found.read_raw_bytes()
        for name in names:
            if name not in PACKED:
                break
            data = budget.inflate(data)
        refuse_if(len(data) > MOST_STREAM, "large")
        budget.spend(len(data))
        width, height = found.get("/Width"), found.get("/Height")
        if isinstance(width, int) and isinstance(height, int):
            refuse_if(width * height > MOST_DOTS, "large")


def web_links(page: Any, opened: Any) -> list[Any]:
    links, annotations = [], page.get("/Annots")
    for one in annotations if isinstance(annotations, pikepdf.Array) else []:
        action = one.get("/A") if isinstance(one, pikepdf.Dictionary) else None
        if not isinstance(action, pikepdf.Dictionary) or one.get("/Subtype") != pikepdf.Name.Link:
            continue
        address, corners = action.get("/URI"), one.get("/Rect")
        if action.get("/S") != pikepdf.Name.URI or not WEB.fullmatch(str(address)):
            continue
        box: list[float] = []
        if isinstance(corners, pikepdf.Array):
            box = [float(corner) for corner in corners]
        target = pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String(str(address)))
        link = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Link, Rect=box, A=target)
        link.Border = [0, 0, 0]
        links.append(opened.make_indirect(link))
    return links


def prune(root: Any) -> None:
    todo: list[tuple[Any, str, int]] = [(root, "", 0)]
    seen: set[tuple[Any, str]] = set()
    count = 0
    while todo:
        value, place, depth = todo.pop()
        count += 1
        refuse_if(depth > MOST_DEPTH or count > 10 * MOST_OBJECTS, "large")
        if isinstance(value, pikepdf.Array):
            todo += [(child, "", depth + 1) for child in value]
        if not isinstance(value, pikepdf.Dictionary | pikepdf.Stream):
            continue
        if value.is_indirect:
            if (value.objgen, place) in seen:
                continue
            seen.add((value.objgen, place))
            depth = 0
        refuse_if(value.get("/Subtype") == pikepdf.Name.PS, "active")  # a program for printers
        is_map = place == "map" and not isinstance(value, pikepdf.Stream)
        for key, child in list(value.items()):
            if is_map or key in KEPT:
                todo.append((child, "" if is_map else place_of(key, place), depth + 1))
            else:
                del value[key]


def place_of(key: str, parent: str) -> str:
    if key == "/Resources":
        return "resources"
    return "map" if key in ALWAYS_MAPS or (parent == "resources" and key in MAPS) else ""
