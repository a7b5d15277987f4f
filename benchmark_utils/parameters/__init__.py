"""What each parameter may be: kinds of values, and the kind of each name."""
