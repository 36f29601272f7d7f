"""Turns a model's losses into its next version; sits above `arena` and never below it.

Holds nothing yet but its place in the layers: selection, stages and the flywheel land with their own issues.
"""
