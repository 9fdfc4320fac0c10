// Fills an identifier while what it is made from is typed, until somebody types into it; the server derives it too.
const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
const derive = {
  slug: (text) => plain(text).replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, ""),
  key: (text) => plain(text).replace(/[^a-z0-9]+/g, "_").replace(/^[^a-z]+|_+$/g, ""),
  initials: (text) => {
    const words = (text.match(/[\p{L}\p{N}]+/gu) || []).filter((word) => /^\p{Lu}/u.test(word));
    if (words.length === 1 && words[0] === words[0].toUpperCase()) return words[0].slice(0, 4);
    return words.map((word) => word[0]).join("").slice(0, 3) || text.slice(0, 1).toUpperCase();
  },
};

addEventListener("input", ({ target }) => {
  if (!target.form) return;
  for (const field of target.form.querySelectorAll("[data-derived-from]")) {
    if (field.name.replace(/[^-]+$/, field.dataset.derivedFrom) !== target.name) continue;
    if (field.value && field.value !== field.dataset.derived) continue;
    const text = derive[field.dataset.derivedAs](target.value);
    field.dataset.derived = field.value = field.maxLength > 0 ? text.slice(0, field.maxLength) : text;
  }
});
