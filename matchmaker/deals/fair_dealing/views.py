"""The pages of fair dealing: of a pair, of the figures, of the curators."""

import json
from functools import partial

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from matchmaker.choices import ScreeningDecision
from matchmaker.deals.fair_dealing import forms, services
from matchmaker.deals.fair_dealing.selectors import figures
from matchmaker.deals.fair_dealing.selectors import governance as checks
from matchmaker.deals.fair_dealing.selectors.fair_terms import TEMPLATE, fair_page, terms_page, terms_sheet
from matchmaker.deals.fair_dealing.selectors.governance import BothSides, answers_of, askable_checks
from matchmaker.deals.fair_dealing.selectors.rules import Names, differences, in_words, rule_of
from matchmaker.deals.fair_dealing.services import decide_candidate, revise_check
from matchmaker.integrations.typesetting import typeset
from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.matching.pairs.guards import acting, pair_or_404, pair_required, seen_in
from matchmaker.matching.pairs.kinds import BRIEF_LIMIT
from matchmaker.matching.pairs.selectors.pair import Pair
from profiles.catalogue.taxonomy.triggers import FACTS, OPERATORS
from profiles.choices import Side
from profiles.companies.steps.kinds import PREVIEW_LIMIT
from profiles.downloads import download
from profiles.guards import SignedInRequest, curator_required, observer_required
from profiles.models import CheckVersion, GovernanceCheck, Startup
from profiles.pages import message_on_error, page_with_form
from profiles.people.accounts.guards import company_required
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.drafts.draft_forms import DraftForm, handle_form, render_form, without_errors
from profiles.platform.drafts.merging import query
from profiles.platform.drafts.services import FormVersion, discard_draft, draft_of
from profiles.platform.limits import services as limits


@curator_required
@require_safe
def governance(request: SignedInRequest) -> HttpResponse:
    return render(request, "deals/fair_dealing/governance.html", {"checks": checks.checks_for_review()})


