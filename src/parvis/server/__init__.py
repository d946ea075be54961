"""HTTP: API, accounts, live stream, pages."""
