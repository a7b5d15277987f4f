"""Gradients and Jacobians: of N layers, and exact ones."""