@curator_required
@page_with_form
def governance_check(request: SignedInRequest, code: str) -> HttpResponse:
    stored = get_object_or_404(GovernanceCheck, code=code)

    def make(sent: QueryDict | None) -> forms.CheckForm:
        # Each its own row: a form writes into what it is given.
        return forms.CheckForm(sent, instance=get_object_or_404(GovernanceCheck, code=code))

    def save(form: forms.CheckForm) -> HttpResponse:
        changes = {name: form.cleaned_data[name] for name in form.changed_data}
        seen = {name: getattr(stored, name) for name in changes}
        revise_check(stored, changes=changes, seen=seen, by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(code)s.") % {"code": stored.code})
        return redirect("governance")

    context = {
        "check": stored,
        "words": in_words(stored.trigger, Names()),
        "versions": checks.versions_of(stored),
    }
    return handle_form(
        request, make, "deals/fair_dealing/governance_check.html", save, context, record=stored
    )


@curator_required
@page_with_form
def governance_rule(request: SignedInRequest, code: str) -> HttpResponse:
    stored, names = get_object_or_404(GovernanceCheck, code=code), Names()
    draft_form = _rule_draft(request, stored, names)
    form = draft_form.form
    if not draft_form.may_save:
        return _rule_page(request, stored, names, draft_form)
    trigger = form.cleaned_data["trigger"] if isinstance(form, forms.RuleTextForm) else form.trigger
    if "preview" in request.POST:
        tried = checks.trigger_preview(stored.trigger, trigger)
        return _rule_page(request, stored, names, draft_form, preview=tried, asked=in_words(trigger, names))
    try:
        seen = {"trigger": json.loads(seen_in(request) or "null")}
        revise_check(stored, changes={"trigger": trigger}, seen=seen, by=request.user, at=timezone.now())
    except (ValueError, ChangedMeanwhileError):
        form.add_error(
            None,
            _(
                "Someone else has changed this rule in the meantime. The saved conditions are shown "
                "above yours."
            ),
        )
        stored.refresh_from_db()
        return _rule_page(request, stored, names, draft_form)
    discard_draft(request)
    messages.success(request, _("Saved: %(code)s.") % {"code": stored.code})
    return redirect("governance_check", stored.code)


def _rule_draft(request: SignedInRequest, stored: GovernanceCheck, names: Names) -> DraftForm:
    """Return the form of a rule as it was sent, as it was left, or as it is stored."""
    version, draft = FormVersion(request.user.pk, request.path, {}), None
    sent: QueryDict | None = request.POST if request.method == "POST" else None
    if sent is None and (draft := draft_of(request.user, request.path, at=timezone.now())):
        sent = query(draft.sent)
    form = _rule_form(sent, stored, names)
    return DraftForm(without_errors(form) if draft else form, str(version), version.path, draft)


def _rule_form(
    sent: QueryDict | None, stored: GovernanceCheck, names: Names
) -> forms.RuleForm | forms.RuleTextForm:
    if sent is None:
        rule = rule_of(stored.trigger)
    elif "trigger" in sent:
        return forms.RuleTextForm(sent)
    else:
        rule = forms.sent_rule(sent)
    if rule is None:
        return forms.RuleTextForm(initial={"trigger": stored.trigger})
    is_whole = sent is not None and not {"add", "drop"} & sent.keys()
    return forms.RuleForm(sent if is_whole else None, rule=rule, names=names, stored=stored.trigger)


def _rule_page(
    request: SignedInRequest, stored: GovernanceCheck, names: Names, draft_form: DraftForm, **more: object
) -> HttpResponse:
    """Show the page of a rule; without a builder where the rule is nested deeper than that."""
    form, draft = draft_form.form, draft_form.draft
    is_text = isinstance(form, forms.RuleTextForm)
    now = json.dumps(stored.trigger)
    context = {
        "check": stored,
        "words": in_words(stored.trigger, names),
        "seen": draft.sent.get("seen", [now])[0] if draft else now,
        "text_form": form if is_text else forms.RuleTextForm(initial={"trigger": stored.trigger}),
        "is_text": is_text,
        "language": [(name, label, OPERATORS[kind]) for name, (kind, label) in FACTS.items()],
        **more,
    }
    return render_form(request, "deals/fair_dealing/governance_rule.html", draft_form, **context)


@curator_required
@require_POST
def governance_count(request: SignedInRequest, code: str) -> HttpResponse:
    stored = get_object_or_404(GovernanceCheck, code=code)
    limits.count_reading(PREVIEW_LIMIT, account=request.user, at=timezone.now())
    names = Names()
    form = _rule_form(request.POST, stored, names)
    context: dict[str, object] = {"check": stored}
    if form.is_valid():
        trigger = form.cleaned_data["trigger"] if isinstance(form, forms.RuleTextForm) else form.trigger
        context |= {
            "preview": checks.trigger_preview(stored.trigger, trigger),
            "asked": in_words(trigger, names),
        }
    return render(request, "deals/fair_dealing/_rule_count.html", context)


@curator_required
@page_with_form
def governance_restore(request: SignedInRequest, code: str, version: int) -> HttpResponse:
    kept = get_object_or_404(CheckVersion, check_kept__code=code, number=version)
    stored = kept.check_kept
    if request.method == "POST":
        services.restore_check(kept, by=request.user, at=timezone.now())
        messages.success(request, _("Saved: %(code)s.") % {"code": stored.code})
        return redirect("governance_check", stored.code)
    context = {
        "check": stored,
        "version": kept,
        "differences": differences(forms.CheckForm.labels(), services.values_of(stored), kept.values),
        "preview": checks.trigger_preview(stored.trigger, kept.values["trigger"]),
    }
    return render(request, "deals/fair_dealing/governance_restore.html", context)


@curator_required
@require_safe
def screening(request: SignedInRequest) -> HttpResponse:
    """Show names that resemble a listed one, undecided and decided."""
    context = {
        "waiting": checks.candidates(is_decided=False),
        "decided": checks.candidates(is_decided=True),
        "lists": checks.imported_lists(),
        "kept_days": settings.SCREENING_KEPT_DAYS,
    }
    return render(request, "deals/fair_dealing/screening.html", context)


@curator_required
@page_with_form
def screening_candidate(request: SignedInRequest, pk: int) -> HttpResponse:
    """Show both names beside each other, and take a decision with its reason."""
    candidate = get_object_or_404(checks.all_candidates(), pk=pk)
    make = partial(forms.ScreeningForm, initial={"decision": candidate.decision, "reason": candidate.reason})

    def save(form: forms.ScreeningForm) -> HttpResponse:
        kwargs = {**form.cleaned_data, "decision": ScreeningDecision(form.cleaned_data["decision"])}
        decide_candidate(candidate, **kwargs, by=request.user, at=timezone.now())
        messages.success(request, _("Saved. Nothing else happens automatically."))
        return redirect("screening")

    return handle_form(
        request, make, "deals/fair_dealing/screening_candidate.html", save, {"candidate": candidate}
    )


@observer_required
@require_safe
def concentration(request: SignedInRequest) -> HttpResponse:
    run, sectors = figures.stored_by_sector()
    context = {"run": run, "sectors": sectors, "yardsticks": figures.yardsticks(*figures.OF_CONCENTRATION)}
    return render(request, "deals/fair_dealing/concentration.html", context)


@require_safe
def market_context(request: HttpRequest) -> HttpResponse:
    return render(request, "deals/fair_dealing/context.html", {"topics": figures.context_topics()})


@company_required(Side.STARTUP)
@require_safe
def startup_dependency(request: SignedInRequest, startup: Startup) -> HttpResponse:
    context = {
        "dependency": figures.dependency_of(startup),
        "sector": figures.sector_of(startup, today=timezone.localdate()),
        "yardsticks": figures.yardsticks(*figures.OF_DEPENDENCY),
    }
    return render(request, "deals/fair_dealing/dependency.html", context)


@current_company_required
@require_safe
def fair_dealing(request: SignedInRequest, member: CurrentCompany, public_id: str) -> HttpResponse:
    both = BothSides(pair_or_404(member, public_id, whole=True))
    page = fair_page(both, request.GET.get("form", ""))
    return render(request, "deals/fair_dealing/fair_dealing.html", {"page": page, "pair": both.pair})


@pair_required(page_with_form)
def check_answer(request: SignedInRequest, pair: Pair, code: str) -> HttpResponse:
    check = get_object_or_404(askable_checks(), code=code)

    def make(sent: QueryDict | None) -> forms.AnswerForm:
        return forms.AnswerForm(sent, instance=answers_of(BothSides(pair)).get((pair.member.side, check.pk)))

    def save(form: forms.AnswerForm) -> HttpResponse:
        services.answer_check(check, *pair.both, values=form.cleaned_data, **acting(request, pair.member))
        messages.success(request, _("Saved. The other side can read it once both of you are interested."))
        # A browser unfolds the topic in which the check stands.
        return redirect(f"{reverse('fair_dealing', args=[pair.counterpart.public_id])}#{check.code}")

    return handle_form(request, make, "deals/fair_dealing/answer.html", save, {"pair": pair, "check": check})


@pair_required(require_POST)
def disclosure_ask(request: SignedInRequest, pair: Pair) -> HttpResponse:
    done = _("We have told them about your request. They can see on this page when you sent it.")
    with message_on_error(request, done):
        services.ask_to_disclose(*pair.both, **acting(request, pair.member))
    return redirect("fair_dealing", pair.counterpart.public_id)


@pair_required(page_with_form)
def fair_terms(request: SignedInRequest, pair: Pair) -> HttpResponse:
    page = terms_page(BothSides(pair))
    make = partial(forms.TermsForm, newest=page.draft)

    def save(form: forms.TermsForm) -> HttpResponse:
        services.write_terms(*pair.both, values=form.cleaned_data, **acting(request, pair.member))
        messages.success(request, _("Saved. Only your company can see it until you open it."))
        return redirect("fair_terms", pair.counterpart.public_id)

    context = {"pair": pair, "page": page, "is_mutual": pair.is_mutual}
    return handle_form(request, make, "deals/fair_dealing/terms.html", save, context)


@pair_required(require_POST)
def fair_terms_open(request: SignedInRequest, pair: Pair) -> HttpResponse:
    done = _(
        "Opened. Each side can read the other side’s answer to a point once both have opened an answer to it."
    )
    sent = seen_in(request) or ""
    version = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 6 else 0
    with message_on_error(request, done):
        services.open_terms(*pair.both, version=version, **acting(request, pair.member))
    return redirect("fair_terms", pair.counterpart.public_id)


@pair_required(require_safe)
def fair_terms_print(request: SignedInRequest, pair: Pair) -> HttpResponseBase:
    now = timezone.now()
    limits.count_reading(BRIEF_LIMIT, account=request.user, company=pair.company, at=now)
    sheet = typeset(TEMPLATE, terms_sheet(pair, terms_page(BothSides(pair)), at=now))
    return download(sheet, f"terms-{pair.counterpart.public_id}.pdf")
