"""What the leaderboard and the reproduction need to tell what was measured."""
