"""The actions that each route requires, for the tests and ``docs/permissions.md``.

The verbs that the routes call check them. An empty tuple stands for any logged-in person.
"""

from reviewer.access.permissions import Action

PUBLIC_ROUTES = {
    "POST /sesion": "exchanges a ticket from the login form for a cookie",
    "POST /salir": "ends the session of the cookie, if there is one",
    "GET /fuentes": "serves the typefaces",
    "GET /salud": "says whether the server can work",
    "GET /salud/viva": "says whether the process is alive",
    "GET /metricas": "gives figures to Prometheus; 404 without the token",
}

ROUTE_ACTIONS: dict[str, tuple[Action, ...]] = {
    "GET /guia/{name}.webp": (),
    "GET /descargas/cohorte/{name}.{kind}": (Action.SEE_COHORT,),
    "GET /descargas/avance.csv": (Action.SEE_PROGRESS,),
    "GET /descargas/bitacora.csv": (Action.SEE_TRAIL,),
    "GET /descargas/hallazgos.csv": (Action.IMPORT_BATCH,),
    "GET /descargas/lecturas.csv": (Action.SEE_PROGRESS,),
    "GET /descargas/lote-de-muestra.zip": (Action.IMPORT_BATCH,),
    "GET /descargas/no-elegibles.csv": (Action.SCREEN,),
    "GET /descargas/pedidas.csv": (Action.SCREEN,),
    "GET /descargas/plantilla.xlsx": (Action.IMPORT_BATCH,),
    "GET /descargas/puntajes.csv": (Action.SEE_RANKING,),
    "GET /descargas/ranking.csv": (Action.SEE_RANKING,),
    "GET /descargas/ranking.xlsx": (Action.SEE_RANKING,),
    "GET /descargas/seleccion.csv": (Action.SEE_SELECTION,),
    "GET /descargas/exportacion/{name}": (Action.EXPORT,),
    "GET /descargas/privacidad/{name}": (Action.KEEP_PRIVACY,),
    "GET /descargas/respaldo/{name}": (Action.BACK_UP,),
    "GET /descargas/acta/{name}": (Action.SEE_ACTA,),
    "GET /documentos/{document_id}/paginas/{page:int}.webp": (Action.SEE_DESK, Action.SCREEN),
    "GET /documentos/{document_id}/texto/{page:int}": (Action.SEE_DESK, Action.SCREEN),
    "POST /documentos/{document_id}/vista": (Action.SEE_DESK, Action.SCREEN),
    "POST /documentos/{document_id}/aviso": (Action.RAISE_FLAG,),
    "GET /documentos/{document_id}/version": (Action.SEE_DESK, Action.SCREEN),
    "GET /documentos/{document_id}/cubiertas": (Action.COVER,),
    "POST /documentos/{document_id}/cubiertas": (Action.COVER,),
    "POST /documentos/{document_id}/cubiertas/{cover_id}/estado": (Action.COVER,),
    "POST /dictamenes/{call}/{folio:path}/puntajes": (Action.REVIEW,),
    "POST /dictamenes/{call}/{folio:path}/notas": (Action.REVIEW,),
    "POST /dictamenes/{call}/{folio:path}/marcas": (Action.REVIEW,),
    "POST /dictamenes/{call}/{folio:path}/enviar": (Action.REVIEW,),
    "POST /dictamenes/{call}/{folio:path}/reabrir": (Action.REVIEW,),
    "POST /dictamenes/{call}/{folio:path}/omitir": (Action.REVIEW,),
    "GET /dictamenes/{call}/{folio:path}": (Action.SEE_DESK,),
    "GET /cotejo/{call}/{folio:path}/hallazgos": (Action.SCREEN,),
    "POST /cotejo/{call}/{folio:path}/decision": (Action.SCREEN,),
    "POST /cotejo/{call}/{folio:path}/deshacer": (Action.SCREEN,),
    "POST /cargas": (Action.IMPORT_BATCH,),
    "PUT /cargas/{id}": (Action.IMPORT_BATCH,),
    "GET /cargas/{id}": (Action.IMPORT_BATCH,),
    "DELETE /cargas/{id}": (Action.IMPORT_BATCH,),
}
