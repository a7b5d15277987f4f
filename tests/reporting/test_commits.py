"""The commit is that of the code."""

import subprocess

from reporting.commits import describe_commit


def test_the_commit_is_marked_where_code_was_edited_since(root):
    def git(*command):
        options = ["-c", "user.name=n", "-c", "user.email=e"]
        subprocess.run(["git", *options, *command], cwd=root, check=True)

    written = "REPRODUCTION.md", "README.md", "docs/leaderboard.png", "docs/paper.md"
    (root / "docs").mkdir(exist_ok=True)
    for name in written:
        (root / name).write_text("old")
    git("init", "-q")
    git("add", ".")
    git("commit", "-qm", "all")
    commit = describe_commit(root)
    assert commit and commit.isalnum()
    for name in written:
        (root / name).write_text("new")
    assert describe_commit(root) == commit
    (root / "objective.py").write_text("a = 1")
    assert describe_commit(root) == f"{commit}+"
