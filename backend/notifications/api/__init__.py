"""The API of notifications: an organisation's webhooks."""
