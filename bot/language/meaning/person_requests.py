"""Whether somebody asks for a person instead of a machine, in any of the languages that people write in here."""

from __future__ import annotations

import re

from bot.language.meaning.phrases import Phrase, phrase
from bot.language.text.normalise import MAX_TEXT_CHARACTERS, normalise
from bot.language.text.spelling import Speller, sound
from bot.language.text.tokens import STOP, spelt, stem

#: Shorter words must be spelt right.
_SHORTEST_FUZZY = 5
#: In words from this length on a letter may be wrong.
_SHORTEST_SLIP = 6
#: To speak or be called, and whom to: beginnings of words as `normalise` writes them, in languages other than Italian. The third
#: are enough alone, in a short text.
_FOREIGN = (
    # English
    ("talk speak meet~ meeting~ call~ answer~ assist~ talking speaking connect chat~ reach contact~ phone~", (
        "person human operator someone somebody agent anyone representative staff you"
    ),
     ("human operator~ agent~ real~person not~a~bot not~a~robot face~to~face call~me phone~me ring~me call~you phone~number "
     "call~back")),
    # Spanish
    ("habl llam atend atiend conect contest comunic~ contact ayudar", "persona alguien human operador agente ustedes", (
        "human operador~ por~telefono persona~real llamarme llamenme pueden~llamar puede~llamar llameme llame~ "
        "llamen~ numero~de~telefono alguien~ahi "
        "hay~alguien~ no~robot"
    )),
    # French
    ("parler~ discuter~ rencontrer~ echanger~ parl appel rappel joindre passez contacter~", ("quelqu personne humain operat "
        "conseill agent vous"), (
        "humain~ pas~un~robot conseiller~ telephoner~ un~conseill vraie~personne etre~humain m~appeler me~rappeler "
        "rappelez appelez~moi "
        "numero~de~telephone vous~appeler vous~joindre"
    )),
    # Romanian
    ("vorb discut contacta raspund sunati~ sunat contact~", "persoana cineva om~ operator uman~ voi~", (
        "operator~ ma~puteti~suna ma~poate~suna puteti~suna sunati om~real persoana~reala sunati~ma ma~sunati ma~suna "
        "numar~de~telefon sa~va~sun nu~un~robot vreau~un~om~"
    )),
    # Albanian
    ("flas flis flet bisedoj telefononi~ telefonon telefonoj lidh kontakt dua~", ("njeri person~ dike dikush operator "
        "me~te~telefononi"), (
        "njeri~te~gjalle me~telefono me~telefononi te~me~telefonoj me~merrni numri~i~telefonit"
    )),
    # Portuguese
    ("falar ligar ligue atend", "pessoa alguem human atendente operador", "human atendente~ pessoa~real me~ligar me~ligue"),
    # German
    ("sprech reden~ anruf verbind", "mensch person jemand mitarbeiter", "mensch mitarbeiter~ mich~an ruckruf telefonnummer"),
    # Polish
    ("rozmaw zadzwon porozm", "człowiek czlowiek osob kims konsultant mnie", "człowiek czlowiek do~mnie~zadzwon zadzwon"),
    # Ukrainian and Russian
    ("говор хоч потріб нужен~ нужн треба~ розмов поговор зв дзвон телефон позвон соедин з єдн покли",
     "людин оператор кимос хтос кем~ человек жив працівник сотрудник",
     "оператор працівник~ працівником жив~людин жив~человек передзвон зателефон подзвон перезвон позвоните номер~телефон"),
    # Arabic
    ("اريد~ اتصل~ يتصل حكي احكي تتصل تحدث التحدث اتحدث تكلم التكلم اتكلم اكلم كلم الكلام اتصل تواصل الاتصال", ("شخص "
    "موظف احد حدا انسان مسؤول بشر"),
     ("موظف تتصلون تتصلوا تتصلي اتصل~بي اتصلوا اتصلي~بي انسان شخص~حقيقي شخصا~حقيقيا تتصلوا اتصلوا~بي الاتصال~بي "
     "تتصل~بي رقم~الهاتف رقم~هاتف")),
    # Hindi, Filipino
    ("बात makausap kausap", "इंसान व्यक्ति tao", "makausap"),
)  # fmt: skip
#: Chinese is written without spaces.
_CHINESE = re.compile(r"真人|人工|客服|[跟和与]人(?:说|聊|讲)|工作人员|打电话|电话号码|联系我")
#: A request for a person says little else.
_MOST_FOREIGN, _FEW = 12, 7


