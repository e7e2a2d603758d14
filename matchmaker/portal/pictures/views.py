"""Serves one picture where its company and field are visible."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from matchmaker.matching.current_company.selectors import counterparts, current_company
from profiles.companies.pictures.selectors import LARGE, SMALL, found_picture, may_see
from profiles.guards import SignedInRequest, lacks_second_factor
from profiles.models import Picture
from profiles.pages import found_or_404, raise_404_on

FRESH_SECONDS = 300


def is_visible(request: SignedInRequest, picture: Picture) -> bool:
    if request.user.is_curator:
        return not lacks_second_factor(request)
    member = current_company(request.user)
    if member is None:
        return False
    if member.company == picture.company:
        return True
    if picture.side == member.side:
        return False
    company = counterparts(member).filter(pk=picture.company.pk).select_related("place").first()
    return company is not None and may_see(member.viewer, company, picture)


@login_required
@require_safe
def picture(request: SignedInRequest, key: str, size: str) -> HttpResponse:
    """Answer one form of a picture.

    A browser may keep it for this session for some minutes, and no one between may: another session has
    another cookie.
    """
    found = found_or_404(found_picture(key))
    if size not in (SMALL, LARGE) or not is_visible(request, found):
        raise Http404
    file = found_or_404(found.small if size == SMALL else found.file)
    etag = f'"{key}-{size}"'
    response: HttpResponse | None = get_conditional_response(request, etag)
    if response is None:
        with (
            raise_404_on(FileNotFoundError),
            file.content.open("rb") as stored,
        ):  # the data folder has lost it
            response = HttpResponse(stored.read(), content_type="image/webp")
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = f"private, max-age={FRESH_SECONDS}"
    response.headers["Vary"] = "Cookie"
    return response
