"""What the arena can be asked, one request type per verb: the pages, the command line and HTTP all speak it.

`perform(request)` is the only seam. Requests and results are frozen dataclasses; leaves out how they are shown.
"""
