"""Addresses of what was found in a deck."""

from django.urls import path

from matchmaker.deals.prefill import views

urlpatterns = [path("deck/proposals/", views.deck_proposals, name="deck_proposals")]
