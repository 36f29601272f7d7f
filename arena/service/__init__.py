"""What the arena can be asked, one request type per verb: pages, command line and HTTP all speak it.

`perform(request)` is the only seam; requests and results are frozen dataclasses. Leaves out how they are
shown.
"""
