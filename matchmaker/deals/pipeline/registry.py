"""The menu entry of deals, and the reminders of next steps."""

from django.utils.translation import pgettext_lazy

from matchmaker.deals.pipeline import services
from matchmaker.registry import SOON, register_menu_entry, register_periodic_task

register_menu_entry(
    "startup investor",
    20,
    "pipeline",
    pgettext_lazy("page", "Deals"),
    covers=("pipeline", "introduction", "conversation", "meeting", "stages", "shortlist_compare"),
)
register_periodic_task("remind_of_own_steps", services.remind_due, SOON)
