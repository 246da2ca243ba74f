"""The facts of an acta in formal Spanish: a function for each section of the document."""

from collections.abc import Iterator
from datetime import datetime
from zoneinfo import ZoneInfo

from reviewer.core.spanish import format_count, format_number, format_percent, join_words
from reviewer.core.text import MONTHS
from reviewer.decision.acta.document_model import Block, Code, Document, Heading, Paragraph, Signatures, Table
from reviewer.decision.acta.facts import ActaFacts, AgreementFact, AmendmentFacts, Names, ResolutionFact, TieFact

_DAYS = ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo")
EMPTY_CELL = "—"


def acta(facts: ActaFacts, *, names: Names) -> Document:
    """Returns the acta. ``names`` is empty in a draft of a blind call."""
    version = f"versión {facts.version}"
    return Document(
        issuers=facts.organizers,
        kind="Acta de fallo",
        title=facts.title,
        blocks=tuple(_blocks(facts, names)),
        footer=f"Acta de fallo · {facts.call} · {version} · huella {facts.fingerprint[:12]}",
        is_draft=not facts.is_signed,
    )


def amendment(facts: AmendmentFacts, *, names: Names) -> Document:
    """Returns an amendment: which seats became free, why, and who takes them."""
    return Document(
        issuers=facts.organizers,
        kind=f"Adenda {facts.number} al acta de fallo",
        title=facts.title,
        blocks=tuple(_amendment_blocks(facts, names)),
        footer=f"Adenda {facts.number} · {facts.call} · huella {facts.fingerprint[:12]}",
    )


def format_long_day(moment: datetime, timezone: str) -> str:
    """Returns «martes 24 de noviembre de 2026», in the given time zone."""
    local = moment.astimezone(ZoneInfo(timezone))
    return f"{_DAYS[local.weekday()]} {local.day} de {MONTHS[local.month - 1]} de {local.year}"


