"""Addresses of saved searches."""

from django.urls import path

from matchmaker.portal.saved_searches import views

urlpatterns = [
    path("saved-searches/", views.searches, name="saved_searches"),
    path("saved-searches/save/", views.search_save, name="saved_search_save"),
    path("saved-searches/<int:pk>/open/", views.search_open, name="saved_search_open"),
    path("saved-searches/<int:pk>/rename/", views.search_rename, name="saved_search_rename"),
    path("saved-searches/<int:pk>/delete/", views.search_delete, name="saved_search_delete"),
]
