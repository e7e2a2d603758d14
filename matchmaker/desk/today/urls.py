"""Addresses of the curators' desk."""

from django.urls import include, path

from matchmaker.desk.today import views as desk
from matchmaker.matching.ranking import views as ranking
from matchmaker.portal.directory import views as directory
from profiles.catalogue.taxonomy import views as taxonomy
from profiles.companies.claims import views as claims
from profiles.curation.imports import views as imports
from profiles.curation.reviews import views as curation
from profiles.curation.selections import views as selections
from profiles.people.accounts import views as accounts
from profiles.people.staff import views as staff
from profiles.people.view_as import views as viewing

under = [
    path("", desk.desk, name="desk"),
    path("reviews/", curation.reviews, name="reviews"),
    path("reviews/approve/", curation.reviews_approve, name="reviews_approve"),
    path("reviews/undo/<int:pk>/", curation.review_undo, name="review_undo"),
    path("reasons/", curation.canned_reasons, name="canned_reasons"),
    path("reasons/<int:pk>/", curation.canned_reason, name="canned_reason"),
    path("reviews/<slug:kind>/<slug:public_id>/", curation.review, name="review"),
    path("reviews/<slug:kind>/<slug:public_id>/assign/", curation.review_assign, name="review_assign"),
    path("reviews/<slug:kind>/<slug:public_id>/note/", curation.review_note, name="review_note"),
    path("reviews/<slug:kind>/<slug:public_id>/sector/", curation.review_proposal, name="review_proposal"),
    path("reviews/<slug:kind>/<slug:public_id>/open/", curation.review_open, name="review_open"),
    path("reviews/<slug:kind>/<slug:public_id>/suspension/", desk.suspension, name="suspension"),
    path("directory/", directory.desk_directory, name="desk_directory"),
    path("directory/export/", directory.desk_directory_export, name="desk_directory_export"),
    path("directory/views/", directory.saved_view_add, name="saved_view_add"),
    path("directory/views/<int:pk>/delete/", directory.saved_view_delete, name="saved_view_delete"),
    path("directory/<slug:kind>/<slug:public_id>/", directory.desk_profile, name="desk_profile"),
    path("accounts/", accounts.desk_accounts, name="desk_accounts"),
    path("accounts/<int:pk>/", accounts.desk_account, name="desk_account"),
    path("people/", staff.people, name="people"),
    path("people/add/", staff.person_add, name="person_add"),
    path("people/<int:pk>/", staff.person, name="person"),
    path("people/<int:pk>/role/", staff.person_role, name="person_role"),
    path("accounts/<int:pk>/view/", viewing.view_as, name="view_as"),
    path("view-as/end/", viewing.view_as_end, name="view_as_end"),
    path("selections/", selections.selections, name="selections"),
    path("selections/new/<slug:act>/", selections.selection_new, name="selection_new"),
    path("selections/<int:pk>/", selections.selection, name="selection"),
    path("selections/<int:pk>/progress/", selections.selection_progress, name="selection_progress"),
    path("selections/<int:pk>/undo/", selections.selection_undo, name="selection_undo"),
    path("unclaimed/", claims.unclaimed, name="unclaimed"),
    path("unclaimed/<slug:kind>/<slug:public_id>/", claims.claim_invite, name="claim_invite"),
    path("unclaimed/<slug:kind>/<slug:public_id>/refuse/", claims.claim_refuse, name="claim_refuse"),
    path("appeals/", curation.appeals, name="appeals"),
    path("pairings/", desk.pairings, name="pairings"),
    path("pairings/<slug:startup>/<slug:investor>/", desk.pairing, name="pairing"),
    path("pairings/<slug:startup>/<slug:investor>/suggest/", desk.pairing_suggest, name="pairing_suggest"),
    path("pins/<int:pk>/release/", desk.pin_release, name="pin_release"),
    path("attention/", desk.attention, name="attention"),
    path("taxonomy/", taxonomy.taxonomy, name="taxonomy"),
    path("taxonomy/add/", taxonomy.sector_add, name="sector_add"),
    path("taxonomy/changes/", taxonomy.taxonomy_changes, name="taxonomy_changes"),
    path("taxonomy/changes/<int:pk>/undo/", taxonomy.taxonomy_undo, name="taxonomy_undo"),
    path("taxonomy/import/", taxonomy.taxonomy_import, name="taxonomy_import"),
    path("taxonomy/export/", taxonomy.taxonomy_export, name="taxonomy_export"),
    path("taxonomy/<slug:code>/", taxonomy.sector, name="sector"),
    path("taxonomy/<slug:code>/move/", taxonomy.sector_change, {"act": "move"}, name="sector_move"),
    path("taxonomy/<slug:code>/merge/", taxonomy.sector_change, {"act": "merge"}, name="sector_merge"),
    path("taxonomy/<slug:code>/relate/", taxonomy.sector_change, {"act": "relate"}, name="sector_relate"),
    path("weights/", ranking.weights, name="weights"),
    path("weights/apply/", ranking.weights_apply, name="weights_apply"),
    path("weights/<int:version>/back/", ranking.weights_roll_back, name="weights_roll_back"),
    path("runs/", ranking.runs, name="runs"),
    path("runs/ask/", ranking.run_ask, name="run_ask"),
    path("runs/<int:pk>/", ranking.run_progress, name="run_progress"),
    path("jobs/<int:pk>/retry/", ranking.job_retry, name="job_retry"),
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.import_run, name="import_run"),
    path("imports/codes/", imports.import_codes, name="import_codes"),
    path("imports/<int:pk>/progress/", imports.import_progress, name="import_progress"),
    path("imports/<int:pk>/errors/", imports.import_problems, name="import_problems"),
    path("imports/<int:pk>/start/", imports.import_start, name="import_start"),
    path("imports/<int:pk>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<int:pk>/discard/", imports.import_discard, name="import_discard"),
    path("exports/<slug:kind>/<slug:form>/", imports.table_export, name="table_export"),
    path("audit/", curation.audit, name="audit"),
    path("audit/export/", curation.audit_export, name="audit_export"),
]
urlpatterns = [path("desk/", include(under))]
