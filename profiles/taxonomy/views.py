"""The sectors: rename, add, merge."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.models import Sector
from profiles.pages import form_page, page_with_form, sent_by_post
from profiles.taxonomy.forms import MergeForm, NewSectorForm, SectorForm
from profiles.taxonomy.selectors import sector_usage as selector
from profiles.taxonomy.services import sectors as service


@curator_required
@require_GET
def taxonomy(request: SignedInRequest) -> HttpResponse:
    """Show the tree with how many profiles each sector holds."""
    return form_page(request, "taxonomy/taxonomy.html", NewSectorForm(), tree=selector.tree())


@curator_required
@require_POST
def sector_add(request: SignedInRequest) -> HttpResponse:
    """Add a sector."""
    form = NewSectorForm(request.POST)
    if not form.is_valid():
        return form_page(request, "taxonomy/taxonomy.html", form, tree=selector.tree())
    names = {name: form.cleaned_data[name] for name in SectorForm.Meta.fields}
    made = service.add(parent=form.cleaned_data["parent"], names=names, by=request.user, at=timezone.now())
    messages.success(request, _("Added: %(name)s (%(code)s).") % {"name": made.name, "code": made.code})
    return redirect("taxonomy")


@curator_required
@page_with_form
def sector(request: SignedInRequest, code: str) -> HttpResponse:
    """Rename a sector; offers merging it on the same page."""
    found = get_object_or_404(selector.active(), code=code)
    form = SectorForm(sent_by_post(request), instance=found)
    if form.is_valid():
        names = {name: form.cleaned_data[name] for name in form.changed_data}
        stored = get_object_or_404(selector.active(), code=code)
        service.rename(stored, names=names, by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(name)s.") % {"name": stored.name})
        return redirect("taxonomy")
    status = 422 if form.is_bound else 200
    return _sector_page(request, found, form=form, merge_form=MergeForm(source=found), status=status)


@curator_required
@require_POST
@fresh_proof_required
def sector_merge(request: SignedInRequest, code: str) -> HttpResponse:
    """Merge a sector into another one."""
    source = get_object_or_404(selector.active(), code=code)
    form = MergeForm(request.POST, source=source)
    if not form.is_valid():
        return _sector_page(request, source, form=SectorForm(instance=source), merge_form=form, status=422)
    moved = service.merge(source, into=form.cleaned_data["into"], by=request.user, at=timezone.now())
    text = ngettext("Merged; %(count)d profile moved.", "Merged; %(count)d profiles moved.", moved)
    messages.success(request, text % {"count": moved})
    return redirect("taxonomy")


def _sector_page(
    request: SignedInRequest, sector: Sector, *, form: SectorForm, merge_form: MergeForm, status: int
) -> HttpResponse:
    """Show the page of one sector with both its forms."""
    context = {"sector": sector, "form": form, "merge_form": merge_form, "uses": selector.uses(sector)}
    return render(request, "taxonomy/sector.html", context, status=status)
