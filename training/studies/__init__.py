"""Studies: the same flywheel under several settings and seeds, and what the difference comes to.

`config` says what a study is, `cells` what a run of the flywheel came to, `table` compares them, `summary`
tells several. The job is `training.kinds.study`.
"""
