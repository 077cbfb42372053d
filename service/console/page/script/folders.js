/** The files in what was dropped or chosen: those of folders too, however deep, but none that a system puts there. */

const CLUTTER = /^(\.|thumbs\.db$|desktop\.ini$)/i;

/** All files of a drop. What is dropped must be looked at before anything is waited for: then the browser forgets it. */
export async function filesOf(transfer) {
  const items = [...transfer.items].filter((item) => item.kind === "file");
  const dropped = items.map((item) => [item.webkitGetAsEntry(), item.getAsFile()]);
  const found = await Promise.all(dropped.map(([entry, file]) => (entry?.isDirectory ? within(entry) : [file])));
  return found.flat();
}

/** Those of a chosen folder that a person put there. */
export function worthSending(files) {
  return files.filter((file) => !CLUTTER.test(file.name));
}

/** The files in a folder and all below it, by their names. */
async function within(folder) {
  const entries = (await listed(folder.createReader())).sort((one, other) => one.name.localeCompare(other.name));
  const found = [];
  for (const entry of entries) found.push(...(entry.isDirectory ? await within(entry) : [await opened(entry)]));
  return worthSending(found);
}

/** All entries: the browser hands them out a hundred at a time. */
async function listed(reader) {
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return found;
    found.push(...some);
  }
}

function opened(entry) {
  return new Promise((resolve, reject) => entry.file(resolve, reject));
}
