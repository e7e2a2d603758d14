"""Chinese: amounts in groups of three, as contracts write them (Django's own shows them ungrouped)."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
MONTH_DAY_FORMAT = "n月j日"