def _foreign() -> list[tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
    return [(_marked(speak), _marked(whom), _marked(alone)) for speak, whom, alone in _FOREIGN]


def _marked(words: str) -> tuple[str, ...]:
    """Beginnings of words, each after a space; "~" ends a word."""
    return tuple(f" {' '.join(normalise(part) for part in word.split('~'))}" for word in words.split())


_REQUESTS = _foreign()


def _asks_in_other_words(said: str) -> bool:
    """Whether a normalised text asks for a person in another language."""
    if _CHINESE.search(said):
        return True
    padded = f" {said} "
    if len(said.split()) > _MOST_FOREIGN:
        return False
    few = len(said.split()) <= _FEW or not said.isascii()
    return any(
        (any(word in padded for word in speak) and any(word in padded for word in whom))
        or (few and any(word in padded for word in alone))
        for speak, whom, alone in _REQUESTS
    )


#: How the words below sound, and their stems: they are understood misspelt too.
_HEARD: dict[str, str] = {}


def _stems(words: str) -> frozenset[str]:
    said = normalise(words).split()
    _HEARD.update({sound(word): stem(word) for word in said if len(word) >= _SHORTEST_FUZZY})
    return frozenset(stem(word) for word in said)


#: To speak, or to be called …
_SPEAK = _stems(
    "parlare parlo parla parlarne parlarci parlargli parli parlarmi parlate chiacchierare dialogare sentire contattare "
    "conttare comunicare "
    "scrivere passami passa passare passatemi passi collegare collegatemi chiamare chiamami chiamatemi chiami richiamare "
    "richiamami richiamatemi telefonare telefonarmi telefonata rispondere risponda risponde rispondermi contattatemi contattarmi "
    "chiamarmi richiamarmi incontrare sentirvi parlarvi chiamarvi ascolta ascolti confrontarmi spiegarmi risponde chiamata "
    "telefonarvi contattarvi parlargliene spiegarlo parlaghe parlari parrari parlar colloquio incontro parla"
)
#: … and whom: a person of the network, or anyone who is none of the machine's.
_PERSON = _stems(
    "operatore operatrice operatori umano umana umani qualcuno persona persone addetto addetta incaricato impiegato impiegata "
    "consulente responsabile manager essere voi ufficio collega signora signore cristiano incaricata referente centralino "
    "centralinista staff omm omo qualchedun quaivun quaidun quaichedun quajdun vun quaccheduno quarcuno quarcunu qualchidun"
)
#: Enough alone: nobody else is called so.
_ALONE = _stems("operatore operatrice umano umana manager centralino centralinista")
#: Of those, the ones that sentences about needs have too.
_ANYONE = _stems(
    "qualcuno persona persone signora signore essere cristiano omm omo vun quaivun quaidun quaichedun qualchedun qualchidun"
)
#: To hand over to somebody.
_GIVE = _stems("dammi datemi dia voglio passami passatemi fammi fatemi invece volere")
#: By voice.
_VOICE = re.compile(
    r"\b(?:preferisco|preferirei|vorrei|meglio|possiamo|posso)(?: [a-z]+){0,4} (?:a voce|al telefono|per telefono|"
    r"telefonicamente|di persona|dal vivo|di presenza|faccia a faccia|a tu per tu)\b|"
    r"\b(?:preferisco|preferirei|vorrei|meglio) (?:telefonar[a-z]+|una (?:telefonata|chiamata))\b|"
    r"\b(?:telefonar|chiamar|contattar|parlar|raggiunger)vi\b|"
    r"\b(?:posso|possiamo|potrei|si puo) (?:anche )?(?:telefonare|chiamare|telefonarvi|venire di persona)(?: a "
    r"qualcuno| a voi| io)?$|"
    r"\bci (?:possiamo|potremmo|potete|si puo) (?:sentire|parlare|vedere|incontrare)\b|"
    r"\b(?:possiamo|potremmo) (?:sentirci|parlarci|vederci|incontrarci)\b|"
    r"\bmi (?:fa|fai|fate|passa|passi|passate|metta|mette|mettete|metti|potete far|puoi far|puo far|potete mettere|puo mettere) "
    r"(?:a )?(?:parlare|in contatto|in comunicazione|al telefono)\b|"
    r"\bquattr ?occhi\b|\b(?:fare|fa|far|scambiare) (?:due|2) (?:parole|chiacchiere)\b|"
    r"\b(?:mettimi|mettetemi|mettermi) (?:in|a|al) (?:contatto|comunicazione|parlare|telefono)\b|"
    r"\b(?:parlar[a-z]*|venire|andare|incontrar[a-z]+|veder[a-z]+)(?: [a-z]+){0,3} (?:di persona|dal vivo|a voce|in presenza)\b|"
    r"\bmi (?:aiuta|aiuti|risponde|segue|ascolta|spiega|puo (?:aiutare|rispondere|seguire|ascoltare|spiegare)) (?:una persona|"
    r"qualcuno|un operatore|un umano|un operatrice|uno vero|a voce)\b|\brispondetemi voi\b|\bsentirci al telefono\b"
)
#: As people write on a phone: "kiamare", "kontatto".
_K, _HARD_C = re.compile(r"k(?=[ei])"), re.compile(r"k")
#: By the number of the help point.
_NUMBER = re.compile(
    r"\b(?:che numero|quale numero|numero (?:di telefono|telefonico|da (?:chiamare|fare)|a cui|dove|dell ufficio|"
    r"per (?:chiamar|parlar|telefonar)[a-z]+)|"
    r"(?:avete|c e|ce|esiste|qual e|lasciatemi|datemi|dammi|mi date|mi dai) (?:un|il|il vostro|un vostro) "
    r"(?:telefono|numero|recapito|contatto|centralino)|(?:vostro|vostri) (?:numero|telefono|recapito|recapiti|contatti)|"
    r"(?:come|dove|quando|a che ora) (?:vi|ti) (?:contatt[oi]|trov[oi]|chiam[oi]|telefon[oi]|parl[oi]|raggiung[oi]|"
    r"(?:posso|possiamo) "
    r"(?:chiamare|contattare|trovare|telefonare|parlare|raggiungere|sentire))|(?:vi|ti) lascio il (?:mio )?(?:numero|"
    r"cellulare|telefono))\b"
)
#: Handed over to somebody who is no other help: "datemi una persona", but not "… che lavi mio padre".
_HANDED = re.compile(
    r"\b(?:pass|dat|dai|dam|fat|fam|mett|colleg|mand)[a-z]*(?: (?:a )?(?:parlare|sentire|rispondere|contatto|comunicazione))?"
    r"(?: (?:in|con|da|a))*(?: (?:una|un|1|l|qualche|il|la|tuo|vostro|vostra|altra|altro))* ?"
    r"(?:persona|xsona|qualcuno|operator[a-z]+|operatrice|uman[oa]|essere umano|responsabile|collega|superiore|incaricat[oa])"
    r"(?: (?:vera|vero|umana|reale|competente|qui|subito|per favore|x favore|grazie|vi prego|adesso|ora))*"
    r"(?:$| (?:che|ke) (?:mi |ci )?(?:cap|ascolt|spieg|rispond|parl|aiut|segu)[a-z]*)"
)
_WANTED = re.compile(
    r"\b(?:voglio|vorrei|volevo|preferisco|preferirei|esigo|datemi|dammi|mi serve|posso avere|potrei avere|mi occorre|ci vuole|"
    r"(?:ho|avrei) bisogno di|fatemi avere|mandatemi|passatemi|passami|mi passi|mi dia) (?:l |un |una |un altra )?"
    r"(?:persona|operatore|operatrice|umano|essere umano|responsabile|consulente|referente|impiegat[oa]|addett[oa]|"
    r"incaricat[oa]|assistente umano|contatto umano|cristiano|superiore)"
    r"(?: (?:vera|umana|reale|subito|per favore|grazie|adesso))*$"
)
#: Said without a person: "voglio parlare", "basta bot".
_NO_WORDS = re.compile(
    r"\b(?:voglio|vorrei|preferisco|posso|meglio) parlare$|"
    r"^(?:no|basta|niente|stop|non voglio)(?: (?:un|il|i|con|questo|sto))* (?:bot|robot|chatbot|macchina|computer)$"
)
_WHOM = re.compile(
    r"^(?:(?:ma|e|scusi|scusa|buongiorno|buonasera|salve|ciao|quindi|allora) )*(?:con|a) chi "
    r"(?:posso|potrei|si puo|devo|mi|potremmo|possiamo) "
    r"(?:parlare|parlarne|rivolgermi|rivolgo|telefonare|chiedere|scrivere|sentire|chiamare)(?: (?:al telefono|di persona|"
    r"per favore|grazie|direttamente|qui|li|da voi|per avere aiuto|per un aiuto|per informazioni))*$"
)
#: Somebody who is lost with the machine may say more than that.
_LOST = re.compile(
    r"\b(?:non|nn|no) (?:so|riesco a|sono buon[oa] a) (?:scrivere|leggere|usare)\b|"
    r"\b(?:non|nn|no) (?:(?:ci|vi|lo|la|mi) )?(?:capisc[oe]|capire|so usar[a-z]*|sono capac[a-z]*|sono pratic[a-z]*|"
    r"riesco a usar[a-z]*|trovo bene|scriv[oe] bene|(?:sono |e )?brav[oa] (?:a )?(?:scrivere|leggere|con)|parl[oa] "
    r"bene)\b|\b(?:questo|sto|sta) (?:coso|aggeggio|roba|bot|robot|affare)\b|"
    r"\b(?:bottoni|tastini|menu|ste domande)\b"
)
#: What makes a person one: "vera", "in carne e ossa", "not a machine".
_REAL = _stems("vero vera veri reale carne ossa umano umana fisica")
_MACHINE = _stems("bot robot macchina risponditore automatico automatica automatici automatiche computer chatbot algoritmo")
#: Asking what the bot is, or scolding it, is not asking for somebody.
_ARE_YOU = re.compile(r"^(?:ma )?(?:sei|siete|tu sei|parlo con|sto parlando con) ")
_IS_THERE = re.compile(
    r"\b(?:c e|ce|esiste|trovo|avete) (?:(?:un|una|qualche|nessun) (?:cristiano|addett[oa]|impiegat[oa]|incaricat[oa]|"
    r"essere umano|anima viva|operatrice)|qualcuno|qualkuno|nessuno|una persona|un operatore|un umano)\b"
)
_BE_CALLED = re.compile(
    r"\b(?:mi (?:potete|puo|puoi|potreste|potrebbe|fate|fa)? ?(?:chiamare|chiamate|chiami|chiama|richiamare|richiamate|richiami|"
    r"telefonare|telefonate|telefoni|contattare|contattate|contatti)|(?:potete|puo|puoi|potreste|potrebbe) "
    r"(?:chiamarmi|richiamarmi|telefonarmi|contattarmi)|(?:ri)?chiamatemi|telefonatemi|contattatemi|"
    r"(?:voglio|vorrei|volevo) (?:essere|venire) (?:ri)?(?:chiamat[oa]|(?:ri)?contattat[oa])|(?:fatemi|farmi) (?:ri)?chiamare|"
    r"(?:per favore |prego )?(?:chiama|chiami|chiamare|chiamate|telefona|telefonare|telefonate) (?:a )?(?:me|mi|io))\b"
)
#: Said first, this is what a text is about, whatever follows: "telefonatemi voi dopo le 14, faccio prima a dirvelo".
_CALL_ME = re.compile(
    r"^(?:\w+ ){0,2}(?:(?:ri)?chiamatemi|(?:ri)?chiamami|telefonatemi|telefonami|contattatemi|mi (?:ri)?chiamate)\b"
)
_MOST_AFTER_CALL = 4
#: Words around such a request that ask for nothing else.
_AROUND = _stems(
    "vorrei voglio posso possiamo potrei potete puoi puo prego favore piacere grazie subito adesso ora direttamente "
    "telefono telefonica "
    "numero invece non piu basta dietro li qui qua altro lato parte signora signore signorina gentile gentilmente "
    "urgente urgentemente "
    "aiuto aiutare aiutarmi aiuti vostro vostra comune sportello social point servizio rete stufo stufa stanco stanca "
    "capisci capite "
    "capisce capito preferisco preferirei preferirebbe meglio scusa scusi scusate senza messaggi bottoni pulsanti menu domande "
    "risposte tastini magari possibile appuntamento voce chat volta mezzo bisogno necessito dico faccio fare dare scrivo "
    "scrivere "
    "mettimi mettermi due parole quattr occhi chiacchiere "
    "spiegare situazione caso mio questione cosa cose problema personale delicata delicato complicata complicato troppo lungo mi "
    "domani oggi mattina pomeriggio giornata lunedi martedi mercoledi giovedi venerdi sera io volere parla italiano bene chiaro "
    "mia lingua mettere contatto mettetemi capire capisco no ste queste recapito avete cellulare lascio richiamo co "
    "cu cun na nu vori vojo volesse vulesse "
    "vulissi voria se pol qual trovo trovare modo messaggio chat "
    "vurria telefonico telefonicamente dal vivo presenza diretto diretta centralino niente coso chiarimenti qualcosa"
)
_AS_A_JOB = re.compile(
    r"\b(?:lavor|assum|diventar|candidat|corso|formazion|qualifica|diplom)[a-z]* (?:[a-z]+ ){0,3}(?:operator|"
    r"assistent|consulent|impiegat|oss)"
)
#: Where one thing that is said ends, and another begins.
_CLAUSES = re.compile(r"[.,;:!?\n()]+|\s-\s| perch[eé] | ma ")
_QUESTIONS = re.compile(r"[?!.,;]\s*(?=\w)")
#: Who says more than this tells of something, and a person is one of the things that would help.
_MOST_BESIDE = 18
#: More other words than this, and the sentence is about something …
_MOST_OTHER = 2
#: … unless somebody says that the machine is too much.
_MOST_OF_LOST = 6


def asks_for_human(text: str, most: int = _MOST_OTHER) -> bool:
    """Whether a text asks for a person, and for nothing else that the bot could help with.

    `most` is how many words it may have that are none of such a request.
    """
    said = normalise(text)
    if phrase(text) is Phrase.HUMAN or _asks_in_other_words(said):
        return True
    if _ARE_YOU.match(said):
        # "Sto parlando con un computer? Io vorrei un impiegato": what comes after the question counts.
        rest = _after_question(text)
        return bool(rest) and asks_for_human(rest)
    said = _HARD_C.sub("c", _K.sub("ch", said))
    words = spelt(text)
    stems = [_meant(word) for word in words]
    others = {one for one, word in zip(stems, words, strict=True) if one not in _OURS and word not in STOP and len(word) > 1}
    if _is_a_job(said):
        return False
    if (most and _WHOM.match(said)) or (_NO_WORDS.search(said) and len(others) <= 1):
        return True
    if len(others) <= (_MOST_OF_LOST if most else 1) and (_HANDED.search(said) or _WANTED.search(said)):
        return True
    if most and _CALL_ME.search(said) and len(others) <= _MOST_AFTER_CALL:
        return True
    if most and _LOST.search(said) and len(others) <= _MOST_OF_LOST:
        others = set()
    return len(others) <= most and _asks(said, frozenset(stems), len(others))


def _is_a_job(said: str) -> bool:
    """Whether a text is of somebody who would like to be one of those who help."""
    return _AS_A_JOB.search(said) is not None


def mentions_human(text: str) -> bool:
    """Whether one of the clauses of a text asks for a person, whatever the others say."""
    if len(text.split()) > _MOST_BESIDE:
        return False
    clauses = [clause for clause in _CLAUSES.split(text[:MAX_TEXT_CHARACTERS]) if clause.strip()]
    return len(clauses) > 1 and any(len(clause.split()) > 1 and asks_for_human(clause, 0) for clause in clauses)


def _after_question(text: str) -> str:
    """What follows the first question or sentence of a text."""
    parts = _QUESTIONS.split(text[:MAX_TEXT_CHARACTERS], 1)
    return parts[1].strip() if len(parts) > 1 else ""


def _asks(said: str, found: frozenset[str], others: int) -> bool:
    """Whether words ask for a person; `others` is how many more words there are, which may ask for something else."""
    if found & _REAL and (found & _PERSON or found & _SPEAK):
        return True
    if found & _MACHINE and (found & _PERSON or found & _SPEAK):
        return True
    if _IS_THERE.search(said) or _BE_CALLED.search(said) or _VOICE.search(said):
        return others <= 1
    if _NUMBER.search(said):
        return not others
    if found & _SPEAK and found & _PERSON:
        return others <= (0 if found & _PERSON <= _ANYONE else 1)
    return not others and bool(found & _ALONE or (found & _PERSON and found & _GIVE))


#: All words of such a request.
_OURS = _SPEAK | _PERSON | _REAL | _MACHINE | _AROUND | _GIVE


_SPELLER = Speller(_HEARD)


def _meant(word: str) -> str:
    """The stem of a word, as it should be spelt."""
    heard = sound(word)
    if heard in _HEARD or len(word) < _SHORTEST_SLIP or stem(word) in _OURS:
        return _HEARD.get(heard, stem(word))
    near, errors = _SPELLER.nearest(heard, 1)
    return _HEARD[near] if errors else stem(word)
