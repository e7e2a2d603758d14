"""Who should meet: the project frame, the engine, the rankings and their curation."""

from matchmaker.celery import app as celery_app

__all__ = ["celery_app"]
