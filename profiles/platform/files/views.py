"""Handing out a checked file, the same for all that have files."""

from django.http import FileResponse

from profiles.models import CheckedFile
from profiles.pages import raise_404_on

# It is saved, never shown by the browser on our address, and could do nothing there.
SANDBOX = "sandbox; default-src 'none'"


def file_response(file: CheckedFile) -> FileResponse:
    with raise_404_on(FileNotFoundError):
        stored = file.content.open("rb")
    response = FileResponse(
        stored, as_attachment=True, filename=file.name, content_type="application/octet-stream"
    )
    response.headers["Content-Security-Policy"] = SANDBOX
    response.headers["Cache-Control"] = "no-store"
    return response
