"""The addresses of a record that was merged lead to the company that was kept."""

from django.http import Http404, HttpRequest, HttpResponseRedirect
from django.urls import reverse

from matchmaker.desk.duplicates.selectors import is_named_for, kept_in_place_of
from profiles.models.profile import ID_LENGTH

FOUND = 200


def lead_to_kept(request: HttpRequest) -> HttpResponseRedirect | None:
    """Redirect from a merged record's page if the reader may see the target page; else 404."""
    match = request.resolver_match
    if not match:
        return None
    ids = [value for value in match.kwargs.values() if isinstance(value, str) and len(value) == ID_LENGTH]
    kept = kept_in_place_of(ids) if ids else {}
    if not kept or not is_named_for(request.user, kept.values()):
        return None
    named = {name: kept.get(str(value), value) for name, value in match.kwargs.items()}
    try:
        found = match.func(request, *match.args, **named)
    except Http404:
        return None
    if found.status_code != FOUND:
        return None
    query = request.META.get("QUERY_STRING", "")
    path = reverse(match.view_name, args=match.args, kwargs=named)
    return HttpResponseRedirect(f"{path}?{query}" if query else path)
