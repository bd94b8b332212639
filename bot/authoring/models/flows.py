"""`flows/*.yaml`: a flow of questions each."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Annotated, ClassVar

from bot.authoring.conditions import UNKNOWN_ATTRIBUTE, ConditionField, read_values
from bot.authoring.declared_names import ATTRIBUTE_NAME
from bot.authoring.fields import Model, ReadingContext
from bot.authoring.files import ContentFile
from bot.authoring.models.dates import DATE
from bot.authoring.problems import Fault
from bot.authoring.shapes import UNREAD, FlagField, IdField, choice, list_of, one_or_many, scalar, section, text, whole
from bot.authoring.yaml_nodes import ScalarNode
from bot.core.attributes import Form
from bot.core.conditions import ALWAYS, Value, attributes_in
from bot.core.flow import Flow, Purpose, Question, Scope

BAD_COMMAND = Fault(
    "bad_command",
    "«{name}» non va bene come comando: solo lettere minuscole, numeri e «_», al massimo 32.",
    "“{name}” cannot be a command: only lower-case letters, digits and “_”, at most 32.",
)
COMMAND_TAKEN = Fault(
    "command_taken",
    "il comando «/{name}» è già usato. Scegline un altro.",
    "the command “/{name}” is already used. Choose another.",
)
OPTIONS_WITHOUT_VALUES = Fault(
    "options_without_values",
    "«{name}» non ha un elenco di valori tra cui scegliere: togli «options».",
    "“{name}” has no list of values to choose from: remove “options”.",
)
WHEN_ITSELF = Fault(
    "when_itself",
    "questa domanda dipende dalla sua stessa risposta. Togli «{name}» dal suo «when».",
    "this question depends on its own answer. Remove “{name}” from its “when”.",
)
WHEN_TOO_EARLY = Fault(
    "when_too_early",
    "questa domanda dipende da «{name}», che viene chiesto solo dopo. Spostala più in basso.",
    "this question depends on “{name}”, which is asked only later. Move it down.",
)

#: Commands the bot has of its own (in Italian, as citizens type them).
RESERVED_COMMANDS = frozenset(
    {"start", "aiuto", "help", "indietro", "modifica", "ricomincia", "operatore", "cerca", "privacy", "esporta", "cancella"}
)
#: Telegram takes commands of at most 32 lower-case letters, digits and underscores (Bot API, BotCommand).
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


def _command(node: ScalarNode, context: ReadingContext) -> str:
    if not _COMMAND.fullmatch(node.text):
        context.problems.add(BAD_COMMAND, node.mark, name=node.text)
    elif node.text in RESERVED_COMMANDS:
        context.problems.add(COMMAND_TAKEN, node.mark, name=node.text)
    return node.text


def _attribute(node: ScalarNode, context: ReadingContext) -> str:
    context.note_use(ATTRIBUTE_NAME, node.text, node.mark)
    if not context.names.has_attribute(node.text):
        context.problems.add(UNKNOWN_ATTRIBUTE, node.mark, name=node.text, among=context.names.attributes)
    return node.text


#: Telegram takes 4096 characters a message; a question leaves room for what stands around it.
ShortTextField = Annotated[str, text(300)]
CommandField = Annotated[str, scalar(_command, "comando: lettere minuscole, numeri e _", blank="")]
AttributeField = Annotated[str, scalar(_attribute, "attributo di attributes.yaml", blank="")]


@dataclass(frozen=True, kw_only=True)
class QuestionFields(Model):
    """A question of a flow."""

    ask: Annotated[ShortTextField, "La domanda, come la leggono le persone."]
    fills: Annotated[AttributeField, "Che cosa si viene a sapere."]
    when: Annotated[ConditionField, "Quando si fa la domanda. Senza, sempre."] = ALWAYS
    help: Annotated[ShortTextField, "Una spiegazione, sotto la domanda."] = ""
    always: Annotated[FlagField, "Si chiede anche quando non cambia i servizi mostrati."] = False
    options: Annotated[tuple[ScalarNode, ...], one_or_many(UNREAD), "Le risposte offerte, in quest'ordine. Senza, tutte."] = ()

    def find_faults(self, context: ReadingContext) -> None:
        """Record options that are no values of the attribute."""
        self._offered(context)

    def question(self, context: ReadingContext) -> Question:
        """Return the question."""
        return self.make(Question, options=self._offered(context))

    def _offered(self, context: ReadingContext) -> tuple[Value, ...]:
        attribute = context.names.attributes.get(self.fills)
        if attribute is None or not self.options:
            return ()
        if attribute.kind.form is Form.NONE:
            context.problems.add(OPTIONS_WITHOUT_VALUES, self.options[0].mark, name=attribute.id)
            return ()
        return tuple(value for node in self.options for value in read_values(node, attribute, context))


@dataclass(frozen=True, kw_only=True)
class ResultsFields(Model):
    """The numbers by which a flow shows offers."""

    show: Annotated[int, whole(1, 10), "Quanti servizi si mostrano per volta."] = 5
    after: Annotated[int, whole(1, 50), "Dopo quante risposte si chiede solo ciò che decide se un servizio va bene."] = 4


@dataclass(frozen=True, kw_only=True)
class FlowFields(Model):
    """A flow: its questions and its texts."""

    identified_by: ClassVar = "flow"

    id: Annotated[IdField, "Il nome unico del flusso.", "flow"]
    title: Annotated[str, text(80), "Il titolo, come lo leggono le persone."]
    command: Annotated[CommandField, "Il comando che lo comincia, senza «/»."]
    purpose: Annotated[Purpose, choice(Purpose), "A che cosa serve: match cerca servizi, survey chiede opinioni."] = Purpose.MATCH
    start: Annotated[FlagField, "È il flusso che comincia con /start. Uno solo."] = False
    intro: Annotated[ShortTextField, "Il saluto, prima della prima domanda."] = ""
    questions: Annotated[tuple[QuestionFields, ...], list_of(section(QuestionFields)), "Le domande, nell'ordine."]
    results: Annotated[ResultsFields, section(ResultsFields), "Come si mostrano i servizi."] = ResultsFields()
    offers: Annotated[Scope, choice(Scope), "Tra quali servizi si cerca: all (tutti), seasonal (di stagione)."] = Scope.ALL
    thanks: Annotated[ShortTextField, "Il ringraziamento alla fine di un sondaggio."] = ""
    opens: Annotated[dt.date | None, DATE, "Il primo giorno di un sondaggio. Senza, subito."] = None
    closes: Annotated[dt.date | None, DATE, "L'ultimo giorno di un sondaggio. Senza, non finisce."] = None
    once: Annotated[FlagField, "Ogni persona risponde al sondaggio una volta sola."] = True

    def find_faults(self, context: ReadingContext) -> None:
        """Record questions that depend on an attribute asked later; one that no question asks may come from elsewhere."""
        questions = [question for question in self.questions if context.names.attributes.get(question.fills) is not None]
        asked_at: dict[str, int] = {}
        for number, question in enumerate(questions):
            asked_at.setdefault(question.fills, number)
        for number, question in enumerate(questions):
            for name in sorted(attributes_in(question.when)):
                if name == question.fills:
                    context.problems.add(WHEN_ITSELF, question.mark, name=name)
                elif asked_at.get(name, -1) >= number:
                    context.problems.add(WHEN_TOO_EARLY, question.mark, name=name)

    def flow(self, context: ReadingContext) -> Flow:
        """Return the flow."""
        questions = tuple(question.question(context) for question in self.questions)
        return self.make(Flow, questions=questions, show=self.results.show, after=self.results.after)


FLOW_FILES = ContentFile("flows/*.yaml", section(FlowFields), "Le domande che fa il bot, un flusso per file.")
