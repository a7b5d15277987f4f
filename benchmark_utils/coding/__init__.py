"""Sparse codes of signals, given a dictionary: certified, exact, or by N layers."""
