"""The index arithmetic: treatment, imputation, normalisation, weights, aggregation; no judgement."""
