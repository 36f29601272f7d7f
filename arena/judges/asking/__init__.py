"""Asking a model for a verdict: prompt files, fences that cannot be forged, seeds, replies."""
