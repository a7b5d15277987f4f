"""Allowed values of parameters: kinds of values, and the kind of each parameter."""
