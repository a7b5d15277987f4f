"""The leaderboard: every method on one problem for each class of data."""
