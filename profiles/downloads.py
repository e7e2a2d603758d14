"""Answers that are files to save."""

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse

FILE_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "ics": "text/calendar; charset=utf-8",
    "pdf": "application/pdf",
    "vcf": "text/vcard; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def download(content: str | bytes | Iterator[str] | Iterator[bytes], name: str) -> HttpResponseBase:
    """Answer with a file of ours; `name` ends in one of FILE_TYPES. Iterators are streamed."""
    response = HttpResponse if isinstance(content, str | bytes) else StreamingHttpResponse
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return response(content, content_type=FILE_TYPES[name.rpartition(".")[2]], headers=headers)
