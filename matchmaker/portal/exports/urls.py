"""The address of exports."""

from django.urls import path

from matchmaker.portal.exports import views

urlpatterns = [path("exports/<slug:table>/", views.member_export, name="member_export")]
