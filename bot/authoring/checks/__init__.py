"""Rules about content as a whole: one a file, with the messages of its faults beside it.

A rule is a function with `@rule`, or with `@rule_of_files` if it can look at content that has errors elsewhere. It is given a
`CheckContext` and records problems. Faults of one record are found where its fields are declared (`models/`). Every module of
this folder is imported with it, so a new rule is a new file and nothing else.
"""

from importlib import import_module
from pkgutil import iter_modules

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")
