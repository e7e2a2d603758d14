"""The address under which members download their tables."""

from django.http import Http404, HttpResponseBase
from django.utils import timezone
from django.views.decorators.http import require_POST

from matchmaker.matching.current_company.selectors import CurrentCompany
from matchmaker.matching.lists.guards import current_company_required
from matchmaker.portal.exports.selectors import TABLES
from matchmaker.portal.exports.services import record_export
from profiles.guards import SignedInRequest
from profiles.people.accounts.time_zones import zone_of
from profiles.sheets import CSV, FORMATS, download

LONGEST_QUERY = 2000


@current_company_required
@require_POST
def member_export(request: SignedInRequest, member: CurrentCompany, table: str) -> HttpResponseBase:
    if table not in TABLES:
        raise Http404
    form = request.POST.get("form", CSV)
    form = form if form in FORMATS else CSV
    record_export(member.company, table=table, form=form, by=request.user, at=timezone.now())
    with timezone.override(zone_of(request.user, member.company)):
        rows = TABLES[table](member, request.POST.get("query", "")[:LONGEST_QUERY])
    return download(form, f"{table}-{timezone.localdate()}", rows.header, rows.rows, title=rows.title)
