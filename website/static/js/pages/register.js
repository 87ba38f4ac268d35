// @ts-check
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { enhance } from "../ui/form.js";
import { showPasswords } from "../ui/password-fields.js";
import { SignInSteps } from "../ui/sign-in-steps.js";

const fragment = new URLSearchParams(location.hash.slice(1));
const invitation = fragment.get("invitation");

const form = document.getElementById("register-form");
if (form instanceof HTMLFormElement) {
  const client = new SignInAPIClient();
  const steps = new SignInSteps(client, form.dataset.next ?? "/");
  enhance(form, (fields) => {
    const account = {
      username: String(fields.get("username")).trim(),
      email: String(fields.get("email")).trim(),
      password: String(fields.get("password")),
      invitation: String(fields.get("invitation") ?? "").trim() || (invitation ?? undefined),
    };
    return steps.follow(client.signUp(account));
  });
  const field = form.elements.namedItem("invitation");
  if (field instanceof HTMLInputElement && invitation) field.value = invitation;
  showPasswords();
}
