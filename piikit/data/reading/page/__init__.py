"""A province's own page as its office has it."""
