"""Of what presentations, documents and workbooks are made, and which elements of them are left out."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from profiles.integrations.file_checker.budget import words

OFFICE = "application/vnd.openxmlformats-officedocument."


def parts(kind: str, names: str) -> set[str]:
    return {f"{OFFICE}{kind}.{name}+xml" for name in words(names)}


CHART = f"{OFFICE}drawingml.chart+xml"
DRAWN_TYPES = {f"{OFFICE}theme+xml", f"{OFFICE}themeOverride+xml", f"{OFFICE}drawing+xml"}
DRAWN_TYPES |= parts("drawingml", "chart chartshapes diagramData diagramLayout diagramStyle diagramColors")
DRAWN_TYPES |= {
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
DRAWN_RELATIONS = words(
    "officeDocument theme themeOverride image hyperlink chart chartUserShapes chartStyle chartColorStyle "
    "chartEx diagramData diagramLayout diagramQuickStyle diagramColors diagramDrawing"
)
BEHIND = frozenset({"externalData"})  # refers to the sheets behind a chart, which are left out


@dataclass(frozen=True)
class Kind:
    """What a kind of file is made of."""

    main: str
    types: set[str]
    relations: set[str]
    cuts: Mapping[str, set[str]] = field(default_factory=dict)

    def cuts_in(self, type_: str) -> frozenset[str]:
        return BEHIND | self.cuts.get(type_, self.cuts.get("", set()))


# Formulas and rules go, and with them names, pivot tables, comments and settings of printers. Their last
# values stay: they are what cells show.
SHEET_CUTS = words(
    "f conditionalFormatting dataValidations definedNames externalReferences pivotCaches legacyDrawing "
    "legacyDrawingHF pageSetup customSheetViews customWorkbookViews tableParts extLst webPublishItems "
    "webPublishObjects"
)
KINDS = {
    "pptx": Kind(
        f"{OFFICE}presentationml.presentation.main+xml",
        parts(
            "presentationml",
            "presentation.main slide slideLayout slideMaster notesSlide notesMaster handoutMaster presProps "
            "viewProps tableStyles tags",
        ),
        words(
            "slide slideLayout slideMaster notesSlide notesMaster handoutMaster presProps viewProps "
            "tableStyles tags font"
        ),
    ),
    "docx": Kind(
        f"{OFFICE}wordprocessingml.document.main+xml",
        parts(
            "wordprocessingml",
            "document.main styles settings fontTable numbering header footer footnotes endnotes",
        ),
        words("styles settings fontTable numbering header footer footnotes endnotes"),
        {
            "": words(
                "attachedTemplate mailMerge saveThroughXslt printerSettings embedRegular embedBold "
                "embedItalic embedBoldItalic commentRangeStart commentRangeEnd commentReference"
            )
        },
    ),
    "xlsx": Kind(
        f"{OFFICE}spreadsheetml.sheet.main+xml",
        parts("spreadsheetml", "sheet.main worksheet chartsheet styles sharedStrings sheetMetadata"),
        words("worksheet chartsheet styles sharedStrings sheetMetadata drawing"),
        dict.fromkeys(parts("spreadsheetml", "sheet.main worksheet chartsheet"), SHEET_CUTS),
    ),
}
