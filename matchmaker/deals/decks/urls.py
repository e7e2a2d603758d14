"""Addresses of decks: the owner's, the readers', the curators'."""

from django.urls import path

from matchmaker.deals.decks import views

urlpatterns = [
    path("deck/", views.deck, name="deck"),
    path("deck/download/", views.deck_download_allowed, name="deck_download_allowed"),
    path("deck/companies/<slug:public_id>/", views.deck_access, name="deck_access"),
    path("deck/<int:number>/", views.deck_version, name="deck_version"),
    path("deck/<int:number>/remove/", views.deck_remove, name="deck_remove"),
    path("decks/<slug:public_id>/", views.deck_read, name="deck_read"),
    path("decks/<slug:public_id>/save/", views.deck_save, name="deck_save"),
    path("decks/<slug:public_id>/<int:number>/<int:page>/", views.deck_page, name="deck_page"),
    path("decks/<slug:public_id>/<int:number>/<int:page>/image/", views.deck_image, name="deck_image"),
    path("desk/decks/", views.desk_decks, name="desk_decks"),
    path("desk/decks/<slug:public_id>/", views.desk_deck, name="desk_deck"),
]
