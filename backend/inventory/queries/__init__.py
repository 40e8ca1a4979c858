"""Read-only answers for the pages and the API, one file per question."""
