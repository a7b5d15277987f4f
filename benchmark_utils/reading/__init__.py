"""Reading of signals: in parts, from disk, in a random order, ahead of their use."""
