"""The HTTP interface for programs, under /api/v1, described by OpenAPI."""
