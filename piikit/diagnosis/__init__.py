"""Judgement on a built index: strengths, gaps, what matters; no actions."""
