"""Channels of notifications as a form, as sentences and as edits of site.yaml."""
