"""The tables of programmes."""

from matchmaker.models.programmes.programme import Programme, ProgrammeApplication, ProgrammeStep

__all__ = ["Programme", "ProgrammeApplication", "ProgrammeStep"]
