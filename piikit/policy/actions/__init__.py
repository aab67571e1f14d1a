"""Actions: who does what, at what cost, and what it moves."""
