// Sizes and times in words.

export function size(bytes) {
  if (bytes < 1e6) return `${Math.round(bytes / 1e3)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

export function time(seconds) {
  if (seconds < 5) return "quedan unos segundos";
  if (seconds < 60) return `quedan ${Math.round(seconds)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 60) return minutes === 1 ? "queda 1 min" : `quedan ${minutes} min`;
  return `quedan ${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
