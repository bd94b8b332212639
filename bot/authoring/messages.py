"""Every sentence that staff can read about a fault in content, in Italian and in English.

Each says what is wrong and what to write instead. The code is also the name of the broken example in `tests/broken/`.
"""

from __future__ import annotations

from collections.abc import Mapping

NEAREST: Mapping[str, str] = {"it": "Forse «{name}»?", "en": "Did you mean “{name}”?"}

MESSAGES: Mapping[str, Mapping[str, str]] = {
    # --- Settings
    "bad_address": {
        "it": "«{name}» non è un indirizzo. Scrivilo per intero, per esempio https://bot.example.org/telegram.",
        "en": "“{name}” is no address. Write all of it, for example https://bot.example.org/telegram.",
    },
    "bad_chat_id": {
        "it": "«{name}» non è il numero di un gruppo Telegram. È un numero negativo, per esempio -1001234567890.",
        "en": "“{name}” is not the number of a Telegram group. It is a negative number, for example -1001234567890.",
    },
    "bad_promise": {
        "it": "«{name}» non è un tempo. Scrivi per esempio «15 minuti» o «2 ore».",
        "en": "“{name}” is not a time. Write for example “15 minutes” or “2 hours”.",
    },
    "bad_manager": {
        "it": "«{name}» non è il numero di un account Telegram. È un numero come 123456789, non un nome.",
        "en": "“{name}” is not the number of a Telegram account. It is a number such as 123456789, not a name.",
    },
    "desk_twice": {
        "it": "«{name}» compare in due sportelli. Ogni sportello ha un nome e un gruppo suoi.",
        "en": "“{name}” appears in two desks. Each desk has a name and a group of its own.",
    },
    "bad_secret": {
        "it": "Telegram non accetta questa parola segreta. Usa da 1 a 256 lettere senza accenti, cifre, _ e -.",
        "en": "Telegram does not take this secret. Use 1 to 256 letters without accents, digits, _ and -.",
    },
    # --- Files
    "missing_folder": {
        "it": "manca la cartella. I contenuti stanno in due cartelle: flows e catalogue.",
        "en": "the folder is missing. Content lives in two folders: flows and catalogue.",
    },
    "missing_file": {
        "it": "manca questo file. Copialo dal catalogo di esempio e adattalo.",
        "en": "this file is missing. Copy it from the example catalogue and adapt it.",
    },
    "no_files": {
        "it": "nella cartella non c'è nessun file .yaml. Serve almeno un file.",
        "en": "the folder has no .yaml file. It needs at least one.",
    },
    "unreadable": {
        "it": "il file non si può leggere. Controlla che sia un file di testo e che i permessi siano giusti.",
        "en": "the file cannot be read. Check that it is a text file and that its permissions are right.",
    },
    "unknown_file": {
        "it": "il file «{name}» non viene letto: qui non serve un file con questo nome.",
        "en": "the file “{name}” is not read: no file of this name is needed here.",
    },
    "yml_ending": {
        "it": "il nome finisce in .yml e il file non viene letto. Cambialo in .yaml.",
        "en": "the name ends in .yml and the file is not read. Change it to .yaml.",
    },
    "not_read": {
        "it": "questo file non viene letto. Il nome deve finire in .yaml, e il file deve stare direttamente in «{folder}».",
        "en": "this file is not read. Its name must end in .yaml, and it must be directly in “{folder}”.",
    },
    "too_large": {
        "it": "il file è troppo grande: {size} MB, il massimo è {limit} MB. Dividilo in più file.",
        "en": "the file is too large: {size} MB, at most {limit} MB. Split it into several files.",
    },
    "not_utf8": {
        "it": "il file non è scritto in UTF-8. Salvalo di nuovo scegliendo la codifica UTF-8.",
        "en": "the file is not written in UTF-8. Save it again and choose the encoding UTF-8.",
    },
    "empty_file": {
        "it": "il file è vuoto. Scrivi il contenuto o cancella il file.",
        "en": "the file is empty. Write the content or delete the file.",
    },
    "tab": {
        "it": "c'è una tabulazione all'inizio della riga. Usa gli spazi.",
        "en": "the line begins with a tab. Use spaces.",
    },
    "control_character": {
        "it": "c'è un carattere invisibile ({code}). Cancellalo e riscrivi la parola.",
        "en": "there is an invisible character ({code}). Delete it and type the word again.",
    },
    "yaml_syntax": {"it": "la riga non è scritta bene: {what}.", "en": "the line is not well formed: {what}."},
    "several_documents": {
        "it": "«---» comincia un secondo documento. Tieni un solo documento per file.",
        "en": "“---” begins a second document. Keep one document a file.",
    },
    "too_deep": {
        "it": "ci sono più di {limit} livelli uno dentro l'altro. Semplifica.",
        "en": "there are more than {limit} levels inside each other. Simplify.",
    },
    "anchor": {
        "it": "«&{name}» è un'ancora YAML e non si può usare. Riscrivi il contenuto per esteso, o metti tutto tra virgolette.",
        "en": "“&{name}” is a YAML anchor and cannot be used. Write the content out, or put it in quotes.",
    },
    "alias": {
        "it": "«*{name}» è un rimando YAML e non si può usare. Riscrivi il contenuto per esteso, o metti tutto tra virgolette.",
        "en": "“*{name}” is a YAML alias and cannot be used. Write the content out, or put it in quotes.",
    },
    "tag": {
        "it": "«{name}» è un'etichetta YAML e non si può usare. Toglila, o metti tutto tra virgolette.",
        "en": "“{name}” is a YAML tag and cannot be used. Remove it, or put everything in quotes.",
    },
    "merge": {
        "it": "«<<» non si può usare. Riscrivi i campi per esteso.",
        "en": "“<<” cannot be used. Write the fields out.",
    },
    "duplicate_key": {
        "it": "«{key}» c'è già alla riga {line}. Tieni uno dei due.",
        "en": "“{key}” is already there in line {line}. Keep one of the two.",
    },
    "key_not_text": {
        "it": "il nome di un campo deve essere una parola.",
        "en": "the name of a field must be a word.",
    },
    # --- Shape
    "expected_mapping": {
        "it": "qui servono dei campi, uno per riga: «nome: valore».",
        "en": "fields are needed here, one a line: “name: value”.",
    },
    "expected_list": {
        "it": "qui serve un elenco: ogni voce su una riga che comincia con «- ».",
        "en": "a list is needed here: each entry on a line that begins with “- ”.",
    },
    "expected_text": {
        "it": "qui serve un valore semplice, non un elenco né dei campi.",
        "en": "a single value is needed here, not a list nor fields.",
    },
    "expected_texts": {
        "it": "qui serve un valore o un elenco di valori: [uno, due].",
        "en": "a value or a list of values is needed here: [one, two].",
    },
    "unknown_field": {
        "it": "il campo «{name}» non esiste qui.",
        "en": "there is no field “{name}” here.",
    },
    "missing_field": {"it": "manca il campo «{name}».", "en": "the field “{name}” is missing."},
    "empty_value": {
        "it": "«{name}» è vuoto. Scrivi un valore o togli la riga.",
        "en": "“{name}” is empty. Write a value or remove the line.",
    },
    "empty_list": {
        "it": "«{name}» non contiene niente. Serve almeno una voce.",
        "en": "“{name}” has nothing in it. It needs at least one entry.",
    },
    # --- Single values
    "bad_id": {
        "it": "«{name}» non va bene come identificativo: solo lettere minuscole senza accenti, numeri e trattini.",
        "en": "“{name}” cannot be an identifier: only lower-case letters without accents, digits and hyphens.",
    },
    "bad_command": {
        "it": "«{name}» non va bene come comando: solo lettere minuscole, numeri e «_», al massimo 32.",
        "en": "“{name}” cannot be a command: only lower-case letters, digits and “_”, at most 32.",
    },
    "command_taken": {
        "it": "il comando «/{name}» è già usato. Scegline un altro.",
        "en": "the command “/{name}” is already used. Choose another.",
    },
    "too_long": {
        "it": "il testo ha {length} caratteri, al massimo {limit}. Accorcialo.",
        "en": "the text has {length} characters, at most {limit}. Shorten it.",
    },
    "not_one_of": {
        "it": "«{name}» non va bene qui. Valori possibili: {options}.",
        "en": "“{name}” cannot stand here. Possible values: {options}.",
    },
    "not_yes_no": {
        "it": "«{name}» non va bene qui: scrivi yes oppure no.",
        "en": "“{name}” cannot stand here: write yes or no.",
    },
    "not_a_number": {
        "it": "«{name}» non è un numero tra {low} e {high}.",
        "en": "“{name}” is not a number between {low} and {high}.",
    },
    "bad_date": {
        "it": "«{name}» non è una data. Scrivi mese e giorno (06-10), oppure anno, mese e giorno (2026-06-10).",
        "en": "“{name}” is not a date. Write month and day (06-10), or year, month and day (2026-06-10).",
    },
    "bad_full_date": {
        "it": "«{name}» non è una data. Scrivi anno, mese e giorno: 2026-10-01.",
        "en": "“{name}” is not a date. Write year, month and day: 2026-10-01.",
    },
    "impossible_date": {
        "it": "«{name}» è una data che non esiste.",
        "en": "“{name}” is a date that does not exist.",
    },
    "mixed_window": {
        "it": "una data ha l'anno e l'altra no. Scrivi l'anno in tutte e due, o in nessuna.",
        "en": "one date has a year and the other has not. Write the year in both, or in neither.",
    },
    "empty_window": {
        "it": "il periodo finisce ({until}) prima di cominciare ({start}). Scambia le date.",
        "en": "the period ends ({until}) before it begins ({start}). Swap the dates.",
    },
    "bad_event": {
        "it": "«{name}» non è una data con orario. Scrivi così: 2026-12-13 15:00-17:00.",
        "en": "“{name}” is not a date with hours. Write it like this: 2026-12-13 15:00-17:00.",
    },
    "bad_hours": {
        "it": "non capisco l'orario «{name}» da «{rest}» in poi. Scrivi così: lun-ven 8:00-12:00.",
        "en": "the hours “{name}” cannot be understood from “{rest}” on. Write them like this: Mo-Fr 08:00-12:00.",
    },
    "never_open": {
        "it": "con l'orario «{name}» non è mai aperto.",
        "en": "with the hours “{name}” it is never open.",
    },
    "bad_range": {
        "it": "«{name}» non è un intervallo. Scrivi così: 6-10, 65+, <3 oppure, in mesi, 3m-36m.",
        "en": "“{name}” is not a range. Write it like this: 6-10, 65+, <3 or, in months, 3m-36m.",
    },
    "empty_range": {
        "it": "l'intervallo «{name}» è vuoto: il primo numero è più grande del secondo.",
        "en": "the range “{name}” is empty: the first number is larger than the second.",
    },
    "bad_website": {
        "it": "«{name}» non è un indirizzo web. Deve cominciare con https://.",
        "en": "“{name}” is not a web address. It must begin with https://.",
    },
    "bad_email": {"it": "«{name}» non è un indirizzo email.", "en": "“{name}” is not an email address."},
    "bad_phone": {
        "it": "«{name}» non è un numero di telefono. Usa solo cifre, spazi e «+».",
        "en": "“{name}” is not a telephone number. Use only digits, spaces and “+”.",
    },
    # --- References
    "unknown_attribute": {
        "it": "«{name}» non è un attributo di attributes.yaml.",
        "en": "“{name}” is not an attribute of attributes.yaml.",
    },
    "unknown_value": {
        "it": "«{name}» non è un valore di «{attribute}».",
        "en": "“{name}” is not a value of “{attribute}”.",
    },
    "unknown_category": {
        "it": "«{name}» non è una categoria di needs.yaml.",
        "en": "“{name}” is not a category of needs.yaml.",
    },
    "duplicate_id": {
        "it": "«{name}» c'è già in {place}. Ogni identificativo si usa una volta sola.",
        "en": "“{name}” is already in {place}. Every identifier is used once.",
    },
    "no_condition_on_text": {
        "it": "«{name}» è un testo libero: non si può usare in una condizione.",
        "en": "“{name}” is free text: it cannot be used in a condition.",
    },
    # --- Vocabulary
    "fixed_attribute": {
        "it": "manca l'attributo «{name}», di tipo {kind}: il bot ne ha bisogno.",
        "en": "the attribute “{name}” of type {kind} is missing: the bot needs it.",
    },
    "fixed_kind": {
        "it": "l'attributo «{name}» deve essere di tipo {kind}.",
        "en": "the attribute “{name}” must be of type {kind}.",
    },
    "fixed_value": {
        "it": "manca il valore «{name}» di «{attribute}»: il bot ne ha bisogno.",
        "en": "the value “{name}” of “{attribute}” is missing: the bot needs it.",
    },
    "values_elsewhere": {
        "it": "i valori di «{name}» stanno in un altro file: togli «values» da qui.",
        "en": "the values of “{name}” are kept in another file: remove “values” here.",
    },
    "same_name": {
        "it": "«{name}» vuol dire già «{other}». Una parola può indicare una cosa sola.",
        "en": "“{name}” already means “{other}”. A word can stand for one thing only.",
    },
    # --- What people type
    "phrase_in_unlike": {
        "it": "«{name}» basta da sola, ma sta anche in «{other}», che non è urgente. Rendila più precisa o toglila da «phrases».",
        "en": (
            "“{name}” is enough alone, yet it is part of “{other}”, which is not urgent. Be more exact, or remove it "
            "from “phrases”."
        ),
    },
    "bad_sign": {
        "it": "in «{name}» manca una parola accanto a «+» o «/». Scrivi così: mi/ci + picchi-.",
        "en": "“{name}” lacks a word beside “+” or “/”. Write it like this: mi/ci + picchi-.",
    },
    "query_is_example": {
        "it": (
            "questa frase è anche un esempio di «{other}». Una prova vale solo con frasi che il bot non ha mai visto: cambiala."
        ),
        "en": "this sentence is also an example of “{other}”. A test needs sentences that the bot has never seen: change it.",
    },
    "bad_clock": {
        "it": '«{name}» non è un\'ora. Scrivi per esempio "18:30", tra virgolette.',
        "en": '“{name}” is not a time of the day. Write for example "18:30", in quotes.',
    },
    # --- Flows
    "question_twice": {
        "it": "«{name}» è già chiesto alla riga {line}. In un flusso ogni cosa si chiede una volta.",
        "en": "“{name}” is already asked in line {line}. A flow asks each thing once.",
    },
    "when_too_early": {
        "it": "questa domanda dipende da «{name}», che viene chiesto solo dopo. Spostala più in basso.",
        "en": "this question depends on “{name}”, which is asked only later. Move it down.",
    },
    "when_itself": {
        "it": "questa domanda dipende dalla sua stessa risposta. Togli «{name}» dal suo «when».",
        "en": "this question depends on its own answer. Remove “{name}” from its “when”.",
    },
    "options_without_values": {
        "it": "«{name}» non ha un elenco di valori tra cui scegliere: togli «options».",
        "en": "“{name}” has no list of values to choose from: remove “options”.",
    },
    "never_asked": {
        "it": "questa domanda non viene mai fatta: nessuna risposta rende vero il suo «when».",
        "en": "this question is never asked: no answers make its “when” true.",
    },
    "no_match_flow": {
        "it": "nessun flusso cerca servizi. Serve almeno un flusso con «purpose: match».",
        "en": "no flow searches services. At least one flow with “purpose: match” is needed.",
    },
    # --- Texts
    "unknown_text": {
        "it": "il bot non usa il testo «{name}».",
        "en": "the bot does not use the text “{name}”.",
    },
    "missing_text": {
        "it": "manca il testo «{name}».",
        "en": "the text “{name}” is missing.",
    },
    "unknown_placeholder": {
        "it": "nel testo «{key}» non si può usare {{{name}}}. Parole possibili: {options}.",
        "en": "the text “{key}” cannot use {{{name}}}. Possible words: {options}.",
    },
    "no_placeholder": {
        "it": "il testo «{key}» è fisso: non può contenere {{{name}}}.",
        "en": "the text “{key}” is fixed: it cannot contain {{{name}}}.",
    },
    "bad_braces": {
        "it": "nel testo «{key}» le graffe non sono in coppia. Scrivi {{{{ per una graffa vera.",
        "en": "the braces of the text “{key}” do not come in pairs. Write {{{{ for a real brace.",
    },
    # --- Services
    "place_or_serves": {
        "it": "qui manca «place». Se il servizio è per telefono o online, scrivi «serves»: tutti, o i comuni.",
        "en": "“place” is missing here. For a service by telephone or online write “serves”: tutti, or the municipalities.",
    },
    "location_twice": {
        "it": "in questo servizio c'è già un luogo a «{name}». Uniscili, o fanne due servizi.",
        "en": "this service already has a location in “{name}”. Join them, or make two services.",
    },
    "remote_twice": {
        "it": "in questo servizio c'è già un luogo senza «place». Uniscili, o fanne due servizi.",
        "en": "this service already has a location without “place”. Join them, or make two services.",
    },
    "hours_and_dates": {
        "it": "ci sono sia «hours» sia «dates». Un evento ha «dates», il resto ha «hours».",
        "en": "there are both “hours” and “dates”. An event has “dates”, the rest has “hours”.",
    },
    "not_in_eligibility": {
        "it": "«{name}» non va in «eligibility»: c'è un campo apposta, «{field}».",
        "en": "“{name}” does not belong in “eligibility”: it has a field of its own, “{field}”.",
    },
    "unreachable": {
        "it": "nessuna risposta può soddisfare questa condizione: le sue parti si contraddicono.",
        "en": "no answers can meet this condition: its parts contradict each other.",
    },
    "not_asked_anywhere": {
        "it": "nessun flusso chiede «{name}»: di questo servizio non si saprà mai se va bene.",
        "en": "no flow asks “{name}”: it will never be known whether this service fits.",
    },
    "unserved_need": {
        "it": "nessun servizio risponde al bisogno «{name}».",
        "en": "no service answers the need “{name}”.",
    },
    "uncovered_places": {
        "it": "per il bisogno «{name}» non c'è niente per chi abita a: {places}.",
        "en": "for the need “{name}” there is nothing for people who live in: {places}.",
    },
    "access_missing": {
        "it": "il servizio è per la disabilità «{name}», ma «accessibility» non dice «{name}: yes».",
        "en": "the service is for the disability “{name}”, but “accessibility” does not say “{name}: yes”.",
    },
    "stale": {
        "it": "verificato l'ultima volta il {date}. Chiedi conferma a chi lo offre e aggiorna «assured».",
        "en": "last checked on {date}. Ask the provider and update “assured”.",
    },
    "season_over": {
        "it": "non torna più: è finito il {date}. Cancellalo o aggiorna le date.",
        "en": "it does not come back: it ended on {date}. Delete it or update the dates.",
    },
    "hours_replaced": {
        "it": "ciò che segue «;» cancella l'orario scritto prima per: {days}. Se invece si aggiunge, usa una virgola.",
        "en": "what follows “;” deletes the hours written before for: {days}. If it adds to them, use a comma.",
    },
    "hard_to_read": {
        "it": "testo difficile da leggere (Gulpease {index}, almeno {limit}). Usa frasi e parole più corte.",
        "en": "text hard to read (Gulpease {index}, at least {limit}). Use shorter sentences and words.",
    },
    "language_not_lists": {
        "it": "qui servono elenchi con un nome, per esempio «kin: [mamma, papà]».",
        "en": "lists with a name are needed here, for example “kin: [mamma, papà]”.",
    },
    "language_unknown_list": {
        "it": "nessuno legge l'elenco «{name}».",
        "en": "nothing reads the list “{name}”.",
    },
    "language_empty": {
        "it": "questa riga è vuota. Scrivi una parola o cancellala.",
        "en": "this line is empty. Write a word or delete it.",
    },
    "language_repeated": {
        "it": "«{name}» c'è già alla riga {line}. Lasciala una volta sola.",
        "en": "“{name}” is already in line {line}. Keep it once.",
    },
    "language_unknown_reference": {
        "it": "«<{name}>» rimanda a un elenco che non c'è.",
        "en": "“<{name}>” refers to a list that is not there.",
    },
    "language_bad_template": {
        "it": "in «{name}» le parentesi o i segni non stanno bene insieme.",
        "en": "the brackets or signs of “{name}” do not fit together.",
    },
    "language_contradiction": {
        "it": "«{name}» vuol dire già «{meaning}» in {place}. Una parola ha un significato solo.",
        "en": "“{name}” already means “{meaning}” in {place}. A word has one meaning only.",
    },
}

