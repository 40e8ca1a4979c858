"""Addresses of the pages of notifications."""

from django.urls import path

from backend.notifications.pages import messages, outbox

app_name = "notifications"

urlpatterns = [
    path("compte/messages/", messages.messages, name="messages"),
    path("courrier/", outbox.outbox, name="outbox"),
    path("courrier/<int:pk>/", outbox.mail, name="mail"),
    path("courrier/<int:pk>/html/", outbox.mail_html, name="mail_html"),
]
