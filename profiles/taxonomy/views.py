"""The sectors: rename, add, merge."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.drafts.forms import Make, TypedForm, opened, typed_form, typed_page
from profiles.drafts.middleware import saved
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.models import Sector
from profiles.pages import page_with_form
from profiles.taxonomy.forms import MergeForm, NewSectorForm, SectorForm
from profiles.taxonomy.selectors import sector_usage as selector
from profiles.taxonomy.services import sectors as service


@curator_required
@require_GET
def taxonomy(request: SignedInRequest) -> HttpResponse:
    """Show the tree with how many profiles each sector holds."""
    return _taxonomy_page(request, _new_sector(request))


def _new_sector(request: SignedInRequest) -> TypedForm:
    """Return the form that stands below the tree and is sent to another address."""
    return typed_form(request, NewSectorForm, path=reverse("taxonomy"))


def _taxonomy_page(request: SignedInRequest, typed: TypedForm) -> HttpResponse:
    """Show the tree, and below it the form for one more."""
    return typed_page(request, "taxonomy/taxonomy.html", typed, tree=selector.tree())


@curator_required
@require_POST
def sector_add(request: SignedInRequest) -> HttpResponse:
    """Add a sector."""
    typed = _new_sector(request)
    if not typed.may_save:
        return _taxonomy_page(request, typed)
    data = typed.form.cleaned_data
    names = {name: data[name] for name in SectorForm.Meta.fields}
    made = service.add(parent=data["parent"], names=names, by=request.user, at=timezone.now())
    saved(request)
    messages.success(request, _("Added: %(name)s (%(code)s).") % {"name": made.name, "code": made.code})
    return redirect("taxonomy")


@curator_required
@page_with_form
def sector(request: SignedInRequest, code: str) -> HttpResponse:
    """Rename a sector; offers merging it on the same page."""
    stored, typed = get_object_or_404(selector.active(), code=code), typed_form(request, _names(code))
    if typed.may_save:
        names = {name: typed.form.cleaned_data[name] for name in typed.form.changed_data}
        service.rename(stored, names=names, by=request.user, at=timezone.now())
        saved(request)
        messages.success(request, _("Saved: %(name)s.") % {"name": stored.name})
        return redirect("taxonomy")
    return _sector_page(request, stored, typed, merge_form=MergeForm(source=stored))


def _names(code: str) -> Make:
    """Return what makes the form of a sector's names, each over its own row: a form writes into its own."""

    def make(sent: QueryDict | None) -> SectorForm:
        return SectorForm(sent, instance=get_object_or_404(selector.active(), code=code))

    return make


@curator_required
@require_POST
@fresh_proof_required
def sector_merge(request: SignedInRequest, code: str) -> HttpResponse:
    """Merge a sector into another one."""
    source = get_object_or_404(selector.active(), code=code)
    form = MergeForm(request.POST, source=source)
    if not form.is_valid():
        names = opened(request, _names(code), path=reverse("sector", args=[code]))
        page = _sector_page(request, source, names, merge_form=form)
        page.status_code = 422
        return page
    moved = service.merge(source, into=form.cleaned_data["into"], by=request.user, at=timezone.now())
    text = ngettext("Merged; %(count)d profile moved.", "Merged; %(count)d profiles moved.", moved)
    messages.success(request, text % {"count": moved})
    return redirect("taxonomy")


def _sector_page(
    request: SignedInRequest, sector: Sector, typed: TypedForm, *, merge_form: MergeForm
) -> HttpResponse:
    """Show the page of one sector with both its forms."""
    context = {"sector": sector, "merge_form": merge_form, "uses": selector.uses(sector)}
    return typed_page(request, "taxonomy/sector.html", typed, **context)
