"""Paper: a template of typst and its data become a PDF, in three scripts, with fonts of our own."""

import json
from functools import cache
from pathlib import Path
from typing import Any, Literal

import typst
from django.conf import settings

FONTS = Path(__file__).with_name("fonts")
TEMPLATES = Path(settings.BASE_DIR) / "templates"


class TypesettingError(Exception):
    """The page could not be set: a fault of the template, never of its data."""


def typeset(template: Path, data: dict[str, Any], *, form: Literal["pdf", "png"] = "pdf") -> bytes:
    """Return a template with its data, read as `json(bytes(sys.inputs.data))`, as "pdf" or "png".

    Takes 0.1 s of processor time, in Urdu 0.3 s.

    Raises:
        TypesettingError: with what typst said.
    """
    try:
        made = typst.compile(
            template,
            root=TEMPLATES,
            font_paths=_fonts(),
            format=form,
            sys_inputs={"data": json.dumps(data)},
            timestamp=0,
        )
    except typst.TypstError as error:
        raise TypesettingError(error.diagnostic) from error
    if not isinstance(made, bytes):
        raise TypesettingError("typst gave no single file")
    return made


@cache
def _fonts() -> typst.Fonts:
    """Read the fonts once for a process: ours and no others, so that paper looks alike everywhere."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(FONTS)])
