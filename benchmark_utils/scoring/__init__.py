"""How good a dictionary is: losses, recovery, and the landscape around it."""
