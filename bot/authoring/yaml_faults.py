"""The faults of YAML itself, and explanations of lines that are not YAML."""

from __future__ import annotations

from collections.abc import Mapping

from bot.authoring.problems import Fault

NOT_UTF8 = Fault(
    "not_utf8",
    it="il file non è scritto in UTF-8. Salvalo di nuovo scegliendo la codifica UTF-8.",
    en="the file is not written in UTF-8. Save it again and choose the encoding UTF-8.",
)
EMPTY_FILE = Fault(
    "empty_file",
    "il file è vuoto. Scrivi il contenuto o cancella il file.",
    "the file is empty. Write the content or delete the file.",
)
TAB = Fault("tab", "c'è una tabulazione all'inizio della riga. Usa gli spazi.", "the line begins with a tab. Use spaces.")
CONTROL_CHARACTER = Fault(
    "control_character",
    "c'è un carattere invisibile ({code}). Cancellalo e riscrivi la parola.",
    "there is an invisible character ({code}). Delete it and type the word again.",
)
YAML_SYNTAX = Fault("yaml_syntax", "la riga non è scritta bene: {what}.", "the line is not well formed: {what}.")
SEVERAL_DOCUMENTS = Fault(
    "several_documents",
    "«---» comincia un secondo documento. Tieni un solo documento per file.",
    "“---” begins a second document. Keep one document a file.",
)
TOO_DEEP = Fault(
    "too_deep",
    "ci sono più di {limit} livelli uno dentro l'altro. Semplifica.",
    "there are more than {limit} levels inside each other. Simplify.",
)
ANCHOR = Fault(
    "anchor",
    "«&{name}» è un'ancora YAML e non si può usare. Riscrivi il contenuto per esteso, o metti tutto tra virgolette.",
    "“&{name}” is a YAML anchor and cannot be used. Write the content out, or put it in quotes.",
)
ALIAS = Fault(
    "alias",
    "«*{name}» è un rimando YAML e non si può usare. Riscrivi il contenuto per esteso, o metti tutto tra virgolette.",
    "“*{name}” is a YAML alias and cannot be used. Write the content out, or put it in quotes.",
)
TAG = Fault(
    "tag",
    "«{name}» è un'etichetta YAML e non si può usare. Toglila, o metti tutto tra virgolette.",
    "“{name}” is a YAML tag and cannot be used. Remove it, or put everything in quotes.",
)
MERGE = Fault("merge", "«<<» non si può usare. Riscrivi i campi per esteso.", "“<<” cannot be used. Write the fields out.")
DUPLICATE_KEY = Fault(
    "duplicate_key",
    "«{key}» c'è già alla riga {line}. Tieni uno dei due.",
    "“{key}” is already there in line {line}. Keep one of the two.",
)
MISSING_DASH = Fault(
    "missing_dash",
    "da qui i campi sono già scritti sopra, dalla riga {line}. Se comincia un'altra voce, metti «- » davanti a «{key}».",
    "from here on the fields are already written above, from line {line} on. If a new entry begins, put “- ” before “{key}”.",
)
LONE_QUOTE = Fault(
    "lone_quote",
    "le virgolette non sono in coppia. Mettile all'inizio e alla fine, o toglile.",
    "the quotation marks do not come in pairs. Put them at the beginning and at the end, or remove them.",
)
CURLY_QUOTE = Fault(
    "curly_quote",
    'le virgolette “ ” vengono da Word e qui non bastano. Scrivi quelle diritte: " ". `check --fix` le cambia da solo.',
    'the quotation marks “ ” come from Word and do not do here. Write straight ones: " ". `check --fix` changes them by itself.',
)
KEY_NOT_TEXT = Fault("key_not_text", "il nome di un campo deve essere una parola.", "the name of a field must be a word.")

#: Explanations of a line that is not YAML, by topic: the words that stand in `YAML_SYNTAX`.
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
    "quote": {
        "it": "una virgoletta non è chiusa",
        "en": "a quotation mark is not closed",
    },
    "no_colon": {
        "it": "mancano i due punti e uno spazio dopo il nome del campo",
        "en": "the colon and a space after the name of the field are missing",
    },
    "space_after_colon": {
        "it": "dopo i due punti manca uno spazio",
        "en": "a space is missing after the colon",
    },
    "space_after_dash": {
        "it": "dopo il trattino manca uno spazio: «- »",
        "en": "a space is missing after the hyphen: “- ”",
    },
    "no_dash": {
        "it": "se è una voce dell'elenco come quella sopra, falla cominciare con «- »",
        "en": "if it is an entry of the list like the one above, begin it with “- ”",
    },
    "apostrophe": {
        "it": 'un apostrofo chiude le virgolette semplici; metti tutto il testo tra virgolette doppie: " "',
        "en": 'an apostrophe closes the single quotes; put the whole text in double quotes: " "',
    },
    "special": {
        "it": "il testo comincia con un carattere speciale; mettilo tra virgolette",
        "en": "the text begins with a special character; put it in quotes",
    },
    "escape": {
        "it": "dopo «\\» c'è un carattere non ammesso; usa le virgolette semplici",
        "en": "“\\” is followed by a character that is not allowed; use single quotes",
    },
    "versions": {
        "it": "qui si incontrano due versioni del file; scegli le righe giuste e cancella i segni <<<<<<<, ======= e >>>>>>>",
        "en": "two versions of the file meet here; choose the right lines and delete the signs <<<<<<<, ======= and >>>>>>>",
    },
    "dash": {
        "it": "il segno all'inizio viene da Word; al suo posto scrivi un trattino e uno spazio: «- »",
        "en": "the sign in front comes from Word; write a hyphen and a space in its place: “- ”",
    },
    "space": {
        "it": "c'è uno spazio speciale, copiato da Word o dal web; cancellalo e riscrivi lo spazio",
        "en": "there is a special space, copied from Word or the web; delete it and type the space again",
    },
    "parenthesis": {
        "it": "il testo comincia con una parentesi; metti tutto il testo tra virgolette",
        "en": "the text begins with a bracket; put the whole text in quotes",
    },
    "other": {
        "it": "controlla spazi, virgolette e due punti di questa riga e di quella sopra",
        "en": "check spaces, quotation marks and colons of this line and the one above",
    },
}
