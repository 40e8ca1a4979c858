"""Addresses of the desk, the board and what belongs to them."""

from django.urls import path

from backend.distribution.pages import (
    asking,
    board,
    desk,
    handing_over,
    matching,
    people,
    programmes,
    returning,
    support,
)

app_name = "distribution"

urlpatterns = [
    path("bureau/", desk.desk, name="desk"),
    path("bureau/demande/", asking.ask, name="ask"),
    path("bureau/demande/personne/", asking.person, name="ask_person"),
    path("bureau/demandes/<str:reference>/", desk.request, name="request"),
    path("bureau/demandes/<str:reference>/retirer/", desk.cancel, name="cancel_request"),
    path("bureau/structure/", desk.structure, name="structure"),
    path("bureau/personnes/", people.people, name="people"),
    path("bureau/personnes/<int:pk>/", people.beneficiary, name="beneficiary"),
    path("bureau/personnes/<int:pk>/export/", people.export, name="export_beneficiary"),
    path("bureau/personnes/<int:pk>/effacer/", people.erase, name="erase_beneficiary"),
    path("bureau/remise/<int:pk>/", handing_over.hand_over, name="hand_over"),
    path("recus/<str:receipt>/", handing_over.receipt, name="receipt"),
    path("recus/<str:receipt>/annuler/", handing_over.undo, name="undo_hand_over"),
    path("retour/", returning.take_back, name="take_back"),
    path("coordination/", board.board, name="board"),
    path("coordination/file/", matching.queue, name="queue"),
    path("coordination/file/servir/", matching.allocate_waiting, name="allocate_waiting"),
    path("coordination/file/servi/", matching.allocated, name="allocated"),
    path("coordination/file/<str:reference>/", matching.decide, name="decide"),
    path("coordination/file/<str:reference>/refuser/", matching.decline, name="decline_request"),
    path("coordination/reservations/<int:pk>/liberer/", matching.release, name="release"),
    path("coordination/programmes/", programmes.programmes, name="programmes"),
    path("coordination/programmes/nouveau/", programmes.create, name="create_programme"),
    path("coordination/programmes/<int:pk>/", programmes.edit, name="edit_programme"),
    path("coordination/partenaires/", board.partners, name="partners"),
    path("aide/", support.cases, name="support_cases"),
    path("aide/<int:pk>/", support.case, name="support_case"),
    path("d/<str:code>/aide/", support.ask_for_help, name="support"),
]
