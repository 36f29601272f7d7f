"""Arena Learning in the open: rank language models by judged battles, trust the ranking, train on the losses.

The package holds the arena (facts, store, ratings, agreement, app); `training` beside it turns losses into a
better model.
"""

__version__ = "0.1.0"
