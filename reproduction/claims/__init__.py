"""The rules that judge the paper's claims; one file a group of figures."""
