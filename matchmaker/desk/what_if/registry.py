"""What the worker does for previews, and what becomes of their table."""

from django.conf import settings

from matchmaker.desk.what_if import admin, services  # noqa: F401  admin registers itself
from matchmaker.registry import DAY, LONG_TASK, SOON, register_periodic_task, register_task
from profiles.platform import erasure, merging
from profiles.platform.erasure import STAYS, Decision

erasure.register(
    {"matchmaker.WhatIf": Decision(STAYS, because="a curator's question, under a number; gone after a month")}
)
merging.register({"matchmaker.WhatIf": merging.unaffected("figures, computed again")})
register_task(services.WORK_OUT, services.work_out, queue=settings.SLOW_QUEUE, **LONG_TASK)
register_periodic_task("resume_previews", services.resume, SOON)
register_periodic_task("delete_previews", services.forget_old, DAY)
