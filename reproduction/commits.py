"""The commit of the code that measured something."""

import shutil
import subprocess

from reproduction.documents import DOCUMENTS
from reproduction.parts import RESULTS

REPORTS = (name for document in DOCUMENTS for name in document.files)
WRITTEN = (RESULTS, "README.md", *REPORTS)
CODE = (".", *(f":(exclude){name}" for name in WRITTEN))  # pathspecs of git


def describe_commit(root):
    """Return the commit of the code, "+" after it where files were edited since.

    What the reproduction itself writes is no edit.
    """
    if not shutil.which("git"):
        return None
    commit = _git(root, "rev-parse", "--short", "HEAD")
    edited = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return f"{commit}{'+' if edited else ''}" if commit else None


def _git(root, *command):
    done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
    return done.stdout.strip()
