"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

from matchmaker.views import front, health, home

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", front.front, name="front"),
    path("home/", home.home, name="home"),
    path("admin/", admin.site.urls),
    path("", include("profiles.urls")),
    path("accounts/", include("allauth.urls")),
]
