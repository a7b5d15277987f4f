"""What result tables become: curves, pictures, and pages that need no network."""
