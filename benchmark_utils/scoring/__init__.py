"""Scores of dictionaries: losses, recovery, and the loss landscape around them."""
