"""Which pages training brings: address, name, and the module that builds it.

The app asks for them by this module's name (`arena.pages.frame`); their style and scripts are in `static/`.
"""

from training.pages import iterate, studies

PAGES = (("/iterate", "Iterate", iterate), ("/studies", "Studies", studies))
