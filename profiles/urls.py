"""Addresses of accounts and profiles."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
