"""How the answers to each open question are gathered, as long as nobody has changed it.

Rules for gender and schooling are in ``answers``; those of the other questions are here, by the field's
canonical name. Coordinators see and change all of them (``grouping_rules``).
"""

from reviewer.demographics.answer_groups import GENDER, NOT_STATED, SCHOOLING, Grouping, Rule

YES, NO, NONE, UNSURE = "Sí", "No", "Ninguna", "No sabe"
_NOT_STATED = Rule(NOT_STATED, ("prefier", "no deseo", "no quiero", "no contest", "reserv"))
_UNSURE = Rule(UNSURE, ("no sabe", "no se", "no estoy segur", "quiza", "tal vez"))
_NO = ("no", "ningun", "sin discapacidad", "n/a", "na", "nada", "negativ")


def _grouping(rules: tuple[Rule, ...], explanation: str, *, earliest_word_decides: bool = False) -> Grouping:
    """Groups are shown in the order of their rules, but for those that say nothing: they come last."""
    labels = tuple(dict.fromkeys(rule.label for rule in rules))
    trailing_labels = tuple(label for label in (NONE, NO, UNSURE, NOT_STATED) if label in labels)
    return Grouping(
        rules,
        (*(label for label in labels if label not in trailing_labels), *trailing_labels),
        explanation,
        earliest_word_decides,
    )


# The broad groups that applicants' own words fall into; not an official classification of occupations.
OCCUPATION = _grouping(
    (
        Rule("Estudiante", ("estudi", "alumn", "becari")),
        Rule(
            "Cine, escritura y artes",
            (
                *("guion", "escrit", "cine", "actor", "actriz", "actua", "music", "artist", "poet"),
                *("editor", "edicion", "fotogra", "sonid", "product", "realiza", "dramatur", "bailar"),
                *("dise", "ilustra", "period", "locut", "comunica", "director", "camarograf", "teatr"),
            ),
        ),
        Rule(
            "Enseñanza y cultura",
            ("docen", "profes", "maestr", "tallerist", "bibliotec", "gestor", "interprete"),
        ),
        Rule(
            "Salud y cuidados",
            ("medic", "enfermer", "paramedic", "psicolog", "dentist", "terapeut", "cuidador", "nutri"),
        ),
        Rule("Hogar", ("hogar", "ama de casa", "amo de casa", "labores dom")),
        Rule(
            "Comercio y servicios",
            (
                *("comerci", "vend", "repartid", "barista", "meser", "cociner", "chef", "estilist", "taxi"),
                *("chofer", "conduc", "guardia", "polici", "limpi", "call center", "centro de llamadas"),
                *("ventas", "cajer", "seguridad"),
            ),
        ),
        Rule(
            "Oficios y producción",
            (
                "albañil",
                "albanil",
                "mecanic",
                "costur",
                "carpint",
                "electric",
                "plomer",
                "obrer",
                "campes",
                "agricult",
                "artesan",
                "panader",
                "herrer",
                "soldad",
                "operador",
                "tecnic",
            ),
        ),
        Rule(
            "Oficina y profesiones",
            (
                "admin",
                "auxiliar",
                "secretari",
                "contad",
                "abogad",
                "ingenier",
                "program",
                "arquitect",
                "consult",
                "analist",
                "servidor",
                "servidora",
                "emplead",
                "gerent",
                "funcionari",
                "sistemas",
            ),
        ),
        Rule("Por su cuenta", ("freelance", "independiente", "autoemple", "emprend", "negocio")),
        Rule("Jubilada o pensionada", ("jubil", "pension", "retirad")),
        Rule("Sin empleo", ("desemple", "sin empleo", "sin trabajo", "buscando", "ningun")),
    ),
    "Cada quien nombró su ocupación con sus palabras. La primera regla que reconoce una palabra decide.",
)

