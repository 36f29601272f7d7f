"""The pocket arena: a small world whose answers can be checked, with its own tiny models.

`families/` holds what can be asked, `style` how it is to be answered, `task` one prompt, `parts` which
prompts teach and which measure, `verify` what an answer is worth; `recipes`, `train` and `build` make the
models and `skill` measures them. Leaves out judging battles (`arena.judges.verifier`) and everything that
a large model needs as well.
"""
