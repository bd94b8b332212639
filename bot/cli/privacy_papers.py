"""The papers that data protection asks for, made of the settings and of the tables that really exist. In Italian, as Markdown."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping

import sqlalchemy as sa

from bot.core.privacy import LegalBasis, PrivacyNotice
from bot.json_types import Json

#: The purpose and content of each table that is about people, by its columns; the other columns count, order and time the work.
PERSONAL_COLUMNS: Mapping[str, Mapping[str, str]] = {
    "chat": {
        "id": "numero della chat", "session": "risposte della ricerca, ultimi testi, avvisi, ricerche salvate",
        "case_id": "ultimo caso", "heard_at": "ora dell'ultimo messaggio",
    },
    "inbox": {
        "lane": "numero della chat", "payload": "messaggio ricevuto, vuoto appena elaborato",
        "error": "errore, che può citare il messaggio", "update_id": "numero dell'aggiornamento",
    },
    "outbox": {
        "chat": "numero della chat", "payload": "messaggio da inviare, vuoto appena inviato", "case_id": "caso",
        "key": "riferimento del messaggio", "names": "riferimenti del messaggio", "message_id": "numero del messaggio",
        "edits": "numero del messaggio", "error": "risposta di Telegram",
    },
    "recipient": {"id": "numero della chat", "blocked": "ha bloccato il bot", "shown": "numero dell'ultimo messaggio"},
    "case_": {
        "chat": "numero della chat, 0 dopo la cancellazione", "record": "risposte condivise, parole scritte, spostamenti",
        "reason": "motivo della richiesta", "desk": "sportello",
    },
    "audit": {"actor": "operatore o redattore", "act": "che cosa ha fatto", "object": "su quale caso o contenuto"},
    "desk_state": {
        "desk": "sportello", "record": "nomi degli operatori, chi è assente, perché lo sportello è chiuso, risposte pronte",
    },
    "relay": {
        "lane": "numero della chat", "chat": "chat della copia", "message_id": "numero del messaggio", "key": "riferimento",
        "case_id": "caso",
    },
    "timer": {"lane": "numero della chat", "payload": "che cosa fare, senza parole delle persone", "kind": "che cosa fare"},
    "unread": {
        "words": "frase non capita, con nomi e numeri coperti", "person": "pseudonimo di un trimestre", "language": "lingua",
        "question": "domanda aperta",
    },
    "ledger": {"payload": "bisogno, comune, fascia d'età, esito; senza nomi e parole", "key": "pseudonimo di un trimestre"},
}  # fmt: skip
_BASES = {
    LegalBasis.PUBLIC_TASK: "compito di interesse pubblico (art. 6.1.e GDPR; art. 9.2.g per i dati sulla salute)",
    LegalBasis.CONSENT: "consenso (art. 6.1.a e 9.2.a GDPR)",
}
_TO_FILL = "DA COMPLETARE"


def register_of(notice: PrivacyNotice, tables: sa.MetaData, *, is_sealed: bool) -> str:
    """Return the record of processing (GDPR, art. 30) and the skeleton of an impact assessment (art. 35)."""
    return "\n".join([*_register(notice, tables, is_sealed=is_sealed), "", *_assessment(is_sealed=is_sealed)])


def _register(notice: PrivacyNotice, tables: sa.MetaData, *, is_sealed: bool) -> Iterator[str]:
    yield "# Registro dei trattamenti"
    yield ""
    yield f"- Titolare: {notice.controller}"
    yield f"- Contatto: {notice.contact or _TO_FILL}"
    yield f"- Responsabile della protezione dei dati: {notice.officer or _TO_FILL}"
    yield "- Finalità: orientare le persone ai servizi sociali e per la famiglia; metterle in contatto con un operatore"
    yield f"- Base giuridica: {_BASES[notice.basis]}"
    yield "- Interessati: chi scrive al bot, e le persone di cui scrive; gli operatori"
    yield "- Destinatari: gli operatori dello sportello, se la persona chiede di parlare con loro o scrive di un pericolo"
    yield "- Trasferimenti: i messaggi passano da Telegram, che ha regole sue"
    yield f"- Sicurezza: file leggibili solo dal bot; parole delle persone cifrate nel database: {'sì' if is_sealed else 'no'}"
    yield f"- Ruoli di chi tratta i dati per conto del titolare (fornitori, hosting): {_TO_FILL}"
    yield ""
    yield "## Per quanto"
    yield ""
    yield from _times(notice)
    yield ""
    yield "## Dati, tabella per tabella"
    for table in tables.sorted_tables:
        personal = PERSONAL_COLUMNS.get(table.name, {})
        if personal:
            yield ""
            yield f"### `{table.name}`"
            yield ""
            yield from (f"- `{one.name}`: {personal[one.name]}" for one in table.columns if one.name in personal)


def _times(notice: PrivacyNotice) -> Iterator[str]:
    kept = notice.retention
    for label, count, unit in (
        ("risposte delicate, dall'ultimo messaggio", kept.sensitive_hours, "ore"),
        ("ricerca, dall'ultimo messaggio", kept.session_days, "giorni"),
        ("parole di un caso, dalla fine", kept.case_words_days, "giorni"),
        ("caso, dalla fine", kept.case_days, "giorni"),
        ("messaggi messi da parte", kept.quarantine_days, "giorni"),
        ("registro dei bisogni", kept.ledger_days, "giorni"),
        ("risposte ai questionari", kept.survey_days, "giorni"),
        ("avvisi chiesti e ricerche salvate, dal giorno in cui sono chiesti", kept.alert_days, "giorni"),
        ("frasi non capite, senza nomi", kept.unread_days, "giorni"),
    ):
        yield f"- {label}: {f'{count} {unit}' if count else 'senza termine'}"
    yield "- nomi degli operatori di uno sportello: finché sono nel suo gruppo"
    yield "- chiusure e risposte pronte di uno sportello: finché gli operatori non le cambiano"


def _assessment(*, is_sealed: bool) -> Iterator[str]:
    yield "# Valutazione d'impatto (traccia)"
    yield ""
    yield "1. Che cosa si fa, e perché serve: vedi il registro."
    yield f"2. È proporzionato? Si chiede solo quello che cambia il risultato; ogni domanda si può saltare. {_TO_FILL}"
    yield "3. Rischi per le persone:"
    yield "   - qualcuno legge il telefono di chi scrive: nei pericoli il bot ricorda di cancellare la chat"
    yield f"   - qualcuno copia il database: parole cifrate: {'sì' if is_sealed else 'no, fai python -m bot db init'}"
    yield "   - un operatore legge più del dovuto: vede solo quello che la persona ha condiviso"
    yield "   - il bot capisce male: il 112 e una persona restano sempre a un passo"
    yield f"4. Misure, parere del responsabile della protezione dei dati, data: {_TO_FILL}"


def transparency_sheet(notice: PrivacyNotice, measured: Mapping[str, Json], sentences: int, services: int, date: dt.date) -> str:
    """Return the transparency sheet; `measured` are the figures of `evaluate` on the test sentences of the content."""
    return "\n".join(_sheet(notice, measured, sentences, services, date))


def _sheet(notice: PrivacyNotice, measured: Mapping[str, Json], sentences: int, services: int, date: dt.date) -> Iterator[str]:
    found, urgent, human = measured["kinds"]["all"], measured["urgent"], measured["human"]
    yield f"# Scheda di trasparenza, {date:%d/%m/%Y}"
    yield ""
    yield f"Un programma di {notice.controller}. Contatto: {notice.contact or _TO_FILL}."
    yield ""
    yield "## Che cosa fa"
    yield ""
    yield f"- Fa poche domande e mostra i servizi adatti, tra {services}, con il motivo."
    yield "- Capisce frasi scritte, confrontandole con esempi scritti da persone. Non inventa testi."
    yield "- Passa la conversazione a una persona, se chi scrive lo chiede."
    yield "- In caso di pericolo dà subito il numero da chiamare, e avvisa una persona."
    yield ""
    yield "## Che cosa non fa"
    yield ""
    yield "- Non decide chi ha diritto a un servizio: lo decide l'ente che lo offre."
    yield "- Non dà consigli medici o legali. Non fa domande per conto di qualcuno."
    yield "- Non usa i dati per la pubblicità. Non impara da quello che scrivono le persone senza che qualcuno controlli."
    yield ""
    yield "## I dati"
    yield ""
    yield f"- Base giuridica: {_BASES[notice.basis]}."
    yield from _times(notice)
    yield "- Chiunque può avere una copia (/esporta) e cancellare tutto (/cancella)."
    yield ""
    yield "## Quanto capisce"
    yield ""
    yield f"Misura fatta oggi su {sentences} frasi di prova, scritte dalla rete:"
    yield ""
    yield f"- il bisogno giusto per primo: {_percent(found['recall@1'])}; tra i primi tre: {_percent(found['recall@3'])}"
    yield f"- i pericoli riconosciuti: {_percent(urgent['found'])} di {urgent['n']}; falsi allarmi: {_percent(urgent['false'])}"
    yield f"- chi vuole una persona riconosciuto: {_percent(human['found'])} di {human['n']}"
    yield ""
    yield "## Limiti"
    yield ""
    yield "- Può capire male. Ogni risposta si può correggere, e una persona è a un passo."
    yield "- Le schede valgono alla data che portano: prima di andare, chiama il servizio."
    yield "- Non sostituisce il 112."


def _percent(share: float | None) -> str:
    return "non misurato" if share is None else f"{share:.0%}"
