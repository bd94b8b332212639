"""Options of questions that no button can show, and ages that nobody can give."""

from __future__ import annotations

import itertools

from bot.authoring.checks.registry import CheckContext, rule
from bot.authoring.models.flows import QuestionFields
from bot.authoring.problems import Fault, Severity
from bot.core.attributes import Form
from bot.core.conditions import Span

OPTION_WITHOUT_BAND = Fault(
    "option_without_band",
    "«{name}» non è tra le fasce («bands») di «{attribute}»: il pulsante non si vede. Aggiungila in attributes.yaml.",
    "“{name}” is not among the bands of “{attribute}”: its button is not shown. Add it in attributes.yaml.",
    Severity.WARNING,
)
OPTIONS_WITHOUT_BANDS = Fault(
    "options_without_bands",
    "{count} risposte, da «{name}», non sono tra le fasce («bands») di «{attribute}»: i pulsanti non si vedono."
    " Aggiungile in attributes.yaml.",
    "{count} options, from “{name}” on, are not among the bands of “{attribute}”: their buttons are not shown."
    " Add them in attributes.yaml.",
    Severity.WARNING,
)
GAP_IN_OPTIONS = Fault(
    "gap_in_options",
    "tra «{name}» e «{other}» manca una parte, o si sovrappongono: chi è lì non trova il suo pulsante.",
    "between “{name}” and “{other}” something is missing, or they overlap: who is there finds no button.",
    Severity.WARNING,
)
SAME_QUESTION = Fault(
    "same_question",
    "la stessa domanda è già alla riga {line}, ma per sapere altro: «{name}». È stata copiata?",
    "the same question is already in line {line}, to learn something else: “{name}”. Was it copied?",
    Severity.WARNING,
)


@rule
def same_question(context: CheckContext) -> None:
    """Record questions of a flow that have the same words but fill different attributes."""
    for flow in context.source.flows:
        first: dict[str, QuestionFields] = {}
        for question in flow.questions:
            other = first.setdefault(question.ask.casefold(), question)
            if other.fills != question.fills:
                context.problems.add(SAME_QUESTION, question.mark_of("ask"), line=other.mark_of("ask").line, name=other.fills)


@rule
def options_and_bands(context: CheckContext) -> None:
    """Record options that match no band of their attribute, and neighbouring options with a gap or an overlap."""
    for fields in context.source.flows:
        flow = context.content.flows[fields.id]
        for question, asked in zip(fields.questions, flow.questions, strict=True):
            attribute = context.content.vocabulary.attributes.get(question.fills)
            if attribute is None or attribute.kind.form is not Form.NUMBERS or not asked.options:
                continue
            pairs = [(node, one) for node, one in zip(question.options, asked.options, strict=False) if isinstance(one, Span)]
            others = [node for node, span in pairs if span not in attribute.bands]
            if others:
                fault = OPTIONS_WITHOUT_BANDS if len(others) > 1 else OPTION_WITHOUT_BAND
                context.problems.add(fault, others[0].mark, count=len(others), name=others[0].text, attribute=attribute.id)
            for (node, span), (following, other) in itertools.pairwise(pairs):
                if abs(span.high - other.low) > _NEIGHBOURS_APART:
                    context.problems.add(GAP_IN_OPTIONS, following.mark, name=node.text, other=following.text)


#: Numbers that include both ends lie one apart: 1-2, 3-4.
_NEIGHBOURS_APART = 1
