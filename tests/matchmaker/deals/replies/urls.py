"""The site's addresses with those that the email service calls."""

from django.urls import include, path

from matchmaker.urls import handler400, handler500
from matchmaker.urls import urlpatterns as site

__all__ = ["handler400", "handler500", "urlpatterns"]
urlpatterns = [*site, path("anymail/", include("anymail.urls"))]
