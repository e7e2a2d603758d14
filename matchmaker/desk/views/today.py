"""Today: what waits for a curator."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from matchmaker.desk.selectors import today as selector
from profiles.guards import SignedInRequest, curator_required


@curator_required
@require_GET
def desk(request: SignedInRequest) -> HttpResponse:
    """Show queues by age, unseen profiles, overloaded ones, the worker's state and the newest acts."""
    return render(request, "desk/today.html", {"today": selector.today()})
