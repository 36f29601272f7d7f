"""Arena Learning in the open: rank language models by judged battles, trust the ranking, train on the losses.

The package holds the arena (facts, store, ratings, agreement, app); `training` beside it turns losses into a
better model.
"""

import os

# Matrices here have a few hundred rows: a second thread of BLAS makes none of them faster, and on a machine
# at work threads that wait for each other make them several times slower. numpy reads it when it is loaded.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

__version__ = "0.1.0"
