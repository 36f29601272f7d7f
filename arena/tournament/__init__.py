"""Pairing -> responses -> games -> outcomes, as a generator of facts; writes nothing."""
