"""The page of notices with its bell, how often mails come, and the link that stops them."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from profiles.choices import Rhythm
from profiles.guards import SignedInRequest
from profiles.models import Notice
from profiles.notice_kinds import CATEGORIES, KINDS, NoticeKind, names_for, sorted_categories
from profiles.pages import form_page, page_of, page_with_form
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.forms import MailForm
from profiles.platform.notifications.selectors import is_stopped, notices_of, rhythms_of, stoppable_switches

PER_PAGE = 20


@login_required
@require_safe
def notices(request: SignedInRequest) -> HttpResponse:
    """Show the person's notifications, newest first, grouped by company."""
    page = page_of(request, notices_of(request.user), PER_PAGE)
    paths = {notice.path for notice in page.object_list}
    names = names_for(paths, request.user)
    groups: dict[str, list[tuple[Notice, NoticeKind]]] = {}
    for notice in page.object_list:
        about = names.get(notice.path) or f"alone {notice.pk}"
        groups.setdefault(about, []).append((notice, KINDS[notice.kind]))
    rows = [(names.get(first[0].path, ""), first, earlier) for first, *earlier in groups.values()]
    return render(request, "platform/notifications/notices.html", {"page": page, "rows": rows})


@never_cache
@require_safe
def notices_bell(request: HttpRequest) -> HttpResponse:
    if not request.user.is_authenticated:
        raise Http404
    return render(request, "_parts/bell.html")


@login_required
@require_POST
def notices_read(request: SignedInRequest) -> HttpResponse:
    notifications.mark_all_read(request.user, at=timezone.now())
    return redirect("notices")


@login_required
@require_POST
def notice_open(request: SignedInRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    notifications.mark_read(notice, at=timezone.now())
    return HttpResponseRedirect(notice.path)


@login_required
@require_POST
def notice_seen(request: SignedInRequest, pk: int) -> HttpResponse:
    notice = get_object_or_404(notices_of(request.user), pk=pk)
    notifications.mark_seen(notice, at=timezone.now())
    if "HX-Request" not in request.headers:
        return HttpResponseRedirect(notice.path)
    return HttpResponse(headers={"HX-Trigger": "corridor:tick"})  # the bell counts again


@login_required
@page_with_form
def mail_settings(request: SignedInRequest) -> HttpResponse:
    form = MailForm(request.POST or None, rhythms=rhythms_of(request.user), role=request.user.role)
    if not form.is_valid():
        stopped = is_stopped(request.user.email)
        return form_page(request, "platform/notifications/mail_settings.html", form, is_stopped=stopped)
    notifications.choose(request.user, rhythms=form.chosen)
    notifications.resume_address(request.user.email)
    messages.success(request, _("Your settings are saved."))
    return redirect("mail_settings")


@csrf_exempt
@never_cache
@page_with_form
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """Stop the mails that this link was in.

    A mail program posts here by itself, without a session (RFC 8058). Looking stops
    nothing: programs that check links open them all.
    """
    switch = get_object_or_404(stoppable_switches(), token=token)
    is_done, keeps = request.method == "POST", request.POST.get("keep") == "waiting"
    if is_done:
        change = notifications.keep_only if keeps else notifications.stop
        change(switch)
    rhythms, category = rhythms_of(switch.user), CATEGORIES[switch.category]
    came = [each for each in sorted_categories() if each.role in ("", switch.user.role)]
    context = {
        "category": category,
        "stopped": category.mailed,
        "others": [each for each in came if (keeps or each != category) and rhythms[each.code] != Rhythm.OFF],
        "waiting": [each.label for each in came if each.others_wait],
        "is_done": is_done,
        "keeps": keeps,
    }
    return render(request, "platform/notifications/unsubscribe.html", context)
