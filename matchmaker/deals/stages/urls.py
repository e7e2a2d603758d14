"""Addresses of stages."""

from django.urls import path

from matchmaker.deals.stages import views

urlpatterns = [
    path("introductions/<slug:public_id>/stages/", views.stages, name="stages"),
    path("introductions/<slug:public_id>/stages/answer/", views.stage_answer, name="stage_answer"),
    path("introductions/<slug:public_id>/stages/withdraw/", views.stage_withdraw, name="stage_withdraw"),
    path("introductions/<slug:public_id>/stages/done/", views.stage_done, name="stage_done"),
]
