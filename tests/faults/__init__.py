"""Faults: what can go wrong under a running product, done to it on purpose, with what must hold afterwards."""
