"""A person's saved searches: the list, saving, opening, renaming, deleting."""

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.models.search import SavedSearch
from matchmaker.portal.saved_searches import services
from matchmaker.portal.saved_searches.forms import NameForm, SaveForm
from matchmaker.portal.saved_searches.selectors import address_of, may_save, saved_rows, saved_searches
from profiles.guards import SignedInRequest, user_required
from profiles.pages import message_on_error

people_only = user_required(may_save)


def _own(request: SignedInRequest, pk: int) -> SavedSearch:
    return get_object_or_404(saved_searches(request.user).select_related("user"), pk=pk)


def _to_list(request: SignedInRequest, form: Form) -> HttpResponse:
    for errors in form.errors.values():
        messages.warning(request, str(errors[0]))
    return redirect("saved_searches")


@people_only
@require_safe
def searches(request: SignedInRequest) -> HttpResponse:
    context = {"rows": saved_rows(request.user), "most": services.MOST_SAVED}
    return render(request, "portal/saved_searches/list.html", context)


@people_only
@require_POST
def search_save(request: SignedInRequest) -> HttpResponse:
    form = SaveForm(request.POST)
    if form.is_valid():
        with message_on_error(request, _("The search has been saved.")):
            services.save_search(request.user, at=timezone.now(), **form.cleaned_data)
    return _to_list(request, form)


@people_only
@require_POST
def search_open(request: SignedInRequest, pk: int) -> HttpResponse:
    saved = _own(request, pk)
    services.look_at(saved, at=timezone.now())
    return redirect(address_of(saved))


@people_only
@require_POST
def search_rename(request: SignedInRequest, pk: int) -> HttpResponse:
    saved, form = _own(request, pk), NameForm(request.POST)
    if form.is_valid():
        with message_on_error(request, _("The search has been renamed.")):
            services.rename_search(saved, name=form.cleaned_data["name"], at=timezone.now())
    return _to_list(request, form)


@people_only
@require_POST
def search_delete(request: SignedInRequest, pk: int) -> HttpResponse:
    services.delete_search(_own(request, pk))
    messages.success(request, _("The search has been deleted."))
    return redirect("saved_searches")
