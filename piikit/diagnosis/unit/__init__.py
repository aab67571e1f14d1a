"""Judgement on one unit: strengths, gaps, risks, agencies, duels."""
