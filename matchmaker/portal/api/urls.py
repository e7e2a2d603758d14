"""Addresses of the API, and of the page of its tokens."""

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, re_path
from django.views.decorators.csrf import csrf_exempt

from matchmaker.portal.api import views
from matchmaker.portal.api.api import api, finish, problem


@csrf_exempt
def absent(_request: HttpRequest, path: str) -> HttpResponse:
    """Answer an address that the API does not have."""
    return problem(404, f"The API has no such address. See {api.openapi_url}.")


of_the_api = api.urls
for pattern in of_the_api[0]:
    if isinstance(pattern, URLPattern) and pattern.name not in ("openapi-json", "api-root"):
        pattern.callback = finish(pattern.callback)

urlpatterns = [
    path("tokens/", views.tokens, name="api_tokens"),
    path("tokens/make/", views.token_make, name="api_token_make"),
    path("tokens/revoke/", views.token_revoke, name="api_token_revoke"),
    path("api/v1/", of_the_api),
    re_path(r"^api/(?P<path>.*)$", absent, name="api_absent"),
]
