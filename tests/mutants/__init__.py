"""Saboteurs: each takes one guarantee away, and the named test must notice. See __main__."""
