"""Addresses of the donor's, the workshop's and the coordination's pages of the inventory."""

from django.urls import path
from django.views.generic import RedirectView

from backend.inventory.pages import (
    bench,
    certificates,
    collections,
    devices,
    evidence,
    hardware,
    labels,
    lots,
    mode_cards,
    places,
    pledge_form,
    pledges,
    receiving,
    stock_takes,
    storage,
    tracking,
    transfers,
)

app_name = "inventory"

urlpatterns = [
    # the donor
    path("donner/", pledge_form.pledge_form, name="pledge_form"),
    path("donner/merci/<str:secret>/", pledge_form.pledge_thanks, name="pledge_thanks"),
    path("suivi/<str:secret>/", tracking.pledge_tracking, name="pledge_tracking"),
    path("suivi/<str:secret>/retirer/", tracking.withdraw, name="pledge_withdraw"),
    path("suivi/<str:secret>/appareils/", tracking.pledge_fates, name="pledge_fates"),
    path("suivi/<str:secret>/appareils.csv", tracking.pledge_fates_csv, name="pledge_fates_csv"),
    path("suivi/<str:secret>/preuves/", tracking.pledge_proofs, name="pledge_proofs"),
    path(
        "suivi/<str:secret>/certificats/<str:number>.pdf",
        certificates.pledge_certificate,
        name="pledge_certificate",
    ),
    path("mes-dons/", tracking.my_pledges, name="my_pledges"),
    # pledges and collections
    path("dons/", pledges.pledges, name="pledges"),
    path("dons/<str:reference>/", pledges.pledge, name="pledge"),
    path("dons/<str:reference>/accepter/", pledges.accept, name="accept_pledge"),
    path("dons/<str:reference>/decliner/", pledges.decline, name="decline_pledge"),
    path("dons/<str:reference>/clore/", pledges.close, name="close_pledge"),
    path("collectes/", collections.collections, name="collections"),
    path("collectes/nouvelle/", collections.plan, name="plan_collection"),
    path("collectes/<int:pk>/", collections.collection, name="collection"),
    path("collectes/<int:pk>/annuler/", collections.cancel, name="cancel_collection"),
    # the bench
    path("atelier/", bench.bench, name="bench"),
    path("bench", RedirectView.as_view(pattern_name="inventory:bench"), name="bench_in_english"),
    path("atelier/jour/", bench.day, name="day"),
    path("atelier/ouvrir/", bench.open_device, name="open_device"),
    path("atelier/sw.js", bench.service_worker, name="service_worker"),
    path("atelier/manifest.webmanifest", bench.manifest, name="manifest"),
    path("M/<str:token>", mode_cards.mode, name="mode"),
    path("atelier/recevoir/<str:code>/", receiving.receive_page, name="receive"),
    path("atelier/rapport/", hardware.loose_report, name="loose_report"),
    path("atelier/appareils/", devices.devices, name="devices"),
    # a device, as its label opens it
    path("D/<str:code>", devices.device_label, name="device_label"),
    path("d/<str:code>/", devices.device, name="device"),
    path("d/<str:code>/rapport/", hardware.device_report, name="device_report"),
    path("releves/<int:pk>/brut/", hardware.raw_report, name="raw_report"),
    path("d/<str:code>/stockage/", storage.add_unit, name="add_unit"),
    path("d/<str:code>/stockage/rapport/", evidence.import_for_device, name="import_for_device"),
    path("d/<str:code>/stockage/<int:pk>/certificat/", certificates.issue, name="certify_unit"),
    path("d/<str:code>/stockage/<int:pk>/<slug:name>/", storage.act_on_unit, name="unit_act"),
    path("d/<str:code>/actes/<slug:name>/", devices.act_on, name="device_act"),
    path("effacements/<int:pk>/rapport/", storage.erasure_report, name="erasure_report"),
    path("stockage/<int:pk>/photo/", storage.unit_photo, name="unit_photo"),
    path("atelier/effacements/", evidence.import_batch, name="import_batch"),
    # certificates
    path("dons/<str:reference>/certificat/", certificates.issue_for_pledge, name="certify_pledge"),
    path("certificats/<str:number>.pdf", certificates.certificate_file, name="certificate"),
    path("verifier/", certificates.check, name="check"),
    path("verifier/<str:token>", certificates.check_token, name="check_token"),
    # labels
    path("etiquettes/", labels.labels, name="labels"),
    path("etiquettes/<int:pk>/", labels.label_sheet, name="label_sheet"),
    path("etiquettes/<str:code>.svg", labels.label_svg, name="label_svg"),
    path("etiquettes/<str:code>.png", labels.label_png, name="label_png"),
    # places and what moves between them
    path("lieux/", places.places, name="places"),
    path("P/<int:pk>", places.place_label, name="place_label"),
    path("p/<int:pk>/", places.place, name="place"),
    path("p/<int:pk>/changer/", places.change_place, name="change_place"),
    path("p/<int:pk>/fermer/", places.close_place, name="close_place"),
    path("LOT/<int:pk>", lots.lot_label, name="lot_label"),
    path("lot/<int:pk>/", lots.lot, name="lot"),
    path("lot/<int:pk>/fermer/", lots.close, name="close_lot"),
    path("transferts/", transfers.transfers, name="transfers"),
    path("transferts/nouveau/", transfers.send, name="send_transfer"),
    path("transferts/<int:pk>/", transfers.transfer, name="transfer"),
    path("inventaires/", stock_takes.stock_takes, name="stock_takes"),
    path("inventaires/<int:pk>/", stock_takes.stock_take, name="stock_take"),
    path("inventaires/<int:pk>.csv", stock_takes.export, name="stock_take_csv"),
    path("inventaires/<int:pk>/clore/", stock_takes.close, name="close_stock_take"),
    path("inventaires/<int:pk>/regler/", stock_takes.settle, name="settle_stock_take"),
]
