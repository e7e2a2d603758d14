"""What deletion and merging do to translations."""

from matchmaker.deals.machine_translation import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.registry import DAY, register_periodic_task
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

TABLE = "matchmaker.MachineTranslation"
merging.register({TABLE: merging.Decision(merging.Fate.GOES, "{side}")})
erasure.register({TABLE: Decision(GOES, company="{side}")})

register_periodic_task("delete_old_translations", services.forget_old, DAY)
