"""Tables of units and indicators: which cell is what, and its value."""
