"""Sources of signals: simulations, photographs, recordings and files."""
