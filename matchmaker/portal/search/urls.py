"""Addresses of search."""

from django.urls import path

from matchmaker.portal.search import views

urlpatterns = [
    path("search/", views.search, name="search"),
    path("search/suggest/", views.search_suggest, name="search_suggest"),
]
