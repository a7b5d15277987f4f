"""How a dictionary is learned: steps, what they see, and what ends them."""
