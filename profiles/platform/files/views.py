"""Handing out a checked file, the same for all that have files."""

from django.db.models.fields.files import FieldFile
from django.http import FileResponse

from profiles.pages import raise_404_on

# It is saved, never shown by the browser on our address, and could do nothing there.
SANDBOX = "sandbox; default-src 'none'"


def file_response(content: FieldFile, name: str) -> FileResponse:
    with raise_404_on(FileNotFoundError):
        stored = content.open("rb")
    response = FileResponse(
        stored, as_attachment=True, filename=name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response
