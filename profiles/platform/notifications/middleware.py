"""Who sends the mails that a request writes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from profiles.platform.notifications.services import sent_by


def know_the_sender(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[..., HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        with sent_by(lambda: request.user):
            return get_response(request)

    return middleware
