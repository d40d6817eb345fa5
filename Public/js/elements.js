// What widgets are made of.

const svgSpace = "http://www.w3.org/2000/svg";

/**
 * An element of HTML.
 * @param {string} tag
 * @param {string} [className]
 * @param {string} [text]
 */
export function node(tag, className, text) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
}

/**
 * An element of SVG.
 * @param {string} tag
 * @param {Record<string, string | number>} attributes
 */
export function shape(tag, attributes) {
    const element = document.createElementNS(svgSpace, tag);
    for (const [key, text] of Object.entries(attributes)) element.setAttribute(key, String(text));
    return element;
}

/**
 * Says that there is nothing to show, in the place of what was shown.
 * @param {Element} view
 */
export function empty(view) {
    view.dispatchEvent(new CustomEvent("dash:clear"));
    view.replaceChildren(node("p", "waiting", "No data in this range yet."));
}
