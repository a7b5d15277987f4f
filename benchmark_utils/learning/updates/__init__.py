"""Updates: how parameters move at a step. Each update has a file."""
