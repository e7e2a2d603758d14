"""Addresses of the reports, under the desk."""

from django.urls import include, path

from matchmaker.desk.reports import views

under = [
    path("", views.reports, name="reports"),
    path("compute/", views.report_compute, name="report_compute"),
    path("runs/<int:pk>/", views.report_progress, name="report_progress"),
    path("sponsor/", views.report_sponsor, name="report_sponsor"),
    path("<slug:code>/", views.report, name="report"),
    path("<slug:code>/csv/", views.report_csv, name="report_csv"),
    path("<slug:code>/rows/", views.report_rows, name="report_rows"),
]
urlpatterns = [path("desk/reports/", include(under))]
