"""An acta's facts put into formal Spanish: the sections of the document, one function each."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from reviewer.decision.acta.blocks import Block, Code, Document, Heading, Paragraph, Signatures, Table
from reviewer.decision.acta.facts import ActaFacts, Agreement, AmendmentFacts, Names, Tie
from reviewer.words import counted, listed, number, percent

_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
_MONTHS = (
    *("enero", "febrero", "marzo", "abril", "mayo", "junio"),
    *("julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"),
)
NOTHING = "—"


def acta(facts: ActaFacts, *, names: Names) -> Document:
    """The whole acta. In a draft of a blind call ``names`` is empty."""
    version = f"versión {facts.version}"
    return Document(
        issuers=facts.organizers,
        kind="Acta de fallo",
        title=facts.title,
        blocks=tuple(_blocks(facts, names)),
        foot=f"Acta de fallo · {facts.call} · {version} · huella {facts.fingerprint[:12]}",
        draft=not facts.is_signed,
    )


def amendment(facts: AmendmentFacts, *, names: Names) -> Document:
    """An amendment: which places fell free, why, and who takes them."""
    return Document(
        issuers=facts.organizers,
        kind=f"Adenda {facts.number} al acta de fallo",
        title=facts.title,
        blocks=tuple(_amended(facts, names)),
        foot=f"Adenda {facts.number} · {facts.call} · huella {facts.fingerprint[:12]}",
    )


def long_day(moment: datetime, timezone: str) -> str:
    """«martes 24 de noviembre de 2026», in the zone given."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{_DAYS[local.weekday()]} {local.day} de {_MONTHS[local.month - 1]} de {local.year}"


