"""Sparse codes of signals at a dictionary: certified, exact, and of N layers."""
