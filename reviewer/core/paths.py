"""Locations of what ships with the project and of what an installation writes.

In a checkout both are below its root. In a wheel the shipped files are inside the package, in ``bundle/``,
and an installation writes below the folder that it is started in.
"""

import os
from pathlib import Path

PACKAGE = Path(__file__).resolve().parents[1]
_IS_CHECKOUT = (PACKAGE.parent / "pyproject.toml").is_file()
ROOT = PACKAGE.parent if _IS_CHECKOUT else PACKAGE / "bundle"
HOME = ROOT if _IS_CHECKOUT else Path.cwd()
SHIPPED_DATA = ROOT / "data"
CALLS = SHIPPED_DATA / "calls"
GEOGRAPHY = SHIPPED_DATA / "geography"
DATA = HOME / "data"


def database_url() -> str:
    """Returns the database's SQLAlchemy URL, from ``REVIEWER_DATABASE_URL``."""
    url = os.environ.get("REVIEWER_DATABASE_URL") or "sqlite:///data/reviewer.db"
    if url.startswith("sqlite:///") and not url.startswith("sqlite:////"):
        return f"sqlite:///{HOME / url.removeprefix('sqlite:///')}"
    if url.startswith("postgresql://"):
        return url.replace("postgresql://", "postgresql+psycopg://", 1)
    return url


def documents_url() -> str:
    """Returns the fsspec URL of the folder of PDFs, from ``REVIEWER_DOCUMENTS_URL``."""
    return os.environ.get("REVIEWER_DOCUMENTS_URL") or f"file://{DATA / 'documents'}"


def installation_folder() -> Path:
    """Returns the local folder for uploads and backups: that of the SQLite file, else ``data``."""
    url = database_url()
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///")).parent
    return DATA


def backups_folder() -> Path:
    """Returns the folder of backups made from a page, from ``REVIEWER_BACKUP_FOLDER``."""
    return Path(os.environ.get("REVIEWER_BACKUP_FOLDER") or installation_folder() / "backups")


def uploads_folder() -> Path:
    """Returns the folder that batches from the browser are uploaded to."""
    return installation_folder() / "uploads"
