"""Wording and drawing in Vietnamese and English; no arithmetic."""