#: Why a line is not YAML, by topic.
SYNTAX_HELP: Mapping[str, Mapping[str, str]] = {
    "colon": {
        "it": "i due punti in mezzo al testo confondono; metti il testo tra virgolette, o controlla gli spazi a inizio riga",
        "en": "a colon inside the text is confusing; put the text in quotes, or check the spaces in front of the line",
    },
    "indentation": {
        "it": "gli spazi all'inizio non sono allineati con le righe sopra, o c'è del testo dopo le virgolette",
        "en": "the spaces at the start do not line up with the lines above, or there is text after a quotation mark",
    },
    "brace": {
        "it": "manca una virgola o la graffa chiusa «}»",
        "en": "a comma or the closing brace “}” is missing",
    },
    "bracket": {
        "it": "manca una virgola, un valore o la parentesi quadra chiusa «]»",
        "en": "a comma, a value or the closing bracket “]” is missing",
    },
    "quote": {"it": "una virgoletta non è chiusa", "en": "a quotation mark is not closed"},
    "no_colon": {
        "it": "mancano i due punti e uno spazio dopo il nome del campo",
        "en": "the colon and a space after the name of the field are missing",
    },
    "special": {
        "it": "il testo comincia con un carattere speciale; mettilo tra virgolette",
        "en": "the text begins with a special character; put it in quotes",
    },
    "escape": {
        "it": "dopo «\\» c'è un carattere non ammesso; usa le virgolette semplici",
        "en": "“\\” is followed by a character that is not allowed; use single quotes",
    },
    "other": {
        "it": "controlla spazi, virgolette e due punti di questa riga e di quella sopra",
        "en": "check spaces, quotation marks and colons of this line and the one above",
    },
}
