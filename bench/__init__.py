"""How fast Parley is, measured the way people use it, beside what this machine could do at best.

`make bench` runs all of it in six to seven minutes; `docs/performance.md` says what is measured and how.
"""
