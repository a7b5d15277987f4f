/* What benchopt's result page needs beside plotly, so that it needs no network. */

/* Plotly.js 3 and later want a title to be an object; benchopt writes a string. */
{
  const titled = (part) =>
    typeof part.title === "string" ? { ...part, title: { text: part.title } } : part;
  const { react } = Plotly;
  const reactTitled = (div, data, layout) => {
    const { xaxis, yaxis } = layout;
    const axes = { xaxis: titled(xaxis), yaxis: titled(yaxis) };
    return react(div, data, { ...titled(layout), ...axes });
  };
  window.Plotly = { ...Plotly, react: reactTitled };
}

/* The animation of the logo: none. */
window.anime = { timeline: () => ({ add() { return this; } }) };

/* The part of Grid.js that the page uses: a table to sort and to search. */
class Grid {
  constructor({ columns, data }) {
    Object.assign(this, { columns, data, order: null, pattern: "", whenReady: [] });
  }

  on(event, callback) {
    if (event === "ready") this.whenReady.push(callback);
  }

  render(container) {
    const search = element("input", "gridjs-input gridjs-search-input");
    search.type = "search";
    search.placeholder = "Type a keyword...";
    search.oninput = () => {
      this.pattern = search.value.toLowerCase();
      this.forceRender();
    };
    this.table = element("table", "gridjs-table");
    const wrapper = element("div", "gridjs-container");
    wrapper.append(search, this.table);
    container.append(wrapper);
    this.forceRender();
    this.whenReady.forEach((callback) => callback());
  }

  forceRender() {
    const shown = this.columns.map((_, i) => i).filter((i) => !this.columns[i].hidden);
    const head = element("tr", "gridjs-tr");
    head.append(...shown.map((i) => this.headCell(i)));
    const body = this.rows().map((row) => {
      const line = element("tr", "gridjs-tr");
      line.append(...shown.map((i) => this.cell(row[i], this.columns[i])));
      return line;
    });
    const [thead, tbody] = [element("thead", ""), element("tbody", "")];
    thead.append(head);
    tbody.append(...body);
    this.table.replaceChildren(thead, tbody);
  }

  rows() {
    const found = this.data.filter((row) =>
      row.some((value) => String(value).toLowerCase().includes(this.pattern)));
    if (!this.order) return found;
    const { column, sign } = this.order;
    const { compare } = this.columns[column].sort;
    return found.sort((a, b) => sign * compare(a[column], b[column]));
  }

  headCell(i) {
    const sign = this.order?.column === i ? this.order.sign : 0;
    const state = { 1: "asc", "-1": "desc", 0: "neutral" }[sign];
    const cell = element("th", "gridjs-th gridjs-th-sort");
    const name = element("div", "gridjs-th-content");
    name.textContent = this.columns[i].name;
    const arrow = element("button", `gridjs-sort gridjs-sort-${state}`);
    arrow.textContent = { asc: "▲", desc: "▼", neutral: "△" }[state];
    cell.append(name, arrow);
    cell.onclick = () => {
      this.order = { column: i, sign: sign === 1 ? -1 : 1 };
      this.forceRender();
    };
    return cell;
  }

  cell(value, { formatter }) {
    const cell = element("td", "gridjs-td");
    const content = formatter(value);
    if (content?.markup === undefined) cell.textContent = content;
    else cell.innerHTML = content.markup;
    return cell;
  }
}

const element = (tag, className) =>
  Object.assign(document.createElement(tag), { className });

window.gridjs = { Grid, html: (markup) => ({ markup }) };
