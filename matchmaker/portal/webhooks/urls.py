"""Addresses of webhooks."""

from django.urls import path

from matchmaker.portal.webhooks import views

urlpatterns = [
    path("webhooks/", views.webhooks, name="webhooks"),
    path("webhooks/add/", views.webhook_add, name="webhook_add"),
    path("webhooks/remove/", views.webhook_remove, name="webhook_remove"),
    path("webhooks/resume/", views.webhook_resume, name="webhook_resume"),
    path("webhooks/again/", views.webhook_again, name="webhook_again"),
]
