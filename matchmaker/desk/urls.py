"""Addresses of the curators' desk."""

from django.urls import path

from matchmaker.desk import views as desk
from matchmaker.ranking import views as ranking
from profiles.accounts import views as accounts
from profiles.claims import views as claims
from profiles.curation import views as curation
from profiles.imports import views as imports
from profiles.taxonomy import views as taxonomy

urlpatterns = [
    path("", desk.desk, name="desk"),
    path("reviews/", curation.reviews, name="reviews"),
    path("reviews/<slug:kind>/<slug:public_id>/", curation.review, name="review"),
    path("reviews/<slug:kind>/<slug:public_id>/open/", curation.review_open, name="review_open"),
    path("reviews/<slug:kind>/<slug:public_id>/suspension/", desk.suspension, name="suspension"),
    path("accounts/", accounts.desk_accounts, name="desk_accounts"),
    path("accounts/<int:pk>/", accounts.desk_account, name="desk_account"),
    path("unclaimed/", claims.unclaimed, name="unclaimed"),
    path("unclaimed/<slug:kind>/<slug:public_id>/", claims.claim_invite, name="claim_invite"),
    path("unclaimed/<slug:kind>/<slug:public_id>/refuse/", claims.claim_refuse, name="claim_refuse"),
    path("appeals/", curation.appeals, name="appeals"),
    path("pairings/", desk.pairings, name="pairings"),
    path("pairings/<slug:startup>/<slug:investor>/", desk.pairing, name="pairing"),
    path("pins/<int:pk>/release/", desk.pin_release, name="pin_release"),
    path("attention/", desk.attention, name="attention"),
    path("taxonomy/", taxonomy.taxonomy, name="taxonomy"),
    path("taxonomy/add/", taxonomy.sector_add, name="sector_add"),
    path("taxonomy/<slug:code>/", taxonomy.sector, name="sector"),
    path("taxonomy/<slug:code>/merge/", taxonomy.sector_merge, name="sector_merge"),
    path("weights/", ranking.weights, name="weights"),
    path("weights/preview/", ranking.weights_preview, name="weights_preview"),
    path("weights/learn/", ranking.weights_learn, name="weights_learn"),
    path("weights/apply/", ranking.weights_apply, name="weights_apply"),
    path("weights/<int:version>/back/", ranking.weights_roll_back, name="weights_roll_back"),
    path("runs/", ranking.runs, name="runs"),
    path("runs/ask/", ranking.run_ask, name="run_ask"),
    path("runs/<int:pk>/", ranking.run_progress, name="run_progress"),
    path("jobs/<int:pk>/retry/", ranking.job_retry, name="job_retry"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_run, name="import_run"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("exports/<slug:kind>/<slug:form>/", imports.table_export, name="table_export"),
    path("audit/", curation.audit, name="audit"),
    path("audit/export/", curation.audit_export, name="audit_export"),
]
