"""Pages of notifications: my messages, and the mails of a demonstration."""
