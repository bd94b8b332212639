"""Words that are used alike: a line of them is one idea, whichever need it belongs to.

A few sentences of each need cannot have every word for "child", "boss" or "to be short of money". What the lines below say
together, a classifier learns as one. They name no needs: those are for staff, in `needs.yaml`.
"""

from __future__ import annotations

from collections.abc import Iterable

from bot.language.text.normalise import normalise
from bot.language.text.tokens import stem

_ALIKE = """
figlio figlia figli figlie bambino bambina bambini bambine bimbo bimba bimbi bimbe piccolo piccola piccoli cucciolo creatura
neonato neonata bebe lattante poppante infante fagottino pancione
ragazzo ragazza ragazzi ragazze adolescente adolescenti teenager ragazzino ragazzina giovane giovani ventenne quindicenne
nipote nipotino nipotina nipoti
mamma madre mammina papa padre genitore genitori babbo
nonno nonna nonni nonne anziano anziana anziani vecchio vecchia vecchietto vecchietta suocera suocero ottantenne novantenne
marito moglie compagno compagna fidanzato fidanzata ex coniuge convivente partner sposo
fratello sorella fratelli sorelle fratellino sorellina gemelli gemello
zio zia cugino cugina parente parenti familiare cognata cognato
amico amica amici amiche compagnia coetanei compagni
vicino vicina vicini condomino condomini dirimpettaio
maestra maestro insegnante professore professoressa prof docente docenti bidella preside
scuola classe elementari medie superiori liceo istituto materna infanzia primaria asilo banco lezioni
compiti studio studiare verifica interrogazione pagella voti materie matematica ripetizioni lezione quaderno esame
bocciato bocciata ripetere smettere abbandonare marinare diploma
lavoro lavorare ufficio fabbrica ditta azienda impiego turno turni cantiere negozio magazzino officina timbrare mestiere posto
capo datore titolare responsabile padrone direttore
licenziato licenziata disoccupato disoccupata licenziamento assunto esubero cassa mobilita naspi cessato
stipendio busta paga salario entrate reddito guadagno guadagnare
soldi euro denaro pagare pago costo costa caro cara costoso spesa spese retta rata quattrini sghei palanche tariffa
contributo contributi bonus sussidio rimborso agevolazione agevolazioni sconto aiuti indennita assegno incentivo riduzione
debito debiti prestito arretrati arretrato mutuo moroso strozzino
casa appartamento alloggio abitazione tetto stanza monolocale bilocale affitto camera dimora
affitto canone locatore proprietario inquilino caparra contratto locazione pigione
sfratto sfrattato sfrattata sfratti ufficiale giudiziario sgombero
luce gas acqua bolletta bollette corrente riscaldamento metano contatore elettricita utenze
mangiare cibo pasto pasti pranzo cena cucinare mensa pappa cucina fame digiuno minestra dispensa frigo frigorifero
pacco viveri spesa alimentari alimenti
vestiti pannolini passeggino scarpe giocattoli
macchina auto guidare guida patente passaggio accompagnare portare accompagna trasporto navetta pulmino autobus bus scuolabus
andare venire uscire muoversi spostarsi
ospedale clinica reparto ricovero dimesso dimessa operazione operato operata intervento
dottore dottoressa medico medici pediatra specialista visita visite ambulatorio ginecologa
terapia terapie cura cure riabilitazione fisioterapia chemio dialisi radioterapia infusione
malato malata malattia male dolore patologia diagnosi tumore
infermiera infermiere oss medicazione medicazioni iniezione puntura flebo piaga
lavarsi lavare vestirsi vestire bagno doccia igiene alzarsi alzare pannolone imboccare
dorme dormire letto notte notti sonno insonne nanna
cadere cade caduta caduto scivolare scivola
dimentica dimenticare memoria smemorato confusa confuso riconosce ricorda perde demenza alzheimer ripete
sola solo soli solitudine isolato isolata isolamento abbandonato
parlare sfogarsi sfogo ascoltare ascolto confidarsi confronto raccontare
triste tristezza depressione depresso depressa piangere piango piange ansia panico angoscia giu morale vuoto apatia
stanca stanco stanchezza stress stressata sfinita sfinito esausta esausto distrutta fiato respiro pausa riposo riposare
rabbia arrabbiato arrabbia urla urlare grida gridare litiga litigare litighiamo litigi lite conflitto nervoso
separare separati separazione separata separato divorzio divorziare lasciati lasciando divisi
giudice tribunale avvocato decreto sentenza udienza
picchia picchiare botte schiaffi violenza violento maltratta mena aggressivo aggressiva
paura timore terrore spaventa spaventata minaccia minacce
controlla controllo gelosia geloso umilia insulta comanda
scappare fuggire nascondermi andarmene rifugio protezione
alcol bere beve bevuto vino birra bottiglia ubriaco ubriaca alcolista bicchiere
droga drogarsi cocaina canne fumo hashish eroina sostanze spinelli erba spacciare
gioco gratta scommesse slot macchinette azzardo lotto giocare poker videolottery
cibo dieta magra dimagrire vomita vomitare digiuna abbuffate calorie bilancia grassa grasso
telefonino cellulare computer videogiochi tablet schermo internet pc playstation chat social
peso palestra sport allenarsi correre nuoto piscina calcio basket danza pallavolo squadra allenamento muoversi ginnastica yoga
giocare giochi giocattoli gioco ludoteca svago divertirsi divertimento
annoia annoiano annoio noia
disegnare pittura dipingere laboratorio creativo musica teatro lettura arte burattini manualita
estate luglio agosto giugno vacanze vacanza ferie estivo estiva caldo
natale pasqua carnevale ponte chiusa chiuse chiude chiudono festivita
mattina mattino presto alba sette campanella prima
pomeriggio uscita sedici quattro dopo
sera serata cena tardi diciotto diciannove
sabato domenica weekend festivi
lasciare lascio affidare tenere tiene tenga guardare guarda guardi badare curare seguire stia sorvegliare
tata babysitter baby sitter bambinaia
badante colf assistente domestica donna signora
invalido invalida invalidita disabile disabili disabilita handicap pensione accompagnamento certificazione certificato cento
carrozzina rotelle deambulatore stampelle cammina camminare gambe protesi barriere
autismo autistico down ritardo asperger sindrome cognitivo intellettivo
parla balbetta linguaggio logopedia logopedista dislessia dislessico dsa attenzione iperattivo pronuncia
sostegno educatore educatrice educatori assistente
autonomo autonomia indipendente indipendenza imparare cavarsela arrangiarsi
futuro domani moriremo mancheremo morti genitori
morto morta morte lutto perso perdita vedovo vedova funerale scomparso
incinta gravidanza aspetto partorire parto nascita nasce nascere travaglio ostetrica
test positivo anticoncezionale pillola contraccezione abortire aborto ivg ciclo mestruazioni preservativo
allattare allattamento seno latte capezzolo
adottare adozione affido affidamento accogliere accoglienza
permesso soggiorno questura straniero straniera stranieri cittadinanza visto ricongiungimento documenti passaporto profugo
italiano lingua imparare corso grammatica traduttore interprete
isee modello dichiarazione redditi patronato caf spid domanda pratica pratiche modulo moduli compilare inps burocrazia
assistente sociale sociali sportello
firma firmare banca conto tutore tutela amministrare interdire
curriculum colloquio candidatura stage tirocinio apprendistato primo esperienza annunci
estero erasmus europa viaggio
volontario volontariato civile bando
congedo maternita paternita permessi parentale smart telelavoro remoto aspettativa
dipendenti personale impiegati collaboratori lavoratori colleghi organico
impresa imprenditore aziendale welfare titolari pmi
commissioni stirare pulire pulizie lavanderia farmacia posta faccende
struttura casa residenza ricovero istituto ospizio
aiuto aiutare aiutarmi mano supporto sostegno assistenza appoggio
gruppo incontri incontro riunione circolo condividere confrontarmi
bullismo bulli prende giro prendono deridono
piazza panchine strada parco muretto cortile vandali
biblioteca tavolo silenzio studiare aula
briscola carte ballo ballare bocce tombola gita gite terme
orto hobby cucito maglia
ingoiare ingoiato inghiottito ingerito bevuto mandato mangiato
candeggina detersivo smacchiatore varechina ammoniaca acido veleno solvente sgrassatore trielina acquaragia
pila batteria monetina moneta bottone magnete pallina
pastiglia pastiglie pillola pillole sonniferi gocce compresse medicine farmaci tachipirina blister flacone
petto torace cuore braccio mandibola
gola lingua labbra viso faccia bocca
gonfia gonfiando gonfiata gonfio bolle
sangue emorragia sanguina ferita taglio
svenuto svenuta sensi incosciente risponde sveglia
coltello bastone pistola fucile mazza martello cacciavite spranga cinghia cintura forbici
ammazza ammazzare uccide uccidere sgozza scanna accoltella
segue insegue pedina apposta perseguita stalker
nascosta nascosto chiusa barricata rifugiata
pugno pugni schiaffo schiaffi calcio calci sberla sberle ceffone cinghiate botte
livido lividi segni graffi bruciature ematomi
panchina stazione marciapiede portici cartoni androne furgone
valigia valigie borse zaino sacchi bagagli
serratura chiavi porta portone
freddo gelo neve pioggia sottozero gela
addio lettera lettere biglietto saluto testamento
balcone finestra ponte tetto cavalcavia binari treno
corda cappio trave soffitto
"""


def _of_words() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _ALIKE.strip().splitlines():
        first, *others = normalise(line).split()
        for word in dict.fromkeys((first, *others)):
            found.setdefault(stem(word), []).append(first)
    return {word: tuple(dict.fromkeys(ideas)) for word, ideas in found.items()}


_IDEAS = _of_words()


def ideas(stems: Iterable[str]) -> tuple[str, ...]:
    """The ideas of words, each by a word of it."""
    return tuple(dict.fromkeys(idea for word in stems for idea in _IDEAS.get(word, ())))
