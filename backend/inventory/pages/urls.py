"""Addresses of the donor's, the workshop's and the coordination's pages of the inventory."""

from django.urls import path

from backend.inventory.pages import pledge_form, tracking

app_name = "inventory"

urlpatterns = [
    path("donner/", pledge_form.pledge_form, name="pledge_form"),
    path("donner/merci/<str:secret>/", pledge_form.pledge_thanks, name="pledge_thanks"),
    path("suivi/<str:secret>/", tracking.pledge_tracking, name="pledge_tracking"),
    path("suivi/<str:secret>/retirer/", tracking.withdraw, name="pledge_withdraw"),
    path("suivi/<str:secret>/appareils/", tracking.pledge_fates, name="pledge_fates"),
    path("suivi/<str:secret>/appareils.csv", tracking.pledge_fates_csv, name="pledge_fates_csv"),
    path("suivi/<str:secret>/preuves/", tracking.pledge_proofs, name="pledge_proofs"),
    path("mes-dons/", tracking.my_pledges, name="my_pledges"),
]
