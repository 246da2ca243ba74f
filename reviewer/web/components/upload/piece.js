import { LOST, read } from "./asking.js";

const STALLED = 30_000; // milliseconds without a byte: the connection is taken for lost

// Sends one piece, with its progress; `begun` is handed the request, which can be aborted.
export function sendPiece(address, piece, { begun, progress }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    begun(request);
    let quiet;
    const heard = () => {
      clearTimeout(quiet);
      quiet = setTimeout(() => request.abort(), STALLED);
    };
    request.open("PUT", address);
    request.upload.onprogress = (event) => {
      heard();
      progress(event.loaded);
    };
    request.onloadend = () => {
      clearTimeout(quiet);
      if (request.status === 0) return reject(new Error(LOST));
      try {
        resolve(read(request.status, request.responseText));
      } catch (error) {
        reject(error);
      }
    };
    heard();
    request.send(piece);
  });
}
