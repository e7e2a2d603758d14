"""An archive of drawings.

Every file in it is one of a few kinds, and is written again as if it came alone.
"""

import io
import re
import unicodedata
import zipfile
from collections.abc import Callable

from profiles.integrations.file_checker.budget import Refused, budget, refuse_if, words
from profiles.integrations.file_checker.plain import drill, gerber, note, step, table

MOST_FILES = 300
DEEPEST = 6
LONGEST = 120  # of a name with its folders
# A folder or file as every system can write it: no drive, no stream, nothing that hides.
PLAIN = re.compile(r"[^\\/:*?\"<>|\x00-\x1f\x7f]+")
RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\..*)?", re.IGNORECASE)
LEFT_OUT = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|Thumbs\.db|desktop\.ini)", re.IGNORECASE)
Check = Callable[[bytes], bytes]
LAYERS = words("gbr ger gtl gbl gts gbs gto gbo gtp gbp gko gml gpt gpb gm1 gm2 gm3 gm4 g1 g2 g3 g4 pho art")
CHECKS: dict[str, Check] = {
    **dict.fromkeys(LAYERS, gerber),
    **dict.fromkeys(("drl", "xln", "exc"), drill),
    **dict.fromkeys(("step", "stp", "p21"), step),
    "csv": table,
    "txt": note,
}
FIRST_BYTES = {"pdf": b"%PDF-", "png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "jpeg": b"\xff\xd8\xff"}


def archive(content: bytes, checked: Callable[[str, bytes], bytes]) -> bytes:
    refuse_if(content[:4] != b"PK\x03\x04" or content[-22:-18] != b"PK\x05\x06", "damaged")
    out, names = io.BytesIO(), set[str]()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as sent,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        refuse_if(len(sent.infolist()) > MOST_FILES, "large")
        for info in sent.infolist():
            if info.is_dir() or LEFT_OUT.fullmatch(info.filename):
                continue
            name = safe_name(info.filename)
            refuse_if(name.casefold() in names, "damaged")  # one would hide the other
            names.add(name.casefold())
            clean = written_anew(name, unpacked(sent, info), checked)
            target.writestr(zipfile.ZipInfo(name), clean, compress_type=zipfile.ZIP_DEFLATED)
    refuse_if(not names, "contents")
    return out.getvalue()


def safe_name(name: str) -> str:
    name = unicodedata.normalize("NFC", name)
    steps = name.split("/")
    refuse_if(len(name) > LONGEST or len(steps) > DEEPEST, "damaged")
    for each in steps:
        is_plain = PLAIN.fullmatch(each) and each.strip(" .") == each and not RESERVED.fullmatch(each)
        hides = any(unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Zl", "Zp") for letter in each)
        refuse_if(not is_plain or hides, "damaged")
    return name


def unpacked(sent: zipfile.ZipFile, info: zipfile.ZipInfo) -> bytes:
    refuse_if(info.flag_bits & 0x41, "locked")
    refuse_if(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED), "damaged")
    is_link = info.external_attr >> 16 & 0o170000 not in (0, 0o100000)
    refuse_if(is_link, "active")
    with sent.open(info) as packed:
        data = packed.read(budget.left + 1)
    budget.spend(len(data))
    refuse_if(len(data) != info.file_size, "damaged")
    return data


def written_anew(name: str, data: bytes, checked: Callable[[str, bytes], bytes]) -> bytes:
    ending = name.rpartition(".")[2].lower() if "." in name else ""
    if ending in FIRST_BYTES:
        refuse_if(not data.startswith(FIRST_BYTES[ending]), "damaged")
        return checked("jpeg" if ending == "jpg" else ending, data)
    if ending not in CHECKS:
        raise Refused("contents")
    return CHECKS[ending](data)
