"""Personal data in people's words, masked for what is kept long: the ledger, unread sentences, old transcripts.

Codes with a checksum, telephones, e-mail, names after "mi chiamo" and street addresses become their kind: "[telefono]".
Public numbers (112, 116117, 800…) stay. The relay to a manager is not masked.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import StrEnum


class Masked(StrEnum):
    """A kind of personal data, with the word that replaces it in a masked text."""

    TAX_CODE = "[codice fiscale]"
    IBAN = "[iban]"
    CARD = "[carta]"
    PHONE = "[telefono]"
    EMAIL = "[e-mail]"
    NAME = "[nome]"
    ADDRESS = "[indirizzo]"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def mask(text: str) -> str:
    """Return a text with personal data replaced by its kind; the other words stay as they are.

    >>> mask("Mi chiamo Anna Rossi, 333 1234567")
    'Mi chiamo [nome], [telefono]'
    """
    for replace in _STEPS:
        text = replace(text)
    return text


# --- Codes with a checksum

#: Characters that people write between the parts of a number.
_GAP = r"[\s./\-–()]{0,3}"
#: In a tax code that another person has too, letters stand for digits (omocodia).
_D = "[0-9LMNPQRSTUV]"
_TAX_CODE_PARTS = ("[A-Z]{3}", "[A-Z]{3}", f"{_D}{{2}}", "[ABCDEHLMPRST]", f"{_D}{{2}}", "[A-Z]", f"{_D}{{3}}", "[A-Z]")
_TAX_CODE = re.compile(r"(?<![^\W_])" + r"[\s.\-]?".join(_TAX_CODE_PARTS) + r"(?![^\W_])", re.IGNORECASE)
#: Whatever its check letter: written in one word, it is a mistyped tax code and nothing else.
_WHOLE_TAX_CODE = re.compile(r"(?<![^\W_])" + "".join(_TAX_CODE_PARTS) + r"(?![^\W_])", re.IGNORECASE)
#: The weights of characters in odd places of a tax code (DM 23.12.1976): digits weigh as the first letters do.
_WEIGHTS = (1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23)
_IBAN_START = re.compile(r"(?<![^\W_])[A-Z]{2}[\s.\-]?[0-9]{2}(?=[\s.\-]?[A-Z0-9])", re.IGNORECASE)
#: The characters of an IBAN by country (registry of ISO 13616).
_IBAN_LENGTHS = {
    one[:2]: int(one[2:])
    for one in _words(
        """
        AL28 AD24 AT20 AZ28 BH22 BY28 BE16 BA20 BR29 BG22 CR22 HR21 CY28 CZ24 DK18 DO28 EE20 EG29 FO18 FI18 FR27 GE22
        DE22 GI23 GR27 GL18 GT28 HU28 IS26 IQ23 IE22 IL23 IT27 JO30 KZ20 XK20 KW30 LV21 LB28 LI21 LT20 LU20 LY25 MT31
        MR27 MU30 MD24 MC27 ME22 NL18 MK19 NO15 PK24 PS29 PL28 PT25 QA29 RO24 LC32 SM27 SA24 RS22 SC31 SK24 SI19 ES24
        SE24 CH21 TL23 TN24 TR26 UA29 AE23 GB22 VA22 VG24
        """
    )
}
_ITALIAN_IBAN = re.compile(r"IT\d\d[A-Z]\d{10}[A-Z0-9]{12}")
_DIGITS = re.compile(r"(?<![^\W_])[0-9](?:[\s.\-]?[0-9]){10,18}(?![^\W_])")
#: Digits of a VAT number, which is also the tax code of who has none yet; digits of the shortest card.
_VAT_DIGITS, _SHORTEST_CARD = 11, 13


def has_tax_code_check(code: str) -> bool:
    """Return True if the last letter of an Italian tax code is the correct check letter for the others."""
    code = code.upper()
    ranks = [int(one) if one.isdigit() else ord(one) - ord("A") for one in code]
    return (sum(_WEIGHTS[rank] for rank in ranks[:15:2]) + sum(ranks[1:15:2])) % 26 == ranks[15]


def has_iban_check(code: str) -> bool:
    """Return True if the check digits of an IBAN are correct: its number modulo 97 is 1 (ISO 13616)."""
    return int("".join(str(int(one, 36)) for one in code[4:] + code[:4])) % 97 == 1


def has_luhn_check(digits: str) -> bool:
    """Return True if the check digit of a card number or Italian VAT number is correct (Luhn, ISO/IEC 7812)."""
    doubled = (int(one) * (1 + position % 2) for position, one in enumerate(reversed(digits)))
    return sum(one - 9 if one > 9 else one for one in doubled) % 10 == 0


def _bare(text: str) -> str:
    return re.sub(r"[^A-Z0-9]", "", text.upper())


def _mask_tax_codes(text: str) -> str:
    text = _WHOLE_TAX_CODE.sub(Masked.TAX_CODE, text)
    return _TAX_CODE.sub(lambda found: Masked.TAX_CODE if has_tax_code_check(_bare(found[0])) else found[0], text)


def _mask_ibans(text: str) -> str:
    position = 0
    while found := _IBAN_START.search(text, position):
        end = _iban_end(text, found.start())
        if end:
            text = text[: found.start()] + Masked.IBAN + text[end:]
        position = found.end() if not end else found.start() + len(Masked.IBAN)
    return text


def _iban_end(text: str, start: int) -> int:
    """Return where the IBAN that begins at a position ends; 0 if none begins there. An Italian IBAN may have typing errors."""
    code, length = "", _IBAN_LENGTHS.get(text[start : start + 2].upper(), 0)
    for place in range(start, len(text)):
        if text[place] in " .-\u00a0\n":
            continue
        code += text[place].upper()
        if not (code.isascii() and code.isalnum()) or len(code) > length:
            return 0
        if len(code) == length:
            is_whole = not text[place + 1 : place + 2].isalnum()
            return place + 1 if is_whole and (has_iban_check(code) or _ITALIAN_IBAN.fullmatch(code)) else 0
    return 0


def _mask_cards(text: str) -> str:
    def replaced(found: re.Match[str]) -> str:
        digits = _bare(found[0])
        if len(digits) >= _SHORTEST_CARD and digits[0] in "23456" and has_luhn_check(digits):
            return Masked.CARD
        is_vat = len(digits) == _VAT_DIGITS and found[0].isdigit() and has_luhn_check(digits) and not _MOBILE.fullmatch(digits)
        return Masked.TAX_CODE if is_vat else found[0]

    return _DIGITS.sub(replaced, text)


# --- Telephones and e-mail

_EMAIL = re.compile(
    r"""(?<![\w.+%'-]) [\w.+%'-]{1,64} (?:\spunto\s[\w.-]{1,64})?
        (?:@|\s@\s|\s?[(\[]\s?(?:at|chiocciola)\s?[)\]]\s?|\s(?:chiocciola)\s)
        [\w-]+ (?:(?:[.,]|\s?[(\[]?(?:\bpunto\b|\bdot\b)[)\]]?\s?)[\w-]+)* """,
    re.IGNORECASE | re.VERBOSE,
)
#: A name of Telegram or of another network.
_HANDLE = re.compile(r"(?<![\w@])@\w{4,}(?:\.\w+)*")
_MOBILE = re.compile(rf"(?<![\w+])(?:(?:\+|00)?{_GAP}39{_GAP})?3{_GAP}[2-9](?:{_GAP}\d){{7,8}}(?!\d)")
_LANDLINE = re.compile(rf"(?<![\w+])(?:(?:\+|00){_GAP}39{_GAP})?\(?0{_GAP}[1-9](?:{_GAP}\d){{6,9}}(?!\d)")
_FOREIGN = re.compile(rf"(?<![\w+])(?:\+|00){_GAP}[1-9](?:{_GAP}\d){{6,14}}(?!\d)")
_AFTER_CUE = re.compile(
    rf"""(\b(?:tel|cell|telefono|telefonico|cellulare|whatsapp|wapp|fisso|recapito|numero|chiama\w*|contatta\w*|rispondo)\b
          [^\d\n]{{0,14}}?)
         (?<!\d)(?![18]) \d(?:{_GAP}\d){{5,13}}(?!\d)""",
    re.IGNORECASE | re.VERBOSE,
)
_DATE = r"(?:0?[1-9]|[12]\d|3[01])([./\s-])(?:0?[1-9]|1[0-2])\1(?:(?:19|20)\d\d|(?<!\s)\d\d)(?![./-]?\d)"
_CLOCK = r"(?:[01]?\d|2[0-4])[.:][0-5]\d"
#: Dates and pairs of hours, which have as many digits as a telephone.
_TIMES = re.compile(
    rf"""(?<![\d./-]) (?: {_DATE} | {_CLOCK}(?:\s?[-–/,]\s?|\s){_CLOCK}(?!\d)
         | (?:19|20)\d\d\s?[-/]\s?(?:19|20)\d\d | (?:19|20)\d\d-\d\d-\d\d ) """,
    re.VERBOSE,
)


def _mask_phones(text: str) -> str:
    parts, end = [], 0
    for times in _TIMES.finditer(text):
        parts += [_mask_phones_between(text[end : times.start()]), times[0]]
        end = times.end()
    return "".join([*parts, _mask_phones_between(text[end:])])


def _mask_phones_between(text: str) -> str:
    for pattern in (_MOBILE, _LANDLINE, _FOREIGN):
        text = pattern.sub(lambda found: found[0] if _is_list(found[0]) else Masked.PHONE, text)
    return _AFTER_CUE.sub(rf"\1{Masked.PHONE}", text)


def _is_list(digits: str) -> bool:
    """Return True for digits that are a list of separate numbers such as ages ("3 5 7 9 11 13 15"), not one telephone number."""
    parts = re.findall(r"\d+", digits)
    return len(parts[0]) == 1 and any(len(part) > 1 for part in parts)


# --- Names and addresses

_KIN = r"""(?:figli[oa]|bambin[oa]|bimb[oa]|marito|moglie|mamma|papà|padre|madre|nonn[oa]|sorella|fratello|compagn[oa]|nipot\w+
            |suocer[oa]|zi[oa])"""
_NAME_CUE = re.compile(
    rf"""\b(?: (?:mi|me)\s+(?:chiamo|kiamo|chiamano) | mio\s+nome\s+(?:è|e'|e|sarebbe) | nome\s+e\s+cognome\s*:?
          | (?:cog)?nome\s*: | my\s+name\s+is | je\s+m['’]appelle | me\s+llamo | m[ăa]\s+numesc
          | {_KIN} (?:\s+[\w']+){{0,6}}? \s+ (?:si\s+chiama|di\s+nome)
          | (?: (?:sig|dott|prof)\.?\s?(?:ra|ssa)?\.? | signor[ea]? | dottor(?:e|essa)? )(?=\s(?-i:[A-Z])) )\s+""",
    re.IGNORECASE | re.VERBOSE,
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*['’]?")
_PARTICLES = _words("de del della dello dei degli di da dal d' d’ lo la li el al ben van von bin")
#: Particles that in small letters too are part of a surname.
_SURE_PARTICLES = _words("de d' d’ el ben van von bin")
#: Names, surnames and a second of either.
_LONGEST_NAME = 4
#: Words that people write on with after a name.
_AFTER_NAME = _words(
    """
    a ad adesso abbiamo abita abitiamo abito ai al alla allora anche ancora anni avevo avrei avremmo aiutatemi aiutami aiuto
    bisogno buongiorno buonasera c' c'è cerca cerchiamo cerco cercavo che chi chiedo ciao ci come con cosa da dal dalla
    davvero del della delle devo di disoccupata disoccupato dove dovrei due e è ed era ero essere faccio frequenta gli grazie
    ha hai hanno ho i il in incinta infatti invece io italiana italiano l' la lavora lavoro le lei lo ma madre mamma me mi mia
    mio moglie nata nato nel nella noi non o oggi ora padre papà pensionata pensionato per però perché piacere più poi posso
    potrei potete può purtroppo qualcuno quando questo questa quindi residente salve sarei scrivo scusa scusate se sei sempre
    separata separato si sono sola solo sta sto stiamo su sua suo subito trova tra tu un una uno va vado vedova vedovo vengo
    vi viene visto vive viviamo vivo voglio volevo vorrei vorremmo and i'm am from need have et je suis y soy necesito sunt
    mentre così quanti quanto quale telefono tel cell cellulare mail email abitante chiamata chiamato
    """
)


def _mask_names(text: str) -> str:
    position = 0
    while found := _NAME_CUE.search(text, position):
        end = _name_end(text, found.end())
        if end > found.end():
            text = text[: found.end()] + Masked.NAME + text[end:]
        position = found.end()
    return text


def _name_end(text: str, start: int) -> int:
    """Return where the person's name that begins at a position ends; the position itself if none begins there."""
    is_cased = any(one.islower() for one in text)
    end, place = start, start
    for _ in range(_LONGEST_NAME):
        found = _WORD.match(text, place)
        if found is None:
            break
        word, is_capital = found[0].lower(), is_cased and found[0][0].isupper()
        if word in _PARTICLES and end > start and (is_capital or word in _SURE_PARTICLES):
            place = found.end() if word[-1] in "'’" else _skip_spaces(text, found.end())
            continue
        if word in _AFTER_NAME and not (is_capital and end == start and len(word) > 2):
            break
        end = found.end()
        place = _skip_spaces(text, end)
    return end


def _skip_spaces(text: str, place: int) -> int:
    while place < len(text) and text[place] == " ":
        place += 1
    return place


_STREET = r"""(?:via|viale|v\.le|vle|piazza|p\.?za|p\.zza|piazzale|p\.le|piazzetta|vicolo|v\.lo|largo|corso|c\.so|strada
               |contrada|alzaia|galleria|lungo\w+)"""
#: Words after "via" that name no street: "via mail", "corso di nuoto", "in via di definizione".
_NO_STREET = r"""(?!(?:e-?mail|mail|pec|posta|telefon\w+|whatsapp|sms|messaggi\w*|internet|web|chat|fax|skype|zoom|telegram|libera
                  |di|da|dal|dalla|per|con|ogni|il|la|lo|i|le|in|a|al|del|alle|tutt\w+|per[òo]|che|e|ma|non|ho)\b)"""
_COUNTED = (
    r"(?:ann[oi]|mes[ei]|or[ae]|volt[ae]|euro|figl\w+|bambin\w+|giorn\w+|settiman\w+|person\w+|minuti|km|metri|lezioni|posti)"
)
#: Words before a street's kind that make another word of it: "un corso nuoto 6 anni".
_NO_ARTICLE = "".join(rf"(?<!\b{word}\s)" for word in ("un", "del", "al", "nel", "il", "per", "vado", "andare"))
_PART = r"[^\W\d_][\w'’.]*"
_NUMBER = rf"""[\s,]*(?:(?:n|nr|num|numero|civico|n°|nº)[.°º]?\s*)? \d{{1,4}}
               (?:\s?/\s?[a-z\d]{{1,2}}\b|\s?[a-z]\b(?!\s+\w)|[a-z]\b)?
               (?![\d:.]\d) (?!\s*(?:{_COUNTED}\b|€|%|[-–]\s?\d))"""
_NUMBERED = re.compile(
    rf"\b{_NO_ARTICLE}{_STREET}\s+{_NO_STREET}{_PART}(?:\s+{_PART}){{0,4}}?{_NUMBER}", re.IGNORECASE | re.VERBOSE
)
#: A street that a day is the name of.
_DATED = re.compile(rf"\b(?:[Vv]ia|[Pp]iazza)\s+(?:[IVX]+|\d{{1,2}})\s+[A-Za-z]+(?:{_NUMBER})?", re.VERBOSE)
#: A capital letter makes a street of it; a number need not follow.
_CAPITAL = re.compile(
    rf"""\b{_NO_ARTICLE}(?i:{_STREET})\s+(?i:{_NO_STREET})(?:(?:[Dd]e[ilg]\w*|[Dd]i)\s+)?
         [A-ZÀ-Ý][\w'’.]*(?:\s+(?:(?:d[aei]|del|della|e)\s+)?[A-ZÀ-Ý][\w'’.]*){{0,3}}""",
    re.VERBOSE,
)
_HOME = re.compile(
    rf"""(\b(?:abit\w+|viv\w+|sto|stiamo|resident\w|risied\w+|domiciliat\w|indirizzo|casa)(?:\s+[\w:]+){{0,2}}?\s+)
         {_STREET}\s+{_NO_STREET}{_PART}""",
    re.IGNORECASE | re.VERBOSE,
)


def _mask_addresses(text: str) -> str:
    text = _NUMBERED.sub(Masked.ADDRESS, _DATED.sub(Masked.ADDRESS, text))
    if any(one.islower() for one in text):
        text = _CAPITAL.sub(Masked.ADDRESS, text)
    return _HOME.sub(rf"\1{Masked.ADDRESS}", text)


_STEPS: tuple[Callable[[str], str], ...] = (
    lambda text: _HANDLE.sub(Masked.EMAIL, _EMAIL.sub(Masked.EMAIL, text)),
    _mask_ibans,
    _mask_tax_codes,
    _mask_cards,
    _mask_phones,
    _mask_addresses,
    _mask_names,
)
