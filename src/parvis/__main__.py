"""Start Parvis with ``python -m parvis``."""

from parvis.cli import app

if __name__ == "__main__":
    app()
