// @ts-check
import { OperatorsAPIClient } from "../clients/operators-api-client.js";
import { byId } from "../ui/dom.js";
import { enhance } from "../ui/form.js";
import { Panel } from "../ui/panel.js";
import { showPasswords } from "../ui/password-fields.js";
import { withProof } from "../ui/reauthenticate.js";
import { showRoleBoxes } from "../ui/role-boxes.js";
import { copyOnPress } from "../ui/secrets.js";
import { text } from "../ui/texts.js";

const operators = new OperatorsAPIClient();
const link = byId("invitation-link");
const result = byId("invitation");

const roles = new Panel("roles", {
  fetch: (signal) => operators.roles(signal),
  render: (known) => showRoleBoxes(known, []),
});

const form = byId("invite-form", HTMLFormElement);
enhance(form, async (fields) => {
  result.hidden = true;
  const invitation = { email: String(fields.get("email")).trim(), roles: fields.getAll("roles").map(String) };
  const { link: url, sent } = await withProof(() => operators.invite(invitation));
  form.reset();
  link.textContent = url;
  byId("invitation-status").textContent = "";
  byId("invitation-sent").textContent = sent
    ? text("An email with this link is on its way to {email}.", { email: invitation.email })
    : text("This platform sends no email. Send this link to {email}.", { email: invitation.email });
  result.hidden = false;
  byId("invitation-title").focus();
});
copyOnPress(byId("invitation-copy", HTMLButtonElement), byId("invitation-status"), () => link.textContent ?? "");

showPasswords();
roles.load();
