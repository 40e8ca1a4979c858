"""How news leaves the house: mail, and signed calls to webhooks."""
