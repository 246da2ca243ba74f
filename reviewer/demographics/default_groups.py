"""How answers in free text are gathered into groups, as long as coordinators have not changed it.

The rules are written as coordinators read and change them (``group_rules``): a line is a group and the
beginnings of words that lead into it.
"""

from reviewer.demographics.answer_groups import Grouping, Rule

WOMAN, MAN, OTHER, NOT_STATED = "Mujer", "Hombre", "No binario u otra", "Prefiere no decir"
YES, NO, NONE, UNSURE = "Sí", "No", "Ninguna", "No sabe"


def _grouping(
    lines: str, explanation: str, *, earliest_word_decides: bool = False, last: tuple[str, ...] = ()
) -> Grouping:
    """Returns the grouping of these lines; groups are shown in their order, those of ``last`` at the end."""
    pairs = [line.split(": ") for line in lines.strip().splitlines()]
    rules = tuple(Rule(label, tuple(beginnings.split(", "))) for label, beginnings in pairs)
    labels = dict.fromkeys(label for label, _ in pairs)
    display_order = (*(label for label in labels if label not in last), *last)
    return Grouping(rules, display_order, explanation, earliest_word_decides)


# «M» alone may be «mujer» or «masculino»: no rule takes it.
GENDER = _grouping(
    """
Prefiere no decir: prefier, no decir, no deseo, no quiero, no contest, reserv
No binario u otra: no binari, nobinari, nb, enby, fluid, agener, queer, muxe
Mujer: mujer, femenin, transfem, femme, f
Hombre: hombre, masculin, transmasc, varon, h
No binario u otra: trans, otr
""",
    "Cada quien contestó con sus palabras y se agrupa por ellas. Se busca en este orden: «prefiero no "
    "decirlo»; una identidad no binaria; mujer, también trans; hombre, también trans; otra. "
    "Lo que ninguna regla reconoce queda en «Sin agrupar».",
    last=(WOMAN, MAN, OTHER, NOT_STATED),
)

# The levels of the census questionnaire of 2020 (INEGI, question on schooling), lowest first.
SCHOOLING = _grouping(
    """
Sin estudios: sin estudio, sin escolar, ningun, no estudi, preescolar
Primaria: primaria
Secundaria: secundaria
Bachillerato: bachiller, prepa, media superior, vocacional, cch, conalep, colegio de ciencias
Técnica o normal: tecnic, profesional tecnic, tsu, normal
Licenciatura: lic, ingeni, universi, superior, profesional, pasante
Posgrado: posgrado, postgrado, maestria, doctor, especialidad
""",
    "Cuenta el primer nivel que la respuesta nombra, concluido o no, como en el censo.",
    earliest_word_decides=True,
)

# Broad groups that the answers of applicants fall into; not an official classification of occupations.
OCCUPATION = _grouping(
    """
Estudiante: estudi, alumn, becari
Cine, escritura y artes: guion, escrit, cine, actor, actriz, actua, music, artist, poet, editor, edicion, \
fotogra, sonid, product, realiza, dramatur, bailar, dise, ilustra, period, locut, comunica, director, \
camarograf, teatr
Enseñanza y cultura: docen, profes, maestr, tallerist, bibliotec, gestor, interprete
Salud y cuidados: medic, enfermer, paramedic, psicolog, dentist, terapeut, cuidador, nutri
Hogar: hogar, ama de casa, amo de casa, labores dom
Comercio y servicios: comerci, vend, repartid, barista, meser, cociner, chef, estilist, taxi, chofer, \
conduc, guardia, polici, limpi, call center, centro de llamadas, ventas, cajer, seguridad
Oficios y producción: albañil, albanil, mecanic, costur, carpint, electric, plomer, obrer, campes, agricult, \
artesan, panader, herrer, soldad, operador, tecnic
Oficina y profesiones: admin, auxiliar, secretari, contad, abogad, ingenier, program, arquitect, consult, \
analist, servidor, servidora, emplead, gerent, funcionari, sistemas
Por su cuenta: freelance, independiente, autoemple, emprend, negocio
Jubilada o pensionada: jubil, pension, retirad
Sin empleo: desemple, sin empleo, sin trabajo, buscando, ningun
""",
    "Cada quien nombró su ocupación con sus palabras. La primera regla que reconoce una palabra decide.",
)

_NOT_STATED_LINE = "Prefiere no decir: prefier, no deseo, no quiero, no contest, reserv"
_UNSURE_LINE = "No sabe: no sabe, no se, no estoy segur, quiza, tal vez"
_NO_WORDS = "no, ningun, sin discapacidad, n/a, na, nada, negativ"

INDIGENOUS = _grouping(
    f"""
{_NOT_STATED_LINE}
{_UNSURE_LINE}
No: {_NO_WORDS}
Sí: si, nahua, zapotec, mixtec, mazahua, otomi, maya, mazatec, totonac, triqui, tseltal, tsotsil, tzeltal, \
tzotzil, purepecha, mixe, huastec, tlapanec, ñahñu, hñahñu, nnu, tepehu, raramuri, wixarika, huichol, \
chinantec, originari, indigen
""",
    "Es lo que cada persona dice de sí misma; decide la palabra que viene primero: «sí, pero no hablo la "
    "lengua» es sí. No se compara con quienes hablan una lengua indígena en el censo, que es otra cosa.",
    earliest_word_decides=True,
    last=(NO, UNSURE, NOT_STATED),
)
AFRO_MEXICAN = _grouping(
    f"""
{_NOT_STATED_LINE}
{_UNSURE_LINE}
No: {_NO_WORDS}
Sí: si, afro, negr, costa chica, jarocha
""",
    "Es lo que cada persona dice de sí misma; decide la palabra que viene primero.",
    earliest_word_decides=True,
    last=(NO, UNSURE, NOT_STATED),
)
DISABILITY = _grouping(
    f"""
{_NOT_STATED_LINE}
{_UNSURE_LINE}
Ninguna: {_NO_WORDS}
Motriz: motri, motora, silla de ruedas, muleta, movilidad, fisica
Visual: visual, ceg, ciega, ciego, baja vision, debil visual
Auditiva: auditiv, sord, hipoacus
Psicosocial: psicosocial, mental, depres, ansied, bipolar
Intelectual o neurodivergencia: intelect, autis, tea, tdah, asperger, neurodiv, dislex
Otra, o sin decir cuál: si, otr, multiple, enfermedad, cronic
""",
    "Es lo que cada persona dice de sí misma. La primera regla que reconoce una palabra decide.",
    last=(NONE, UNSURE, NOT_STATED),
)
PROJECT_KIND = _grouping(
    """
Cortometraje: cort
Biblia de serie: serie, miniserie, biblia, piloto, webserie
Documental: document
Argumento de largometraje: larg, pelicula, argument, feature
""",
    "Se reconoce por la primera regla que se cumple.",
)
NARRATIVE_GENRE = _grouping(
    """
Comedia: comedia, humor, satira, farsa, parodia
Terror: terror, horror, gore, slasher
Ciencia ficción y fantasía: ciencia ficcion, sci, fantas, distop
Suspenso y misterio: thriller, suspens, misterio, polici, crimen, noir, western
Romance: roman, amor
Documental: document, observacion, archivo, memoria, denuncia, ensayo
Animación e infantil: animac, infantil
Histórico: epoca, histor
Drama: drama, tragedia, biograf
""",
    "Decide la primera regla que se cumple: «comedia negra» es comedia, «drama romántico» es romance.",
)
