"""The commit of the code that measured something."""

import shutil
import subprocess

from reporting.results import RESULTS

# Pathspecs of git. Results, documents and pictures are written after the runs.
NO_CODE = (RESULTS, "*.md", "*.png")
CODE = (".", *(f":(exclude){name}" for name in NO_CODE))


def describe_commit(root):
    """Return the commit of the code, "+" after it where files were edited since.

    Documents and pictures are no code: the reproduction and the leaderboard write them.
    """
    if not shutil.which("git"):
        return None
    commit = _git(root, "rev-parse", "--short", "HEAD")
    edited = _git(root, "status", "--porcelain", "--untracked-files=no", "--", *CODE)
    return f"{commit}{'+' if edited else ''}" if commit else None


def _git(root, *command):
    done = subprocess.run(["git", *command], cwd=root, capture_output=True, text=True)
    return done.stdout.strip()
