"""What pages show of stages: who does the next step."""

from django import template

from matchmaker.deals.stages.selectors import who_does

register = template.Library()
register.simple_tag(who_does)
