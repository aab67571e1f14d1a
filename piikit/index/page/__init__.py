"""A province's own page, scored: exact where it covers a node, an interval elsewhere."""
