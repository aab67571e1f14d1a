"""The brief, chapter by chapter."""
