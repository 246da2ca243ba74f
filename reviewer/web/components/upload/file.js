// What can be told of a file before it is sent. Whether a PDF is one the server tells, which looks inside.

export async function checkFile(file, ending) {
  if (ending === ".pdf") checkDocument(file);
  else await checkBatch(file);
}

function checkDocument(file) {
  if (!file.name.toLowerCase().endsWith(".pdf")) {
    throw new Error(`«${file.name}» no es un PDF: guárdelo como PDF y elija el archivo .pdf.`);
  }
}

async function checkBatch(file) {
  if (!file.name.toLowerCase().endsWith(".zip")) {
    throw new Error(`«${file.name}» no es un zip: comprima la carpeta del lote y elija el archivo .zip.`);
  }
  let head;
  try {
    head = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  } catch {
    throw new Error(`No se puede leer «${file.name}». Si es una carpeta, comprímala en un .zip.`);
  }
  if (head[0] !== 0x50 || head[1] !== 0x4b) {
    throw new Error(`«${file.name}» no es un zip por dentro: vuelva a comprimir la carpeta del lote.`);
  }
}

// A file that was changed or moved after it was chosen can no longer be read; sending it looks like a lost connection.
export async function isReadable(file) {
  try {
    await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}
