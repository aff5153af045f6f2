// the few strokes with which the views draw; text goes in as text only, never as markup

const SVG = "http://www.w3.org/2000/svg";
const rows = new WeakMap();

/** Makes an element: `class`, `text`, `data`, `on` have their meaning, anything else is an attribute. */
export function el(tag, properties = {}, ...children) {
    return fill(document.createElement(tag), properties, children);
}

/** Makes an SVG element, by the same rules. */
export function svg(tag, properties = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), properties, children);
}

/** Sets an element's text, and leaves it alone where nothing changes: selections and live regions stay quiet. */
export function write(node, text) {
    const next = text ?? "";
    if (node.textContent !== next) {
        node.textContent = next;
    }
}

/** Sets an attribute, or removes it for null and false. */
export function mark(node, name, value) {
    if (value === null || value === undefined || value === false) {
        node.removeAttribute(name);
    } else if (node.getAttribute(name) !== String(value)) {
        node.setAttribute(name, String(value));
    }
}

/** Shows or hides an element. */
export function show(node, visible) {
    if (node.hidden === visible) {
        node.hidden = !visible;
    }
}

/**
 * Keeps a container's children in step with a list: each item keeps its element for as long as its key is there, so
 * that a focused button stays focused while the list around it changes.
 */
export function keyed(container, items, { key, create, update }) {
    const known = rows.get(container) ?? new Map();
    const next = new Map();
    for (const item of items) {
        const id = key(item);
        const row = known.get(id) ?? create(item);
        next.set(id, row);
        update(row, item);
    }
    for (const [id, row] of known) {
        if (!next.has(id)) {
            row.root.remove();
        }
    }
    place(container, [...next.values()]);
    rows.set(container, next);
}

function place(container, ordered) {
    let expected = container.firstElementChild;
    for (const row of ordered) {
        if (row.root === expected) {
            expected = expected.nextElementSibling;
        } else {
            container.insertBefore(row.root, expected);
        }
    }
}

function fill(node, { class: className, text, data, on, ...attributes }, children) {
    if (className) {
        node.setAttribute("class", className);
    }
    if (text !== undefined) {
        node.textContent = text;
    }
    Object.assign(node.dataset, data);
    Object.entries(on ?? {}).forEach(([type, listener]) => node.addEventListener(type, listener));
    Object.entries(attributes).forEach(([name, value]) => mark(node, name, value));
    node.append(...children.filter((child) => child !== null));
    return node;
}
