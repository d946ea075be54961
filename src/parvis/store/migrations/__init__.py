"""Alembic migrations: the road from any older database to the present tables."""
