"""The sectors: rename, add, merge."""

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.drafts.draft_forms import (
    DraftForm,
    MakeForm,
    handle_form,
    open_form,
    open_or_posted,
    render_form,
)
from profiles.drafts.services import discard_draft
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.pages import page_with_form
from profiles.taxonomy import services as service
from profiles.taxonomy.forms import MergeForm, NewSectorForm, SectorForm
from profiles.taxonomy.selectors import terms as selector


@curator_required
@require_GET
def taxonomy(request: SignedInRequest) -> HttpResponse:
    """Show the tree with how many profiles each sector holds."""
    return _taxonomy_page(request, _new_sector(request))


def _new_sector(request: SignedInRequest) -> DraftForm:
    """Return the form that stands below the tree and is sent to another address."""
    return open_or_posted(request, NewSectorForm, path=reverse("taxonomy"))


def _taxonomy_page(request: SignedInRequest, draft_form: DraftForm) -> HttpResponse:
    """Show the tree, and below it the form for one more."""
    return render_form(request, "taxonomy/taxonomy.html", draft_form, tree=selector.tree())


@curator_required
@require_POST
def sector_add(request: SignedInRequest) -> HttpResponse:
    """Add a sector."""
    draft_form = _new_sector(request)
    if not draft_form.may_save:
        return _taxonomy_page(request, draft_form)
    data = draft_form.form.cleaned_data
    names = {name: data[name] for name in SectorForm.Meta.fields}
    made = service.add(parent=data["parent"], names=names, by=request.user, at=timezone.now())
    discard_draft(request)
    messages.success(request, _("Added: %(name)s (%(code)s).") % {"name": made.name, "code": made.code})
    return redirect("taxonomy")


@curator_required
@page_with_form
def sector(request: SignedInRequest, code: str) -> HttpResponse:
    """Rename a sector; offers merging it on the same page."""
    stored = get_object_or_404(selector.active(), code=code)

    def save(form: SectorForm) -> HttpResponse:
        names = {name: form.cleaned_data[name] for name in form.changed_data}
        service.rename(stored, names=names, by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(name)s.") % {"name": stored.name})
        return redirect("taxonomy")

    context = {"sector": stored, "merge_form": MergeForm(source=stored), "uses": selector.uses(stored)}
    return handle_form(request, _names(code), "taxonomy/sector.html", save, context)


def _names(code: str) -> MakeForm:
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
        names = open_form(request, _names(code), path=reverse("sector", args=[code]))
        context = {"sector": source, "merge_form": form, "uses": selector.uses(source)}
        page = render_form(request, "taxonomy/sector.html", names, **context)
        page.status_code = 422
        return page
    moved = service.merge(source, into=form.cleaned_data["into"], by=request.user, at=timezone.now())
    text = ngettext("Merged; %(count)d profile moved.", "Merged; %(count)d profiles moved.", moved)
    messages.success(request, text % {"count": moved})
    return redirect("taxonomy")
