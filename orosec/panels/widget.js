// The panel in the browser: it draws plain values and tells what somebody wishes.
// Nothing is decided here, and no text ever becomes markup: see `element`.

const HEADS = {
  name: "rule",
  priority: "priority",
  action: "action",
  source: "from",
  destination: "to",
  services: "services",
  cdn: "CDN",
  reading: "reading",
  network: "network",
  direction: "direction",
  rationale: "rationale",
};
const NEW_ONLY = ["network", "direction", "rationale"];
const HINTS = {
  name: "a new name",
  priority: "1000",
  source: "e.g. vpn-gateway",
  destination: "e.g. database",
  services: "e.g. tcp:5432 icmp",
  network: "follows from the ends",
  rationale: "the reason, in words",
};
const PATIENCE = 5000; // milliseconds
const LOST =
  "The kernel does not answer: it was restarted, or it still computes. " +
  "If it was restarted, what is not saved is lost: run this cell again.";
const STARTS = { action: "allow", direction: "ingress", cdn: "both", reading: "both" };

/** Make an element; children are elements or text, and text stays text. */
function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children);
  return made;
}

const button = (text, act, attributes = {}) =>
  element("button", { type: "button", onclick: act, ...attributes }, text);

const listOf = (words, attributes) =>
  element("select", attributes, ...words.map((word) => element("option", {}, word)));

/** Let *parent* hold *wanted*, in order; what is in its place already is not touched. */
function arrange(parent, wanted) {
  const kept = new Set(wanted);
  for (const child of [...parent.children]) if (!kept.has(child)) child.remove();
  wanted.forEach((child, place) => {
    const there = parent.children[place];
    if (there !== child) parent.insertBefore(child, there ?? null);
  });
}

/** Write a small table: a title, rows and notes, as `orosec.display.Sheet` has them. */
function sheetOf({ title, columns, rows, notes }) {
  const line = (tag, cells) => element("tr", {}, ...cells.map((cell) => element(tag, {}, cell)));
  const parts = [element("p", { class: "title" }, title)];
  if (rows.length) {
    const head = element("thead", {}, line("th", columns));
    const body = element("tbody", {}, ...rows.map((row) => line("td", row)));
    parts.push(element("div", { class: "wide" }, element("table", {}, head, body)));
  }
  return [...parts, ...notes.map((note) => element("p", {}, note))];
}

/** One field: a list where the words are few, else a line of text. */
function fieldOf(panel, column, value, label) {
  const words = panel.shown.choices[column];
  const shared = { "aria-label": label, "data-column": column };
  const field = words
    ? listOf(words, shared)
    : element("input", {
        ...shared,
        type: "text",
        spellcheck: "false",
        autocomplete: "off",
        list: ["source", "destination"].includes(column) ? `${panel.id}-ends` : null,
      });
  if (words && !words.includes(value)) field.append(element("option", {}, value));
  field.value = value;
  return field;
}

class Panel {
  constructor(model, root) {
    this.model = model;
    this.root = root;
    this.id = `orosec-${Math.random().toString(36).slice(2)}`;
    this.rows = new Map();
    this.titles = new Map();
    this.picked = "";
    this.build();
    this.draw();
    this.redraw = () => this.draw();
    this.clear = () => Object.keys(model.get("form")).length || this.clearForm();
    model.on("change:shown", this.redraw);
    model.on("change:form", this.clear);
  }

  get shown() {
    return this.model.get("shown");
  }

  stop() {
    this.model.off("change:shown", this.redraw);
    this.model.off("change:form", this.clear);
    clearTimeout(this.waiting);
  }

