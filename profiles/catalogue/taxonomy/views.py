"""The sectors: the tree, one sector with all that can be done to it, the record of changes, a file."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from profiles.catalogue.taxonomy import services as service
from profiles.catalogue.taxonomy.forms import FORMS, NewSectorForm, SectorForm, TreeForm
from profiles.catalogue.taxonomy.selectors import sectors as selector
from profiles.catalogue.taxonomy.selectors.sectors import Effect, Wanted
from profiles.catalogue.taxonomy.selectors.tree_file import read_tree, tree_file
from profiles.choices import SectorAct
from profiles.downloads import download
from profiles.guards import SignedInRequest, curator_required, fresh_proof_required
from profiles.models import Sector, SectorChange
from profiles.pages import Words, page_of, page_with_form
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.drafts.draft_forms import (
    DraftForm,
    MakeForm,
    handle_form,
    open_form,
    open_or_posted,
    render_form,
)
from profiles.platform.drafts.services import discard_draft

CHANGES_A_PAGE = 30


@curator_required
@require_GET
def taxonomy(request: SignedInRequest) -> HttpResponse:
    return _taxonomy_page(request, _new_sector(request))


def _new_sector(request: SignedInRequest) -> DraftForm:
    return open_or_posted(request, NewSectorForm, path=reverse("taxonomy"))


def _taxonomy_page(request: SignedInRequest, draft_form: DraftForm) -> HttpResponse:
    context = {"tree": selector.tree(), "retired": selector.retired()}
    return render_form(request, "catalogue/taxonomy/taxonomy.html", draft_form, **context)


@curator_required
@require_POST
def sector_add(request: SignedInRequest) -> HttpResponse:
    draft_form = _new_sector(request)
    if draft_form.may_save:
        data = draft_form.form.cleaned_data
        parent = data["parent"].code if data["parent"] else ""
        names = {name: data[name] for name in SectorForm.Meta.fields}
        wanted = Wanted(SectorAct.ADD, other=parent, values=names)
        try:
            made = service.change(wanted, by=request.user, at=timezone.now()).sector
        except service.ChangeRefusedError as refusal:
            draft_form.form.add_error(None, str(refusal))
        else:
            discard_draft(request)
            messages.success(
                request, _("Added: %(name)s (%(code)s).") % {"name": made.name, "code": made.code}
            )
            return redirect("taxonomy")
    return _taxonomy_page(request, draft_form)


@curator_required
@page_with_form
def sector(request: SignedInRequest, code: str) -> HttpResponse:
    stored = get_object_or_404(selector.active(), code=code)
    if "preview" in request.POST:
        draft_form = open_or_posted(request, _names(code))
        preview = None
        if draft_form.may_save:
            preview = selector.effect_of(_renaming(stored, draft_form.form))
        return _sector_page(request, stored, draft_form, preview=preview)

    def save(form: SectorForm) -> HttpResponse:
        service.change(_renaming(stored, form), by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(name)s.") % {"name": form.instance.name})
        return redirect("taxonomy")

    return handle_form(
        request,
        _names(code),
        "catalogue/taxonomy/sector.html",
        save,
        _about(stored),
        words=GONE,
        record=stored,
    )


GONE: Words = {service.ChangeRefusedError: gettext_lazy("This sector is no longer in use.")}


def _renaming(stored: Sector, form: Any) -> Wanted:
    names = {name: form.cleaned_data[name] for name in form.changed_data}
    seen = {name: getattr(stored, name) for name in names}
    return Wanted(SectorAct.RENAME, stored.code, values=names, seen=seen)


def _names(code: str) -> MakeForm:
    def make(sent: QueryDict | None) -> SectorForm:
        return SectorForm(sent, instance=get_object_or_404(selector.active(), code=code))

    return make


def _about(stored: Sector, **more: Any) -> dict[str, Any]:
    forms = {f"{name}_form": form(source=stored) for name, form in FORMS.items()}
    return {
        "sector": stored,
        "uses": {kind: len(rows) for kind, rows in selector.rows_naming([stored]).items()},
        "relations": selector.relations_of(stored),
        "changes": selector.lines(selector.changes().filter(sector=stored)[:10]),
        **forms,
        **more,
    }


def _sector_page(
    request: SignedInRequest, stored: Sector, names: DraftForm, preview: Effect | None = None, **more: Any
) -> HttpResponse:
    return render_form(
        request, "catalogue/taxonomy/sector.html", names, **_about(stored, preview=preview, **more)
    )


@curator_required
@require_POST
@fresh_proof_required
def sector_change(request: SignedInRequest, code: str, act: str) -> HttpResponse:
    source = get_object_or_404(selector.active().select_related("parent"), code=code)
    form = FORMS[act](request.POST, source=source)
    names = open_form(request, _names(code), path=reverse("sector", args=[code]))
    if form.is_valid() and "preview" in request.POST:
        effect = selector.effect_of(form.wanted())
        return _sector_page(request, source, names, effect, **{f"{act}_form": form})
    if form.is_valid():
        try:
            done = service.change(form.wanted(), by=request.user, at=timezone.now())
        except service.ChangeRefusedError as refusal:
            form.add_error(None, str(refusal))
        except ChangedMeanwhileError:
            form.add_error(None, _("Someone else has changed this sector in the meantime. Check it again."))
        else:
            messages.success(request, _done(done))
            return redirect("taxonomy_changes")
    page = _sector_page(request, source, names, None, **{f"{act}_form": form})
    page.status_code = 422
    return page


def _done(done: SectorChange) -> str:
    if done.act == SectorAct.MERGE:
        text = ngettext(
            "Merged; %(count)d profile moved.", "Merged; %(count)d profiles moved.", done.profiles
        )
        return text % {"count": done.profiles}
    return _("Done: %(change)s.") % {"change": selector.change_words(done)}


@curator_required
@require_GET
def taxonomy_changes(request: SignedInRequest) -> HttpResponse:
    page = page_of(request, selector.changes(), CHANGES_A_PAGE)
    return render(request, "catalogue/taxonomy/changes.html", {"page": page, "lines": selector.lines(page)})


@curator_required
@page_with_form
@fresh_proof_required
def taxonomy_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    change = get_object_or_404(selector.whole_changes(), pk=pk)
    if request.method == "POST":
        try:
            service.undo(change, by=request.user, at=timezone.now())
        except service.ChangeRefusedError:
            return render(request, "catalogue/taxonomy/undo.html", _undoing(change), status=422)
        messages.success(request, _("Undone: %(change)s.") % {"change": selector.change_words(change)})
        return redirect("taxonomy_changes")
    return render(request, "catalogue/taxonomy/undo.html", _undoing(change))


def _undoing(change: SectorChange) -> dict[str, Any]:
    return {
        "change": change,
        "told": selector.change_words(change),
        "refusal": selector.why_not_undone(change),
        "returning": selector.returning(change),
    }


@curator_required
@page_with_form
@fresh_proof_required
def taxonomy_import(request: SignedInRequest) -> HttpResponse:
    draft_form = open_or_posted(request, lambda sent: TreeForm(sent, request.FILES if sent else None))
    if not draft_form.may_save:
        return render_form(request, "catalogue/taxonomy/import.html", draft_form)
    read = read_tree(draft_form.form.cleaned_data["text"])
    if not read.problems and "apply" in request.POST:
        try:
            count = service.import_tree(read.wanted, by=request.user, at=timezone.now())
        except service.ChangeRefusedError as refusal:
            draft_form.form.add_error(None, str(refusal))
            return render_form(request, "catalogue/taxonomy/import.html", draft_form)
        discard_draft(request)
        done = ngettext("%(count)d change made.", "%(count)d changes made.", count) % {"count": count}
        messages.success(request, done)
        return redirect("taxonomy_changes")
    lines = selector.wanted_words(read.wanted)
    page = render_form(request, "catalogue/taxonomy/import.html", draft_form, read=read, told=lines)
    page.status_code = 422 if read.problems else 200
    return page


@curator_required
@require_GET
def taxonomy_export(request: SignedInRequest) -> HttpResponseBase:
    return download(tree_file(), "sectors.csv")
