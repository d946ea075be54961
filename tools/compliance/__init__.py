"""``docs/compliance.md``: every line of the law page with its tests and their results."""
