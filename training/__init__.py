"""Turns a model's losses into its next version; sits above `arena` and never below it.

`outcomes` reads battles, `selection` and `pairs` make rows of them, `stages` train on rows, `merge` makes
models of models, `flywheel` turns it all into iterations. Leaves out fighting and ranking (`arena`).
"""
