"""Gradients and Jacobians of N layers, and the exact ones."""