INDIGENOUS = _grouping(
    (
        _NOT_STATED,
        _UNSURE,
        Rule(NO, _NO),
        Rule(
            YES,
            (
                *(
                    "si",
                    "nahua",
                    "zapotec",
                    "mixtec",
                    "mazahua",
                    "otomi",
                    "maya",
                    "mazatec",
                    "totonac",
                    "triqui",
                ),
                *("tseltal", "tsotsil", "tzeltal", "tzotzil", "purepecha", "mixe", "huastec", "tlapanec"),
                *(
                    "ñahñu",
                    "hñahñu",
                    "nnu",
                    "tepehu",
                    "raramuri",
                    "wixarika",
                    "huichol",
                    "chinantec",
                    "originari",
                    "indigen",
                ),
            ),
        ),
    ),
    "Es lo que cada persona dice de sí misma; decide la palabra que viene primero: «sí, pero no hablo la "
    "lengua» es sí. No se compara con quienes hablan una lengua indígena en el censo, que es otra cosa.",
    earliest_word_decides=True,
)
AFRO_MEXICAN = _grouping(
    (
        _NOT_STATED,
        _UNSURE,
        Rule(NO, _NO),
        Rule(YES, ("si", "afro", "negr", "costa chica", "jarocha")),
    ),
    "Es lo que cada persona dice de sí misma; decide la palabra que viene primero.",
    earliest_word_decides=True,
)
DISABILITY = _grouping(
    (
        _NOT_STATED,
        _UNSURE,
        Rule(NONE, _NO),
        Rule("Motriz", ("motri", "motora", "silla de ruedas", "muleta", "movilidad", "fisica")),
        Rule("Visual", ("visual", "ceg", "ciega", "ciego", "baja vision", "debil visual")),
        Rule("Auditiva", ("auditiv", "sord", "hipoacus")),
        Rule("Psicosocial", ("psicosocial", "mental", "depres", "ansied", "bipolar")),
        Rule(
            "Intelectual o neurodivergencia",
            ("intelect", "autis", "tea", "tdah", "asperger", "neurodiv", "dislex"),
        ),
        Rule("Otra, o sin decir cuál", ("si", "otr", "multiple", "enfermedad", "cronic")),
    ),
    "Es lo que cada persona dice de sí misma. La primera regla que reconoce una palabra decide.",
)
PROJECT_KIND = _grouping(
    (
        Rule("Cortometraje", ("cort",)),
        Rule("Biblia de serie", ("serie", "miniserie", "biblia", "piloto", "webserie")),
        Rule("Documental", ("document",)),
        Rule("Argumento de largometraje", ("larg", "pelicula", "argument", "feature")),
    ),
    "Se reconoce por la primera regla que se cumple.",
)
NARRATIVE_GENRE = _grouping(
    (
        Rule("Comedia", ("comedia", "humor", "satira", "farsa", "parodia")),
        Rule("Terror", ("terror", "horror", "gore", "slasher")),
        Rule("Ciencia ficción y fantasía", ("ciencia ficcion", "sci", "fantas", "distop")),
        Rule(
            "Suspenso y misterio", ("thriller", "suspens", "misterio", "polici", "crimen", "noir", "western")
        ),
        Rule("Romance", ("roman", "amor")),
        Rule("Documental", ("document", "observacion", "archivo", "memoria", "denuncia", "ensayo")),
        Rule("Animación e infantil", ("animac", "infantil")),
        Rule("Histórico", ("epoca", "histor")),
        Rule("Drama", ("drama", "tragedia", "biograf")),
    ),
    "Decide la primera regla que se cumple: «comedia negra» es comedia, «drama romántico» es romance.",
)

DEFAULTS: dict[str, Grouping] = {
    "genero": GENDER,
    "escolaridad": SCHOOLING,
    "ocupacion": OCCUPATION,
    "pueblo_indigena": INDIGENOUS,
    "afromexicana": AFRO_MEXICAN,
    "discapacidad": DISABILITY,
    "proyecto_tipo": PROJECT_KIND,
    "genero_narrativo": NARRATIVE_GENRE,
}
"""By the canonical name of the field."""
