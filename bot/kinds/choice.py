"""`choice`: one of a few values that staff list, or several of them.

    disabilita:
      type: choice
      label: Disabilità
      multiple: true
      values:
        motoria: {label: Motoria, described: disabilità motoria, also: [carrozzina]}
        nessuna: {label: Nessuna, none: true}

A condition names values: `disabilita: [motoria]`.
"""

from bot.kinds.kind import YamlForm
from bot.kinds.names import NamedKind


class ChoiceKind(NamedKind):
    """A choice among values."""

    name = "choice"
    yaml = YamlForm.VALUES


KIND = ChoiceKind()