  ask(act, more = {}) {
    this.asked = performance.now();
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.said.replaceChildren(LOST), PATIENCE);
    this.model.send({ do: act, ...more });
  }

  // The parts that stay

  build() {
    const { variants } = this.shown;
    const look = () => this.ask("look", { cdn: this.cdn.value, reading: this.reading.value });
    this.cdn = listOf(variants.cdn, { "aria-label": "CDN", onchange: look });
    this.reading = listOf(variants.reading, { "aria-label": "reading", onchange: look });
    this.undo = button("Undo", () => this.press(this.undo, "undo"), { title: "Ctrl+Z" });
    this.redo = button("Redo", () => this.press(this.redo, "redo"), { title: "Ctrl+Y" });
    this.reset = button("Reset", () => this.press(this.reset, "reset"));
    this.said = element("p", { class: "said", role: "status", "aria-live": "polite" });
    this.ends = element("datalist", { id: `${this.id}-ends` });
    const asked = "rules, in the order they are asked";
    this.lines = element("tbody");
    const grid = { class: "grid", "aria-label": asked };
    this.grid = element("table", grid, this.buildHeads(), this.lines);
    this.about = element("p", { class: "about" });
    this.early = button("Ask earlier", () => this.move(true), { title: "Alt+↑" });
    this.late = button("Ask later", () => this.move(false), { title: "Alt+↓" });
    this.away = button("Take away", () => this.remove(), { title: "Ctrl+Delete" });
    this.picture = element("img", { class: "picture" });
    this.broken = element("section", { class: "broken", "aria-label": "promises" });
    this.difference = element("section", { class: "difference", "aria-label": "what changes" });
    this.code = element("code");
    const text = (label, more) => element("input", { type: "text", "aria-label": label, ...more });
    this.folder = text("folder", { value: this.shown.folder });
    this.why = text("why", { placeholder: HINTS.rationale, class: "long" });
    const save = (over) =>
      this.ask("save", { folder: this.folder.value, why: this.why.value, over });
    this.over = button("Save over it", () => save(true), { hidden: true });
    this.unsaved = element("span", { class: "unsaved" });
    const open = () => this.ask("open", { folder: this.folder.value });
    const bar = (...parts) => element("div", { class: "bar" }, ...parts);
    this.root.classList.add("orosec-panel");
    this.root.setAttribute("data-lm-suppress-shortcuts", "true");
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.append(
      bar(
        element("label", {}, "CDN ", this.cdn),
        element("label", {}, "Reading ", this.reading),
        this.undo,
        this.redo,
        this.reset,
      ),
      this.said,
      this.ends,
      element("div", { class: "rules" }, this.grid),
      bar(this.about, this.early, this.late, this.away),
      this.buildForm(),
      this.picture,
      this.broken,
      this.difference,
      element(
        "details",
        {},
        element("summary", {}, "Show as code"),
        element("pre", {}, this.code),
      ),
      bar(
        element("label", {}, "Folder ", this.folder),
        element("label", {}, "Why ", this.why),
        button("Save proposal", () => save(false)),
        this.over,
        button("Open", open),
        this.unsaved,
      ),
      element(
        "p",
        { class: "keys" },
        "Keys in the rules: ↑ ↓ to the next rule, Alt+↑ ↓ ask earlier or later, " +
          "Ctrl+Delete take away, Esc take back what was typed, Ctrl+Z undo, Ctrl+Y redo.",
      ),
    );
  }

  buildHeads() {
    const head = (column) => element("th", { scope: "col" }, HEADS[column]);
    return element("thead", {}, element("tr", {}, ...this.shown.columns.map(head)));
  }

  /** The row for a new rule; its text is kept with the model, so a new view has it. */
  buildForm() {
    const kept = this.model.get("form");
    this.fields = {};
    const fields = [...this.shown.columns, ...NEW_ONLY].map((column) => {
      const value = kept[column] ?? STARTS[column] ?? "";
      const field = fieldOf(this, column, value, `new rule: ${HEADS[column]}`);
      if (HINTS[column]) field.placeholder = HINTS[column];
      field.addEventListener("input", () => this.keep());
      this.fields[column] = field;
      return element("label", { class: column }, HEADS[column], field);
    });
    const enter = ({ key, target }) => key === "Enter" && target.matches("input") && this.add();
    this.formProblems = element("div", { class: "problem" });
    return element(
      "fieldset",
      { class: "form", onkeydown: enter },
      element("legend", {}, "A new rule"),
      ...fields,
      button("Add rule", () => this.add(), { class: "add" }),
      this.formProblems,
    );
  }

  typed() {
    const cells = Object.entries(this.fields).map(([column, field]) => [column, field.value]);
    return Object.fromEntries(cells);
  }

  keep() {
    this.model.set("form", this.typed());
    this.model.save_changes();
  }

  // What somebody wishes

  press(pressed, act) {
    if (pressed.getAttribute("aria-disabled") !== "true") this.ask(act);
  }

  add() {
    this.ask("add", { cells: this.typed() });
  }

  move(up) {
    if (this.picked) this.ask("move", { rule: this.picked, up });
  }

  remove() {
    if (this.picked) this.ask("remove", { rule: this.picked });
  }

  key(event) {
    event.stopPropagation();
    const found = this.meant(event);
    if (!found) return;
    event.preventDefault();
    found();
  }

  /** Say what a key means; in a text that is being typed, undo belongs to the text. */
  meant({ target, key, altKey, shiftKey, ctrlKey, metaKey }) {
    const control = ctrlKey || metaKey;
    const inRules = target.closest("tr[data-rule]");
    const typing = target.matches("input") && (!inRules || target.dirty);
    const letter = key.toLowerCase();
    if (control && !typing && "zy".includes(letter)) {
      const act = letter === "z" && !shiftKey ? "undo" : "redo";
      return () => this.press(this[act], act);
    }
    if (!inRules) return null;
    const vertical = { ArrowUp: -1, ArrowDown: 1 }[key];
    if (altKey && vertical) return () => this.move(vertical < 0);
    if (control && key === "Delete") return () => this.remove();
    if (vertical && !control && target.matches("input")) return () => this.step(target, vertical);
    if (key === "Escape") return () => this.takeBack(target);
    return null;
  }

  step(field, by) {
    const same = this.column(field);
    same[same.indexOf(field) + by]?.focus();
  }

  takeBack(field) {
    const { rule, column } = field.dataset;
    if (!rule) return;
    const cell = this.cellOf(rule, column);
    field.dirty = false;
    field.value = cell.taken;
    if (cell.text !== cell.taken) this.ask("set", { rule, column, text: cell.taken });
  }

  cellOf(rule, column) {
    const rows = this.shown.groups.flatMap((group) => group.rows);
    return rows.find((row) => row.name === rule).cells[column];
  }

  // What is drawn anew after each answer

  draw() {
    const shown = this.shown;
    clearTimeout(this.waiting);
    this.over.hidden = !shown.asks;
    this.unsaved.textContent = shown.unsaved ? "Not saved yet." : "";
    const focus = this.focused();
    this.cdn.value = shown.cdn;
    this.reading.value = shown.reading;
    this.undo.setAttribute("aria-disabled", String(!shown.can.undo));
    this.redo.setAttribute("aria-disabled", String(!shown.can.redo));
    this.said.replaceChildren(shown.said ? `${shown.said} ` : "", shown.summary);
    this.ends.replaceChildren(...shown.ends.map((name) => element("option", { value: name })));
    this.drawGrid(shown);
    this.drawForm(shown);
    this.pick(this.picked);
    this.broken.replaceChildren(...sheetOf(shown.consequences));
    this.difference.replaceChildren(...sheetOf(shown.difference));
    this.picture.hidden = !shown.picture;
    if (shown.picture) {
      this.picture.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(shown.picture)}`;
    }
    this.picture.alt = shown.words.join("\n");
    this.code.textContent = shown.code;
    this.restore(focus);
    if (this.asked) this.root.dataset.milliseconds = Math.round(performance.now() - this.asked);
    this.root.dataset.drawn = Number(this.root.dataset.drawn ?? 0) + 1;
  }

  drawGrid({ groups, columns }) {
    const alive = new Set(groups.flatMap((group) => group.rows.map((row) => row.name)));
    for (const name of this.rows.keys()) if (!alive.has(name)) this.rows.delete(name);
    const lines = groups.flatMap(({ title, rows }) => {
      if (!this.titles.has(title)) this.titles.set(title, this.buildTitle(title, columns));
      return [this.titles.get(title), ...rows.flatMap((row) => this.drawRow(row))];
    });
    arrange(this.lines, lines);
  }

  buildTitle(title, columns) {
    const head = element("th", { colspan: columns.length, scope: "colgroup" }, title);
    return element("tr", { class: "group" }, head);
  }

  /** Draw a rule, into the fields that it has already: what is being typed stays. */
  drawRow(row) {
    const { columns } = this.shown;
    if (!this.rows.has(row.name)) this.rows.set(row.name, this.buildRow(row, columns));
    const line = this.rows.get(row.name);
    line.className = [row.new && "new", !row.holds && "elsewhere"].filter(Boolean).join(" ");
    const id = `${this.id}-${row.name}`;
    const told = element("td", { colspan: columns.length, class: "problem", id });
    for (const field of line.querySelectorAll("[data-column]")) {
      this.drawField(field, row, told);
    }
    return told.childNodes.length ? [line, element("tr", {}, told)] : [line];
  }

  drawField(field, row, told) {
    const { column } = field.dataset;
    const { text, taken, was } = row.cells[column];
    const problem = row.problems[column];
    if (!field.dirty) field.value = text;
    field.title = was === taken ? text : `${text} (was ${was || "empty"})`;
    field.classList.toggle("changed", was !== taken);
    field.setAttribute("aria-invalid", String(Boolean(problem)));
    field.removeAttribute("aria-describedby");
    if (!problem) return;
    field.setAttribute("aria-describedby", told.id);
    told.append(element("span", {}, `${HEADS[column]} “${text}” ${problem}.`));
  }

  buildRow(row, columns) {
    const cells = columns.map((column) => {
      const field = fieldOf(this, column, row.cells[column].text, `${row.name}: ${HEADS[column]}`);
      field.dataset.rule = row.name;
      field.addEventListener("input", () => (field.dirty = true));
      field.addEventListener("focus", () => this.pick(row.name));
      field.addEventListener("change", () => {
        field.dirty = false;
        this.ask("set", { rule: row.name, column, text: field.value });
      });
      return element("td", { class: column }, field);
    });
    return element("tr", { "data-rule": row.name }, ...cells);
  }

  drawForm({ marks }) {
    for (const [column, field] of Object.entries(this.fields)) {
      field.setAttribute("aria-invalid", String(column in marks));
    }
    const told = ([column, problem]) => element("span", {}, `${HEADS[column]} ${problem}.`);
    this.formProblems.replaceChildren(...Object.entries(marks).map(told));
  }

  clearForm() {
    for (const [column, field] of Object.entries(this.fields)) {
      field.value = STARTS[column] ?? "";
    }
  }

  pick(name) {
    const rows = this.shown.groups.flatMap((group) => group.rows);
    const row = rows.find((one) => one.name === name);
    this.picked = row ? name : "";
    for (const [rule, line] of this.rows) {
      line.toggleAttribute("data-picked", rule === this.picked);
    }
    const nobody = "Pick a rule by going into one of its cells.";
    this.about.textContent = row ? `${name}: ${row.about}` : nobody;
    for (const one of [this.early, this.late, this.away]) {
      one.setAttribute("aria-disabled", String(!row));
    }
  }

  // Where the cursor is: drawing must not take it away

  column(field) {
    const { column } = field.dataset;
    return [...this.lines.querySelectorAll(`[data-column="${column}"]`)];
  }

  focused() {
    const active = this.root.ownerDocument.activeElement;
    if (!active?.dataset.column || !this.lines.contains(active)) return null;
    const { selectionStart: from, selectionEnd: to } = active;
    return { active, place: this.column(active).indexOf(active), from, to };
  }

  restore(focus) {
    if (!focus || this.root.ownerDocument.activeElement === focus.active) return;
    const kept = this.lines.contains(focus.active);
    const target = kept ? focus.active : this.column(focus.active)[focus.place];
    target?.focus({ preventScroll: true });
    if (kept && focus.from != null) target.setSelectionRange(focus.from, focus.to);
  }
}

export default {
  render({ model, el }) {
    const panel = new Panel(model, el);
    return () => panel.stop();
  },
};