def hour(moment: datetime, timezone: str) -> str:
    """«17:05 horas»."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%H:%M} horas"


def grouped(fingerprint: str) -> str:
    """A fingerprint in groups of eight, so that two people can compare it aloud."""
    return " ".join(fingerprint[at : at + 8] for at in range(0, len(fingerprint), 8))


def people(folios: tuple[str, ...], names: Names, caption: str) -> Table:
    """A numbered list of folios, with their names where these are given."""
    named = any(each in names for each in folios)
    rows = tuple(
        (str(place), folio, *((names.get(folio, NOTHING),) if named else ()))
        for place, folio in enumerate(folios, start=1)
    )
    if named:
        return Table(("Núm.", "Folio", "Nombre"), rows, (0.1, 0.2, 0.7), "r", caption)
    return Table(("Núm.", "Folio"), rows, (0.1, 0.9), "r", caption)


def _blocks(facts: ActaFacts, names: Names) -> Iterator[Block]:
    yield from _opening(facts)
    yield from _jury(facts)
    yield from _rules(facts)
    yield from _method(facts)
    yield from _results(facts, names)
    yield from _waiting(facts, names)
    yield from _deliberation(facts)
    yield from _changes(facts)
    yield from _ties(facts)
    yield from _statistics(facts)
    yield from _fingerprint(facts)
    yield from _signatures(facts)


def _opening(facts: ActaFacts) -> Iterator[Block]:
    for place, sitting in enumerate(facts.sittings):
        day, began = long_day(sitting.began, facts.timezone), hour(sitting.began, facts.timezone)
        again = "se reunió" if place == 0 else "volvió a reunirse"
        text = f"En {sitting.place}, el {day} a las {began}, {again} el jurado de la convocatoria "
        text += f"«{facts.title}»"
        if place == 0:
            called = f", a la que convocan {listed(list(facts.organizers))}," if facts.organizers else ""
            text += (
                f"{called} para deliberar y emitir el fallo sobre {counted(facts.seats, 'lugar', 'lugares')}"
            )
        if sitting.ended:
            text += f". La sesión terminó a las {hour(sitting.ended, facts.timezone)}"
            text += _other_day(sitting.began, sitting.ended, facts.timezone)
        yield Paragraph(f"{text}.")
    if facts.replaces is not None:
        yield Paragraph(
            f"Esta versión {facts.version} corrige y sustituye a la versión {facts.replaces}, de huella "
            f"{facts.replaces_fingerprint[:12]}, por la razón siguiente: {facts.correction}"
        )


def _other_day(began: datetime, ended: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    same = began.astimezone(zone).date() == ended.astimezone(zone).date()
    return "" if same else f" del {long_day(ended, timezone)}"


def _jury(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Asistencia y excusas")
    rows = tuple(
        (
            each.name,
            each.capacity,
            "Presente" if each.present else "Ausente",
            ", ".join(each.recused) or NOTHING,
        )
        for each in facts.members
    )
    if not rows:
        yield Paragraph("No hay asistencia registrada.")
        return
    head = ("Nombre", "Calidad", "Asistencia", "Se excusó de")
    yield Table(head, rows, (0.34, 0.2, 0.16, 0.3))
    if any(each.recused for each in facts.members):
        yield Paragraph(
            "Quien tiene un conflicto de interés con una postulación no la leyó, y no participó ni votó "
            "cuando se habló de ella.",
            small=True,
        )


def _rules(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Reglas vigentes")
    seats = listed([f"{number(each.seats)} en {each.label}" for each in facts.venues])
    yield Paragraph(
        f"Se asignan {counted(facts.seats, 'lugar', 'lugares')}: {seats}. Solo pueden ser seleccionadas "
        "las postulaciones elegibles que el jurado leyó."
    )
    if facts.rules:
        rows = tuple((each.label, each.limits, each.outcome) for each in facts.rules)
        yield Table(("Regla de representación", "Límite", "Resultado"), rows, (0.46, 0.24, 0.3))
    else:
        yield Paragraph("La convocatoria no fija reglas de representación.")
    for each in facts.warnings:
        yield Paragraph(each, small=True)


def _method(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Método, en palabras llanas")
    total = sum(weight for _, weight in facts.criteria)
    weights = listed([f"{label} ({percent(weight / total)})" for label, weight in facts.criteria])
    blind = " sin conocer el nombre de quien postula" if facts.blind else ""
    yield Paragraph(
        f"Cada postulación se repartió a {counted(facts.readings_per_application, 'persona', 'personas')} "
        f"del jurado, que la leyeron por separado{blind} y calificaron {weights}."
    )
    if facts.order == "calibrated":
        yield Paragraph(
            "Hay quien califica alto y quien califica bajo, y no todas las personas leyeron lo mismo. Por "
            "eso el orden se toma de un puntaje calibrado: a cada calificación se le descuenta la severidad "
            "de quien la puso, se toma en cuenta cuánto distingue y con qué constancia, y lo que se sabe de "
            "una postulación con pocas lecturas se acerca al promedio. El promedio simple de cada "
            "postulación se tuvo siempre a la vista."
        )
    else:
        yield Paragraph(
            "El orden es el del promedio simple de los puntajes ponderados. El puntaje calibrado, que "
            "descuenta la severidad de cada persona, se tuvo a la vista y no ordena."
        )
    yield Paragraph(
        "De ese orden se buscó el grupo con más mérito que llena los lugares y cumple todas las reglas. El "
        "jurado revisó en sesión las postulaciones cercanas a la línea de corte, y decidió."
    )


def _results(facts: ActaFacts, names: Names) -> Iterator[Block]:
    yield Heading("Resultado por sede")
    for venue in facts.venues:
        taken = f"{number(len(venue.selected))} de {counted(venue.seats, 'lugar', 'lugares')}"
        yield people(venue.selected, names, f"{venue.label}: {taken}")


def _waiting(facts: ActaFacts, names: Names) -> Iterator[Block]:
    yield Heading("Lista de espera")
    yield Paragraph(
        "Si una persona seleccionada declina o no responde en el plazo, su lugar pasa a la siguiente de la "
        "lista de espera de esa sede con la que se sigan cumpliendo las reglas, y se levanta una adenda."
    )
    for venue in facts.venues:
        if venue.waiting:
            yield people(venue.waiting, names, venue.label)
    if not any(each.waiting for each in facts.venues):
        yield Paragraph("No quedó nadie en lista de espera.")


def _deliberation(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Deliberación")
    if not facts.resolved:
        yield Paragraph("El jurado no sometió a votación ninguna postulación en particular.")
        return
    yield Paragraph("Se discutieron, una por una y en el orden fijado al abrir la sesión:")
    rows = tuple(
        (
            each.folio,
            each.decision,
            f"{each.in_favour} / {each.against} / {each.abstained}",
            each.reason + (f" Se excusó: {listed(list(each.recused))}." if each.recused else ""),
        )
        for each in facts.resolved
    )
    head = ("Folio", "Decisión", "A favor / en contra / abst.", "Motivo")
    yield Table(head, rows, (0.14, 0.2, 0.17, 0.49), "llc")


def _changes(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Cambios a mano")
    if not facts.changes:
        yield Paragraph("La propuesta calculada se aprobó sin cambios a mano.")
        return
    yield Paragraph("A la propuesta calculada se le hicieron estos cambios:")
    rows = tuple((each.folio, each.change, each.reason, each.by) for each in facts.changes)
    yield Table(("Folio", "Cambio", "Motivo", "Registró"), rows, (0.14, 0.24, 0.4, 0.22))


def _ties(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Empates y sorteo")
    seed = facts.lottery_seed
    yield Paragraph(
        f"Los empates se resuelven con la semilla publicada «{seed}»: va antes la postulación con el número "
        f"más alto al calcular SHA-256 de «{seed}|folio» y leer sus ocho primeros bytes. Cualquiera puede "
        "repetir la cuenta."
        if seed
        else "La convocatoria no publicó una semilla de sorteo: los empates se resuelven con el SHA-256 de "
        "«|folio», del más alto al más bajo."
    )
    if facts.lottery_band:
        low, high = (percent(each) for each in facts.lottery_band)
        yield Paragraph(
            f"La convocatoria sortea entre quienes tienen una probabilidad de lugar de {low} a {high}: en el "
            "orden valen lo mismo."
        )
    if not facts.ties:
        yield Paragraph("En la línea de corte no hubo empates.")
    for tie in facts.ties:
        yield Paragraph(
            f"Hubo empate entre {listed(list(tie.folios))}, que el sorteo dejó en ese orden.{_drawn(tie)}"
        )


def _drawn(tie: Tie) -> str:
    if not tie.seated:
        return ""
    places = "El lugar fue" if len(tie.seated) == 1 else "Los lugares fueron"
    return f" {places} para {listed(list(tie.seated))}; con cualquiera se cumplían las reglas."


def _statistics(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Estadística del proceso")
    seen = facts.statistics
    waiting = {folio for each in facts.venues for folio in each.waiting}  # one may wait for several venues
    lines = (
        ("Postulaciones recibidas", seen.received),
        ("Elegibles", seen.eligible),
        ("No elegibles", seen.ineligible),
        ("Sin cotejar al cierre", seen.to_check),
        ("Elegibles con al menos una lectura", seen.read),
        ("Dictámenes enviados", seen.readings),
        ("Personas que dictaminaron", seen.jurors),
        ("Excusas por conflicto de interés", seen.recusals),
        ("Seleccionadas", sum(len(each.selected) for each in facts.venues)),
        ("En lista de espera", len(waiting)),
    )
    yield Table(("Concepto", "Cantidad"), tuple((a, number(b)) for a, b in lines), (0.8, 0.2), "lr")
    if facts.agreement is not None:
        yield from _agreement(facts.agreement)


def _agreement(found: Agreement) -> Iterator[Block]:
    rows = [(f"Alfa de Krippendorff: {label}", _figure(alpha)) for label, alpha in found.alpha]
    rows += [
        ("Correlación intraclase (ICC) de una lectura", _figure(found.single)),
        (
            f"Correlación intraclase (ICC) de la media de {number(found.readings)} lecturas",
            _figure(found.mean),
        ),
    ]
    if found.shares is not None:
        names = ("la postulación", "la severidad de quien lee", "lo demás")
        rows += [
            (f"Parte de la variación de los puntajes que se debe a {name}", percent(share))
            for name, share in zip(names, found.shares, strict=True)
        ]
    yield Table(("Acuerdo del jurado", "Valor"), tuple(rows), (0.8, 0.2), "lr")
    yield Paragraph(
        "El alfa y la correlación valen 1 donde todas las lecturas dicen lo mismo y 0 donde se parecen lo "
        "que daría el azar; «—» donde no hay lecturas suficientes para medir.",
        small=True,
    )


def _figure(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.2f}".replace("-", "−")


def _fingerprint(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Huella de los datos")
    yield Paragraph(
        "Esta es la huella (SHA-256) de los folios, los puntajes y las decisiones con que se hizo esta acta. "
        "Si uno solo cambia, la huella es otra; «python -m reviewer verify» la vuelve a calcular."
    )
    yield Code(grouped(facts.fingerprint))


def _signatures(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Firmas", room=6.5)
    if facts.signed_at is not None:
        yield Paragraph(
            f"Cerró esta acta en el sistema, con su contraseña, {facts.signed_by}, el "
            f"{long_day(facts.signed_at, facts.timezone)} a las {hour(facts.signed_at, facts.timezone)}."
        )
    people = tuple((each.name, each.capacity) for each in facts.members if each.present and each.signs)
    if people:
        yield Signatures(people)


def _amended(facts: AmendmentFacts, names: Names) -> Iterator[Block]:
    day, at = long_day(facts.signed_at, facts.timezone), hour(facts.signed_at, facts.timezone)
    yield Paragraph(
        f"En {facts.place}, el {day} a las {at}, se adiciona el acta de fallo de la convocatoria "
        f"«{facts.title}», versión {facts.acta_version}, de huella {facts.acta_fingerprint[:12]}, "
        "en los términos que ella misma previó para los lugares que quedan libres."
    )
    yield Heading("Sustituciones")
    rows = tuple(
        (
            each.venue,
            _named(each.freed_by, names),
            each.cause,
            _named(each.taken_by, names) if each.taken_by else "Queda vacante",
        )
        for each in facts.replacements
    )
    yield Table(("Sede", "Deja el lugar", "Causa", "Lo ocupa"), rows, (0.2, 0.28, 0.24, 0.28))
    for each in facts.replacements:
        if each.passed_over:
            yield Paragraph(
                f"Para el lugar de {each.freed_by} no se llamó a {listed(list(each.passed_over))}, que iban "
                "antes en la lista de espera: con ellas dejaba de cumplirse una regla.",
                small=True,
            )
    yield Paragraph("En lo demás, el acta de fallo queda como está.")
    yield Heading("Huella de los datos")
    yield Code(grouped(facts.fingerprint))
    yield Heading("Firma", room=6.5)
    yield Paragraph(f"Cerró esta adenda en el sistema, con su contraseña, {facts.signed_by}.")
    yield Signatures(((facts.signed_by, "Coordinación"),))


def _named(folio: str, names: Names) -> str:
    return f"{folio} · {names[folio]}" if folio in names else folio
