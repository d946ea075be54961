"""Plain values that every room of the house exchanges. This package imports no other room."""