def format_hour(moment: datetime, timezone: str) -> str:
    """Returns «17:05 horas»."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%H:%M} horas"


def _day_and_hour(moment: datetime, timezone: str) -> tuple[str, str]:
    return format_long_day(moment, timezone), format_hour(moment, timezone)


def format_fingerprint(fingerprint: str) -> str:
    """Returns a fingerprint in groups of eight, which two people can compare aloud."""
    return " ".join(fingerprint[start : start + 8] for start in range(0, len(fingerprint), 8))


def people_table(folios: tuple[str, ...], names: Names, caption: str) -> Table:
    """Returns a numbered table of folios, with the names that are given."""
    has_names = any(folio in names for folio in folios)
    rows = tuple(
        (str(position), folio, *((names.get(folio, EMPTY_CELL),) if has_names else ()))
        for position, folio in enumerate(folios, start=1)
    )
    if has_names:
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
    convened = f", a la que convocan {join_words(list(facts.organizers))}," if facts.organizers else ""
    seats = format_count(facts.seats, "lugar", "lugares")
    for index, sitting in enumerate(facts.sittings):
        day, began = _day_and_hour(sitting.began, facts.timezone)
        met_phrase = "volvió a reunirse" if index else "se reunió"
        text = f"En {sitting.place}, el {day} a las {began}, {met_phrase} el jurado de la convocatoria "
        text += f"«{facts.title}»"
        if index == 0:
            text += f"{convened} para deliberar y emitir el fallo sobre {seats}"
        if sitting.ended:
            text += f". La sesión terminó a las {format_hour(sitting.ended, facts.timezone)}"
            text += _end_day_text(sitting.began, sitting.ended, facts.timezone)
        yield Paragraph(f"{text}.")
    if facts.replaces is not None:
        yield Paragraph(
            f"Esta versión {facts.version} corrige y sustituye a la versión {facts.replaces}, de huella "
            f"{facts.replaces_fingerprint[:12]}, por la razón siguiente: {facts.correction}"
        )


def _end_day_text(began: datetime, ended: datetime, timezone: str) -> str:
    zone = ZoneInfo(timezone)
    is_same_day = began.astimezone(zone).date() == ended.astimezone(zone).date()
    return "" if is_same_day else f" del {format_long_day(ended, timezone)}"


def _jury(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Asistencia y excusas")
    rows = tuple(
        (
            member.name,
            member.capacity,
            "Presente" if member.present else "Ausente",
            ", ".join(member.recused) or EMPTY_CELL,
        )
        for member in facts.members
    )
    if not rows:
        yield Paragraph("No hay asistencia registrada.")
        return
    head = ("Nombre", "Calidad", "Asistencia", "Se excusó de")
    yield Table(head, rows, (0.34, 0.2, 0.16, 0.3))
    if any(member.recused for member in facts.members):
        yield Paragraph(
            "Quien tiene un conflicto de interés con una postulación no la leyó, y no participó ni votó "
            "cuando se habló de ella.",
            small=True,
        )


def _rules(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Reglas vigentes")
    seats = join_words([f"{format_number(venue.seats)} en {venue.label}" for venue in facts.venues])
    yield Paragraph(
        f"Se asignan {format_count(facts.seats, 'lugar', 'lugares')}: {seats}. Solo pueden ser seleccionadas "
        "las postulaciones elegibles que el jurado leyó."
    )
    if facts.rules:
        rows = tuple((rule.label, rule.limits, rule.outcome) for rule in facts.rules)
        yield Table(("Regla de representación", "Límite", "Resultado"), rows, (0.46, 0.24, 0.3))
    else:
        yield Paragraph("La convocatoria no fija reglas de representación.")
    for warning in facts.warnings:
        yield Paragraph(warning, small=True)


def _method(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Método, en palabras llanas")
    total = sum(weight for _, weight in facts.criteria)
    weights = join_words([f"{label} ({format_percent(weight / total)})" for label, weight in facts.criteria])
    blind = " sin conocer el nombre de quien postula" if facts.blind else ""
    readers = format_count(facts.readings_per_application, "persona", "personas")
    yield Paragraph(
        f"Cada postulación se repartió a {readers} "
        f"del jurado, que la leyeron por separado{blind} y calificaron {weights}."
    )
    if facts.order == "calibrated":
        yield Paragraph(
            "Hay quien califica alto y quien califica bajo, y no todas las personas leyeron lo mismo. Por eso el orden "
            "se toma de un puntaje calibrado: a cada calificación se le descuenta la severidad de quien la puso, se "
            "toma en cuenta cuánto distingue y con qué constancia, y lo que se sabe de una postulación con pocas "
            "lecturas se acerca al promedio. El promedio simple de cada postulación se tuvo siempre a la vista."
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
        seats = format_count(venue.seats, "lugar", "lugares")
        caption = f"{venue.label}: {format_number(len(venue.selected))} de {seats}"
        yield people_table(venue.selected, names, caption)


def _waiting(facts: ActaFacts, names: Names) -> Iterator[Block]:
    yield Heading("Lista de espera")
    yield Paragraph(
        "Si una persona seleccionada declina o no responde en el plazo, su lugar pasa a la siguiente de la "
        "lista de espera de esa sede con la que se sigan cumpliendo las reglas, y se levanta una adenda."
    )
    for venue in facts.venues:
        if venue.waiting:
            yield people_table(venue.waiting, names, venue.label)
    if not any(venue.waiting for venue in facts.venues):
        yield Paragraph("No quedó nadie en lista de espera.")


def _deliberation(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Deliberación")
    if not facts.resolved:
        yield Paragraph("El jurado no sometió a votación ninguna postulación en particular.")
        return
    yield Paragraph("Se discutieron, una por una y en el orden fijado al abrir la sesión:")
    rows = tuple(
        (
            resolution.folio,
            resolution.decision,
            f"{resolution.in_favour} / {resolution.against} / {resolution.abstained}",
            resolution.reason + _recused_text(resolution),
        )
        for resolution in facts.resolved
    )
    head = ("Folio", "Decisión", "A favor / en contra / abst.", "Motivo")
    yield Table(head, rows, (0.14, 0.2, 0.17, 0.49), "llc")


def _recused_text(resolution: ResolutionFact) -> str:
    return f" Se excusó: {join_words(list(resolution.recused))}." if resolution.recused else ""


def _changes(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Cambios a mano")
    if not facts.changes:
        yield Paragraph("La propuesta calculada se aprobó sin cambios a mano.")
        return
    yield Paragraph("A la propuesta calculada se le hicieron estos cambios:")
    rows = tuple((change.folio, change.change, change.reason, change.by) for change in facts.changes)
    yield Table(("Folio", "Cambio", "Motivo", "Registró"), rows, (0.14, 0.24, 0.4, 0.22))


def _ties(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Empates y sorteo")
    seed = facts.lottery_seed
    yield Paragraph(
        f"Los empates se resuelven con la semilla publicada «{seed}»: va antes la postulación con el número más alto "
        f"al calcular SHA-256 de «{seed}|folio» y leer sus ocho primeros bytes. Cualquiera puede repetir la cuenta."
        if seed
        else "La convocatoria no publicó una semilla de sorteo: los empates se resuelven con el SHA-256 de "
        "«|folio», del más alto al más bajo."
    )
    if facts.lottery_band:
        low, high = (format_percent(limit) for limit in facts.lottery_band)
        yield Paragraph(
            f"La convocatoria sortea entre quienes tienen una probabilidad de lugar de {low} a {high}: en el "
            "orden valen lo mismo."
        )
    if not facts.ties:
        yield Paragraph("En la línea de corte no hubo empates.")
    for tie in facts.ties:
        folios = join_words(list(tie.folios))
        yield Paragraph(f"Hubo empate entre {folios}, que el sorteo dejó en ese orden.{_lottery_text(tie)}")


def _lottery_text(tie: TieFact) -> str:
    if not tie.seated:
        return ""
    places = "El lugar fue" if len(tie.seated) == 1 else "Los lugares fueron"
    return f" {places} para {join_words(list(tie.seated))}; con cualquiera se cumplían las reglas."


def _statistics(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Estadística del proceso")
    statistics = facts.statistics
    waiting = {folio for venue in facts.venues for folio in venue.waiting}  # one may wait for several venues
    withdrawn = statistics.received - statistics.eligible - statistics.ineligible - statistics.to_check
    rows = (
        ("Postulaciones recibidas", statistics.received),
        ("Elegibles", statistics.eligible),
        ("No elegibles", statistics.ineligible),
        *([("Retiradas por quien postuló", withdrawn)] if withdrawn else []),
        ("Sin cotejar al cierre", statistics.to_check),
        ("Elegibles con al menos una lectura", statistics.read),
        ("Dictámenes enviados", statistics.readings),
        ("Personas que dictaminaron", statistics.jurors),
        ("Excusas por conflicto de interés", statistics.recusals),
        ("Seleccionadas", sum(len(venue.selected) for venue in facts.venues)),
        ("En lista de espera", len(waiting)),
    )
    formatted = tuple((label, format_number(value)) for label, value in rows)
    yield Table(("Concepto", "Cantidad"), formatted, (0.8, 0.2), "lr")
    if facts.agreement is not None:
        yield from _agreement(facts.agreement)


def _agreement(agreement: AgreementFact) -> Iterator[Block]:
    rows = [(f"Alfa de Krippendorff: {label}", _format_figure(alpha)) for label, alpha in agreement.alpha]
    rows += [
        ("Correlación intraclase (ICC) de una lectura", _format_figure(agreement.single)),
        (
            f"Correlación intraclase (ICC) de la media de {format_number(agreement.readings)} lecturas",
            _format_figure(agreement.mean),
        ),
    ]
    if agreement.shares is not None:
        names = ("la postulación", "la severidad de quien lee", "lo demás")
        rows += [
            (f"Parte de la variación de los puntajes que se debe a {name}", format_percent(share))
            for name, share in zip(names, agreement.shares, strict=True)
        ]
    yield Table(("Acuerdo del jurado", "Valor"), tuple(rows), (0.8, 0.2), "lr")
    yield Paragraph(
        "El alfa y la correlación valen 1 donde todas las lecturas dicen lo mismo y 0 donde se parecen lo "
        "que daría el azar; «—» donde no hay lecturas suficientes para medir.",
        small=True,
    )


def _format_figure(value: float | None) -> str:
    return EMPTY_CELL if value is None else f"{value:.2f}".replace("-", "−")


def _fingerprint(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Huella de los datos")
    yield Paragraph(
        "Esta es la huella (SHA-256) de los folios, los puntajes y las decisiones con que se hizo esta acta. "
        "Si uno solo cambia, la huella es otra; «python -m reviewer verify» la vuelve a calcular."
    )
    yield Code(format_fingerprint(facts.fingerprint))


def _signatures(facts: ActaFacts) -> Iterator[Block]:
    yield Heading("Firmas", min_space=6.5)
    if facts.signed_at is not None:
        day, hour = _day_and_hour(facts.signed_at, facts.timezone)
        yield Paragraph(f"Cerró esta acta en el sistema, con su contraseña, {facts.signed_by}, el {day} a las {hour}.")
    signing = [member for member in facts.members if member.present and member.signs]
    people = tuple((member.name, member.capacity) for member in signing)
    if people:
        yield Signatures(people)


def _amendment_blocks(facts: AmendmentFacts, names: Names) -> Iterator[Block]:
    day, hour = _day_and_hour(facts.signed_at, facts.timezone)
    yield Paragraph(
        f"En {facts.place}, el {day} a las {hour}, se adiciona el acta de fallo de la convocatoria "
        f"«{facts.title}», versión {facts.acta_version}, de huella {facts.acta_fingerprint[:12]}, "
        "en los términos que ella misma previó para los lugares que quedan libres."
    )
    yield Heading("Sustituciones")
    rows = tuple(
        (
            replacement.venue,
            _folio_and_name(replacement.freed_by, names),
            replacement.cause,
            _folio_and_name(replacement.taken_by, names) if replacement.taken_by else "Queda vacante",
        )
        for replacement in facts.replacements
    )
    yield Table(("Sede", "Deja el lugar", "Causa", "Lo ocupa"), rows, (0.2, 0.28, 0.24, 0.28))
    for replacement in facts.replacements:
        if replacement.passed_over:
            passed_over = join_words(list(replacement.passed_over))
            yield Paragraph(
                f"Para el lugar de {replacement.freed_by} no se llamó a {passed_over}, que iban "
                "antes en la lista de espera: con ellas dejaba de cumplirse una regla.",
                small=True,
            )
    yield Paragraph("En lo demás, el acta de fallo queda como está.")
    yield Heading("Huella de los datos")
    yield Code(format_fingerprint(facts.fingerprint))
    yield Heading("Firma", min_space=6.5)
    yield Paragraph(f"Cerró esta adenda en el sistema, con su contraseña, {facts.signed_by}.")
    yield Signatures(((facts.signed_by, "Coordinación"),))


def _folio_and_name(folio: str, names: Names) -> str:
    return f"{folio} · {names[folio]}" if folio in names else folio
