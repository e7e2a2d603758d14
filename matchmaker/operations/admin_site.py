"""The admin's door: superusers with a second factor, and no one else."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.utils import get_next_redirect_url
from django.contrib.admin import AdminSite
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _

from profiles.guards import ask_again, ask_for_second_factor, has_fresh_proof, lacks_second_factor

OWN = ("matchmaker", "profiles")


class CorridorAdminSite(AdminSite):
    site_header = _("Corridor administration")
    site_title = _("Corridor administration")
    index_title = _("Records")

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own records' admins only: a library's would show seeds, and change without a trace."""
        if admin_class is not None and admin_class.__module__.split(".")[0] in OWN:
            super().register(model_or_iterable, admin_class, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Allow active superusers with a second factor (the demo does without one)."""
        user = request.user
        if not (user.is_active and user.is_superuser):
            return False
        return not lacks_second_factor(request)

    def admin_view(self, view: Callable[..., Any], cacheable: bool = False) -> Any:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            if request.method == "POST" and not has_fresh_proof(request):
                return ask_again(request)
            return view(request, *args, **kwargs)

        return super().admin_view(guarded, cacheable)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead to the one sign-in of the site: Django's own asks for no second factor and has no limits."""
        if not request.user.is_authenticated:
            return redirect_to_login(request.GET.get("next", request.path))
        if not request.user.is_superuser:
            raise Http404
        if self.has_permission(request):
            return redirect(get_next_redirect_url(request) or "admin:index")
        return ask_for_second_factor(request)
