"""Addresses of the account pages."""

from django.urls import path

from backend.accounts.pages import account, demo, members, tokens

app_name = "accounts"

urlpatterns = [
    path("", account.account, name="account"),
    path("email/", account.no_change_of_email, name="no_change_of_email"),
    path("roles/<int:pk>/", account.switch_hat, name="switch_hat"),
    path("jetons/", tokens.tokens, name="tokens"),
    path("jetons/<int:pk>/revoquer/", tokens.revoke_token, name="revoke_token"),
    path("membres/", members.members, name="members"),
    path("membres/<int:pk>/retirer/", members.end_membership, name="end_membership"),
    path("demonstration/<int:pk>/", demo.demo_sign_in, name="demo_sign_in"),
]
