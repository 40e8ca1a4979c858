"""Pages of accounts: signing in, hats, members, tokens."""
