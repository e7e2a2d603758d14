"""Writes programmes and applications for them.

Every act raises TransitionRefusedError where a state, or what was read, does not allow it, LimitReachedError,
and NotPublishedError while the organiser has to rest. What an exception says of itself is not repeated.
"""
