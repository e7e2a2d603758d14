"""Chinese: amounts in groups of three, as contracts write them (Django's own shows them ungrouped)."""

THOUSAND_SEPARATOR = ","
NUMBER_GROUPING = 3
