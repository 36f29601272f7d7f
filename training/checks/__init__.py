"""What is measured of a model beside the panel: one file per measurement.

A check is one file of this folder with a module docstring, a `Config` dataclass (a docstring under each
field) and `measure(config, model, desk) -> Mapping[str, float]`: figures by name, higher is better unless
the name says otherwise. It may have `look(config) -> Iterable[Finding]`: what can go wrong, before it does.
"""
