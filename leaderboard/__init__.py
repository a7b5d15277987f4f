"""The leaderboard: a problem a class of data, every method, and what came out."""
