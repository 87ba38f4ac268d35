// @ts-check
import { byId, fill, repeat } from "./dom.js";
import { text } from "./texts.js";

/**
 * Show one box for each role of the platform.
 * @param {import("../clients/operators-api-client.js").Role[]} roles
 * @param {string[]} checked
 */
export function showRoleBoxes(roles, checked) {
  repeat(byId("role-boxes"), "role-box", roles, (label, { name, description }) => {
    fill(label, { name, description });
    const box = /** @type {HTMLInputElement} */ (label.querySelector("input"));
    box.value = name;
    box.id = `role-box-${name}`;
    box.checked = checked.includes(name);
  });
}

/**
 * Name the roles of an account in a sentence.
 * @param {string[]} roles
 */
export function roleNames(roles) {
  return roles.join(", ") || text("No roles");
}
