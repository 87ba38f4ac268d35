// @ts-check
import { SignInAPIClient } from "../clients/sign-in-api-client.js";
import { byId, fill } from "../ui/dom.js";
import { enhance } from "../ui/form.js";
import { showStep, SignInSteps } from "../ui/sign-in-steps.js";

const client = new SignInAPIClient();
const form = byId("code-form", HTMLFormElement);
const steps = new SignInSteps(client, form.dataset.next ?? "/");

enhance(form, async (fields) => {
  const email = String(fields.get("email")).trim();
  await client.requestCode({ email, rememberMe: fields.has("remember_me") });
  fill(byId("confirm-step"), { email });
  showStep("login_by_code");
});
enhance(byId("confirm-form", HTMLFormElement), (fields) =>
  steps.follow(client.confirmCode(String(fields.get("code")).trim())),
);
