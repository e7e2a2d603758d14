"""The addresses of the API. Each loads through a selector; errors are problem JSON (RFC 9457)."""

import logging
import math
from collections.abc import Callable
from functools import partial, wraps
from http import HTTPStatus
from typing import Any, TypeVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import conditional_page, require_safe
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, AuthorizationError, ValidationError
from ninja.params import functions as params

from matchmaker.choices import Side
from matchmaker.models.api import Scope
from matchmaker.portal.api import schemas, selectors, services
from matchmaker.portal.api.guards import ApiRequest, Token
from matchmaker.portal.api.schemas import ID
from profiles.companies.receipts.services import keep_receipts
from profiles.platform.limits.services import LimitReachedError

logger = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
ERRORS = {
    "400": "The address holds a NUL byte",
    "401": "No token, or one that opens nothing",
    "403": "The token does not have this scope",
    "404": "There is no such thing for you",
    "405": "Only GET is allowed",
    "409": "The list has changed: begin again without `cursor`",
    "422": "A parameter is malformed",
    "429": "Too many requests; `Retry-After` says when to come again",
}
DESCRIBED = {"content": {PROBLEM: {"schema": schemas.Problem.model_json_schema()}}}
MORE = {"responses": {code: {"description": text, **DESCRIBED} for code, text in ERRORS.items()}}
MORE["responses"]["400"] = {"description": ERRORS["400"]}
MORE["responses"]["304"] = {"description": "Nothing has changed since the answer with this ETag"}
DESCRIPTION = "What you see on Corridor, for your own programs. A token is made on the page “API tokens”."

api = NinjaAPI(
    title=f"{settings.PRODUCT} read API",
    version="1.0",
    description=DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    docs_decorator=require_safe,  # of the description itself, which is public
)
CURSOR = params.Query(
    "", pattern=f"^$|{ID}", description="`next` of the page before; empty for the first page"
)
SIGNED_CURSOR = params.Query(
    "", pattern=rf"^$|{ID[:-1]}:[\w-]{{43}}$", description="As everywhere; of this token, until midnight"
)
LIMIT = params.Query(50, ge=1, le=100, description="The most items of a page")
PUBLIC_ID = params.Path(..., pattern=ID)
Answer = Callable[..., HttpResponseBase]
Found = TypeVar("Found")


def problem(status: int, detail: str, **headers: str) -> HttpResponse:
    """Return an error. Its words hold nothing of what was sent."""
    body = schemas.Problem(title=HTTPStatus(status).phrase, status=status, detail=detail)
    return JsonResponse(body.model_dump(), status=status, content_type=PROBLEM, headers=headers)


@api.exception_handler(AuthenticationError)
def _unknown(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(401, ERRORS["401"], **{"WWW-Authenticate": "Bearer"})


@api.exception_handler(AuthorizationError)
def _forbidden(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(403, str(error))


@api.exception_handler(Http404)
def _absent(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(404, ERRORS["404"])


@api.exception_handler(selectors.CursorGoneError)
def _changed(_request: HttpRequest, _error: Any) -> HttpResponse:
    return problem(409, ERRORS["409"])


@api.exception_handler(ValidationError)
def _malformed(_request: HttpRequest, error: Any) -> HttpResponse:
    return problem(422, "; ".join(f"{response['loc'][-1]}: {response['msg']}" for response in error.errors))


@api.exception_handler(LimitReachedError)
def _too_often(_request: HttpRequest, error: Any) -> HttpResponse:
    seconds = math.ceil(error.wait.total_seconds())
    return problem(429, ERRORS["429"], **{"Retry-After": str(seconds)})


@api.exception_handler(Exception)
def _failed(_request: HttpRequest, error: Any) -> HttpResponse:
    logger.error("The API failed", exc_info=error)
    return problem(500, "Something went wrong here. It is in our log.")


def serve(view: Callable[..., Any]) -> Callable[..., Any]:
    """Keep what a program has read of others for their receipts, as a page does.

    A parameter that there is not is refused: with a misspelt cursor a program would read one page for ever.
    """

    @wraps(view)
    def answer(request: ApiRequest, *args: Any, **kwargs: Any) -> Any:
        if request.GET.keys() - kwargs.keys():
            raise ValidationError([{"loc": ("query", "address"), "msg": "It has an unknown parameter."}])
        found = view(request, *args, **kwargs)
        if member := request.auth.member:
            keep_receipts(member.company, member.viewer, at=timezone.now())
        return found

    return answer


def finish(view: Answer) -> Answer:
    """Let programs ask whether an answer has changed; what proxies could keep belongs to one token."""
    tagged: Answer = conditional_page(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if settings.HTTPS and not request.is_secure():
            return problem(403, "Use https. Revoke the token: it was sent in the clear.")
        response = tagged(request, *args, **kwargs)
        if response.status_code == 405:
            return problem(405, ERRORS["405"], Allow="GET")
        if response.status_code in (200, 304):
            response.headers["Cache-Control"] = "private, no-cache"
        patch_vary_headers(response, ["Authorization"])
        return response

    return answer


api.add_decorator(serve)
get = partial(api.get, openapi_extra=MORE)


@get("/profile", auth=Token(Scope.PROFILE), response=schemas.OwnProfile)
def profile(request: ApiRequest) -> schemas.OwnProfile:
    """Your company's own profile."""
    return selectors.own_profile(request.auth.company)


@get("/matches", auth=Token(Scope.MATCHES), response=schemas.MatchPage)
def matches(request: ApiRequest, cursor: str = CURSOR, limit: int = LIMIT) -> schemas.MatchPage:
    """Your company's list, best first: rank, score and reasons are those of the page."""
    return selectors.match_page(request.auth.company, cursor=cursor, limit=limit)


@get("/matches/{public_id}", auth=Token(Scope.MATCHES), response=schemas.Match)
def match(request: ApiRequest, public_id: str = PUBLIC_ID) -> schemas.Match:
    """One company of your list."""
    return only(selectors.match_page(request.auth.company, cursor="", limit=1, only=public_id).items)


@get("/introductions", auth=Token(Scope.INTRODUCTIONS), response=schemas.IntroductionPage)
def introductions(request: ApiRequest, cursor: str = CURSOR, limit: int = LIMIT) -> schemas.IntroductionPage:
    """The newest introduction with each company. It leaves out companies that left or are paused."""
    return selectors.introduction_page(request.auth.company, cursor=cursor, limit=limit)


@get("/introductions/{public_id}", auth=Token(Scope.INTRODUCTIONS), response=schemas.Introduction)
def introduction(request: ApiRequest, public_id: str = PUBLIC_ID) -> schemas.Introduction:
    """The newest introduction with one company."""
    return only(selectors.introduction_page(request.auth.company, cursor="", limit=1, only=public_id).items)


@get("/directory/{side}", auth=Token(Scope.DIRECTORY), response=schemas.DirectoryPage)
def directory(
    request: ApiRequest, side: Side, cursor: str = SIGNED_CURSOR, limit: int = LIMIT
) -> schemas.DirectoryPage:
    """For curators: every profile of a side (`startup` or `investor`), in any state."""
    if not cursor:
        services.begin_directory(request.auth, side=side, at=timezone.now())
    return selectors.directory_page(request.auth.token, side, cursor=cursor, limit=limit)


def only(found: list[Found]) -> Found:
    """Return the one that was asked for."""
    if not found:
        raise Http404
    return found[0]
