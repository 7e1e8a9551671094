"""What the paper asserts, slot by slot, and what a question leaves open."""
