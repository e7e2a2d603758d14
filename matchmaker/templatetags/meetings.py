"""What pages show of meetings: how far an introduction has come."""

from django import template

from matchmaker.deals.meetings.selectors import moment_for, unfinished_meeting

register = template.Library()
register.simple_tag(unfinished_meeting, name="meeting_of")
register.simple_tag(moment_for, name="moment_of")
