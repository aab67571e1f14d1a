"""The steps of the index as pure functions on arrays."""
