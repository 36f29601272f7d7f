"""A tournament's answers and games by actors on Ray, on one machine or many.

Ray Core, not Ray Data: the work is not known beforehand (games follow answers, a plan may learn from each
round), and a batch must be the unit that a local run asks, so that it can be asked again whole. The driver
deals units to its actors and alone writes facts. Leaves out what the work is (`arena.tournament.tasks`).
"""
