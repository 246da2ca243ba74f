// Reads a small text file in the browser and hands its text to the page; nothing is kept elsewhere.
export default function mount({ data, parentElement: root, setStateValue }) {
  const input = root.querySelector("input");
  const name = root.querySelector(".name");
  const button = root.querySelector("button");
  button.textContent = data.label;
  input.accept = data.accept;
  button.onclick = () => input.click();
  input.onchange = async () => {
    const [file] = input.files;
    input.value = "";
    if (!file) return;
    name.textContent = file.name;
    if (file.size > data.largest) return setStateValue("file", { name: file.name, fault: "large" });
    try {
      const bytes = await file.arrayBuffer();
      const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
      setStateValue("file", { name: file.name, text });
    } catch {
      setStateValue("file", { name: file.name, fault: "unreadable" });
    }
  };
}
