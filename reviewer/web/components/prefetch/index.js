const QUIET = 4000; // milliseconds after the first page has been drawn

export default function mount({ data }) {
  setTimeout(() => {
    for (const file of data.files) {
      const link = document.createElement("link");
      Object.assign(link, { rel: "prefetch", href: file });
      document.head.append(link);
    }
  }, QUIET);
}
