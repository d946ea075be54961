"""What everybody may know without an account: the page, its JSON, and open data."""
