"""Ratings of models from outcomes of battles: arrays in, one `Ranking` out (`arena.ratings.rank`).

A *method* is one file with `NEEDS`, `SCALE_KIND` and `fit(evidence, settings) -> Fit`: bradley_terry,
davidson, elo, winrate, style. Methods do not import each other; what they share is one concept per file:
pairs (folded counts), newton (the equations), graph and prior (when there is no maximum), sandwich, bootstrap
and intervals, scale, ranks. Leaves out where evidence comes from (`arena.store`); nothing here reads a file
or a database.
"""
