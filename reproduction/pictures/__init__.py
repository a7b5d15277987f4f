"""The paper's figures, drawn from result tables; one file a group of figures."""
