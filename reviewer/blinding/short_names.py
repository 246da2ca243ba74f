"""Other forms of Mexican names: familiar ones ("Lupita"), diminutives ("Rosita") and abbreviations ("Gpe.", "Rdz.")."""

from functools import lru_cache

FAMILIAR = {
    "adriana": ("adri",),
    "agustin": ("agus", "tin"),
    "alberto": ("beto",),
    "alejandra": ("ale", "alex", "jandra"),
    "alejandro": ("ale", "alex", "jano"),
    "alfonso": ("poncho", "fonso"),
    "alfredo": ("fredo", "fredy", "freddy"),
    "alicia": ("licha", "ali"),
    "ana": ("anita", "ani"),
    "andrea": ("andy", "andre"),
    "andres": ("andy",),
    "angelica": ("angie", "angy"),
    "antonia": ("toña", "toñita"),
    "antonio": ("toño", "tony"),
    "armando": ("mando",),
    "arturo": ("turo", "arthur"),
    "beatriz": ("bety", "betty", "bea"),
    "carlos": ("charly", "charlie", "carlitos"),
    "carolina": ("caro",),
    "catalina": ("cata", "caty"),
    "cecilia": ("ceci", "chila"),
    "claudia": ("clau",),
    "concepcion": ("concha", "conchita", "chona"),
    "consuelo": ("chelo",),
    "cristina": ("cris", "cristy"),
    "cristobal": ("tobal",),
    "daniel": ("dani", "dany"),
    "daniela": ("dani", "dany"),
    "dolores": ("lola", "lolita"),
    "eduardo": ("lalo", "edu", "eddy"),
    "elena": ("nena", "elenita"),
    "elizabeth": ("eli", "liz", "lizzy", "bety"),
    "enrique": ("quique", "kike", "henry"),
    "ernesto": ("neto",),
    "esperanza": ("pera", "lancha"),
    "estela": ("estelita",),
    "esteban": ("estebitan",),
    "eugenia": ("geña", "maru"),
    "felipe": ("pipe", "lipe"),
    "fernanda": ("fer", "nanda"),
    "fernando": ("fer", "nando"),
    "francisca": ("paquita", "pancha", "paca", "chica"),
    "francisco": ("paco", "pancho", "frank", "quico", "kiko", "fran"),
    "gabriel": ("gabo", "gaby", "gabi"),
    "gabriela": ("gaby", "gabi"),
    "gerardo": ("jerry", "gera"),
    "gilberto": ("gil", "beto"),
    "graciela": ("chela", "gracia"),
    "gregorio": ("goyo",),
    "guadalupe": ("lupita", "lupe", "lupis", "pita"),
    "guillermo": ("memo", "guille", "willy"),
    "gustavo": ("gus", "tavo"),
    "hector": ("tito",),
    "humberto": ("beto",),
    "ignacio": ("nacho",),
    "isabel": ("isa", "chabela", "chabe", "chavela"),
    "jacobo": ("jaco",),
    "javier": ("javi", "xavi"),
    "jesus": ("chuy", "chucho", "chuyito"),
    "joaquin": ("quino", "quin"),
    "jorge": ("coque", "george"),
    "jose": ("pepe", "pepito", "che"),
    "josefina": ("josefa", "fina", "pepa", "chepina"),
    "juan": ("juancho", "johnny"),
    "juana": ("juanita", "janita"),
    "julian": ("juli",),
    "leonardo": ("leo",),
    "leticia": ("lety", "leti"),
    "lorena": ("lore",),
    "lourdes": ("lulu",),
    "lucia": ("lucy", "luci", "lu", "chia"),
    "luis": ("lucho", "luisito", "güicho"),
    "manuel": ("manolo", "manu", "meño"),
    "manuela": ("manola", "manu"),
    "margarita": ("mago", "magos", "marga", "rita"),
    "maria": ("mary", "mari", "marieta", "maruca"),
    "mariana": ("mar", "mariani"),
    "mauricio": ("mau",),
    "mercedes": ("meche", "merche"),
    "miguel": ("mike", "migue"),
    "monica": ("moni",),
    "natalia": ("nati", "naty", "talia"),
    "nicolas": ("nico",),
    "norma": ("normis",),
    "pablo": ("pablito",),
    "patricia": ("paty", "pati", "patty"),
    "pedro": ("perico", "pedrito"),
    "pilar": ("pili",),
    "rafael": ("rafa",),
    "raquel": ("raque", "quela"),
    "refugio": ("cuca", "cuquita", "cuco"),
    "ricardo": ("richard", "ricky", "rica"),
    "roberto": ("beto", "robert", "robe"),
    "rocio": ("chio",),
    "rodolfo": ("rodo", "fito"),
    "rodrigo": ("rodri", "rorro"),
    "rosalia": ("rosy", "chalia"),
    "rosario": ("chayo", "charo", "chayito"),
    "salvador": ("chava", "salva"),
    "santiago": ("santi", "chago"),
    "sebastian": ("sebas",),
    "sergio": ("checo", "yeyo"),
    "silvia": ("chivis", "silvi"),
    "socorro": ("coco",),
    "sofia": ("sofi", "chofi"),
    "soledad": ("chole", "sol"),
    "susana": ("susi", "susy"),
    "teresa": ("tere", "teresita"),
    "valentina": ("vale",),
    "valeria": ("vale",),
    "veronica": ("vero",),
    "vicente": ("chente",),
    "victor": ("vic",),
    "victoria": ("vicky", "viqui"),
    "ximena": ("xime",),
    "jimena": ("jime",),
    "yolanda": ("yoli", "yola"),
}
# Abbreviations that do not follow from the letters of the name.
ABBREVIATIONS = {"maria": ("ma", "mª"), "antonio": ("anto",), "jose": ("j",), "guadalupe": ("gpe", "guad")}
LONGEST_ABBREVIATION = 5
VOWELS = frozenset("aeiou")


@lru_cache(maxsize=1024)
def familiar_forms(name: str) -> frozenset[str]:
    """Returns the folded familiar forms of a folded name: "guadalupe" gives "lupita" and others."""
    stem = name[:-1] if name[-1:] in VOWELS else name
    ending = {"a": ("ita",), "o": ("ito",)}.get(name[-1:], ("ito", "ita"))
    diminutives = {stem + suffix for suffix in ending} if len(stem) > 2 else set()
    if stem.endswith("c"):
        diminutives |= {stem[:-1] + "qu" + suffix for suffix in ending}
    return frozenset(diminutives).union(form.replace("ñ", "n").replace("ü", "u") for form in FAMILIAR.get(name, ()))


def is_abbreviation(word: str, name: str) -> bool:
    """Returns whether a folded word, written with a capital, abbreviates a folded name.

    Its letters are the name's in order, the first one and the last, nearly all consonants: "rdz", "glez", "fco", "gpe".
    """
    if word in ABBREVIATIONS.get(name, ()):
        return True
    if not 2 <= len(word) <= LONGEST_ABBREVIATION or len(word) > len(name) - 2 or word[0] != name[0]:
        return False
    if word[-1] != name[-1] or sum(letter in VOWELS for letter in word[1:-1]) > 1:
        return False
    letters = iter(name)
    return all(letter in letters for letter in word)
