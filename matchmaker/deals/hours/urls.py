"""Addresses of published hours."""

from django.urls import path

from matchmaker.deals.hours import views

urlpatterns = [
    path("hours/", views.hours, name="hours"),
    path("hours/remove/", views.hours_remove, name="hours_remove"),
]
